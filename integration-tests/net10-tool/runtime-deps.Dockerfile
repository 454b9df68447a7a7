FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
# The project file first: as long as it does not change, the cache has the restore.
COPY Tool.csproj NuGet.config ./
RUN dotnet restore
COPY . .
RUN dotnet publish --no-restore --output /publish

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble
WORKDIR /app
# Like a self-contained application, it brings its own .NET.
COPY --from=mcr.microsoft.com/dotnet/runtime:10.0-noble /usr/share/dotnet /usr/share/dotnet
COPY --from=build /publish .
ENTRYPOINT ["/usr/share/dotnet/dotnet", "Tool.dll"]
