namespace MyService.Dtos;

/// <param name="Framework">The runtime that answered, such as ".NET 10.0.13".</param>
public sealed record MyServiceResponse(string Data, Color Color, string Framework);
