namespace MyService.Dtos;

public sealed record MyServiceRequest
{
    public required string Data { get; init; }

    public required Color Color { get; init; }
}
