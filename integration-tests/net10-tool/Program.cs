using System.Net;
using System.Text;
using Tool;

// A tool: it ends with the number of things that are not right.
if (!args.Contains("--serve"))
{
    var (failures, report) = Checks.Run();
    Console.Write(report);
    return failures;
}

// A worker: it says over HTTP what is not right, until it is stopped.
using var listener = new HttpListener();
listener.Prefixes.Add("http://*:8080/");
listener.Start();
while (true)
{
    var context = await listener.GetContextAsync();
    var (failures, report) = Checks.Run();
    Console.Write(report);
    context.Response.StatusCode = (int)(failures == 0 ? HttpStatusCode.OK : HttpStatusCode.InternalServerError);
    context.Response.Close(Encoding.UTF8.GetBytes(report), willBlock: false);
}
