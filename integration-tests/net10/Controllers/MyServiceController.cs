using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Mvc;
using MyService.Dtos;

namespace MyService.Controllers;

/// <summary>
/// Enough of a real application to try a platform image with: routing, model binding, JSON, validation.
/// </summary>
[ApiController]
[Route("[controller]")]
public sealed class MyServiceController : ControllerBase
{
    [HttpPost]
    [Consumes("application/json", "application/json-patch+json")]
    [Produces("application/json")]
    public MyServiceResponse Post(MyServiceRequest request) =>
        new(request.Data, request.Color, RuntimeInformation.FrameworkDescription);
}
