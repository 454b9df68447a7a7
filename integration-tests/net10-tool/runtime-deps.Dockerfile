FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
# The project alone first: as long as it stays the same, the restore is taken from the cache.
COPY Tool.csproj NuGet.config ./
RUN dotnet restore
COPY . .
RUN dotnet publish --no-restore --output /publish

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble
WORKDIR /app
# As a self-contained application does, it brings its own .NET.
COPY --from=mcr.microsoft.com/dotnet/runtime:10.0-noble /usr/share/dotnet /usr/share/dotnet
COPY --from=build /publish .
ENTRYPOINT ["/usr/share/dotnet/dotnet", "Tool.dll"]
