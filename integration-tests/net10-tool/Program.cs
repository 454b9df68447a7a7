using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

// What a tool needs of the image below .NET itself; it ends with the number of things that are not right.
var checks = new (string Name, Func<bool> Holds)[]
{
    ("it does not run as root", () => !Environment.IsPrivilegedProcess),
    ("it may write into its folder", () => { File.WriteAllText("probe", ""); File.Delete("probe"); return true; }),
    ("cultures are there (ICU)", () => 1.5.ToString(new CultureInfo("de-DE")) == "1,5"),
    ("time zones are there", () => TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").SupportsDaylightSavingTime),
    ("cryptography is there (OpenSSL)", () => SHA256.HashData([]).Length == 32 && ECDsa.Create().KeySize > 0),
    ("certificates of authorities are there", () => Directory.EnumerateFiles("/etc/ssl/certs").Any()),
};

var failures = 0;
foreach (var (name, holds) in checks)
{
    var problem = "";
    try
    {
        if (!holds()) problem = "no";
    }
    catch (Exception error)
    {
        problem = error.Message;
    }
    if (problem != "") failures++;
    Console.WriteLine(problem == "" ? $"ok      {name}" : $"not ok  {name}: {problem}");
}
Console.WriteLine($"{RuntimeInformation.FrameworkDescription}: {failures} of {checks.Length} checks failed");
return failures;
