namespace MyService.Dtos;

public enum Color
{
    Red,
    Green,
    Blue,
}
