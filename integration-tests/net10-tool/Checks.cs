using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tool;

/// <summary>What a tool or a worker needs of the image below .NET itself.</summary>
internal static class Checks
{
    private static readonly (string Name, Func<bool> Holds)[] All =
    [
        ("it does not run as root", () => !Environment.IsPrivilegedProcess),
        ("it may write into its folder", () => MayWrite("probe")),
        ("it may write temporary files", () => MayWrite(Path.GetTempFileName())),
        ("cultures are there (ICU)", () => 1.5.ToString(new CultureInfo("de-DE")) == "1,5"),
        ("time zones are there", () => TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").SupportsDaylightSavingTime),
        ("cryptography is there (OpenSSL)", () => SHA256.HashData([]).Length == 32 && ECDsa.Create().KeySize > 0),
        ("certificates of authorities are there", HasAuthorities),
        ("TLS connects to whom it trusts", () => ConnectsTo(trusted: true)),
        ("TLS refuses whom no authority knows", () => !ConnectsTo(trusted: false)),
    ];

    /// <summary>How many of the checks fail, and a line for each of them.</summary>
    public static (int Failures, string Report) Run()
    {
        var report = new StringBuilder();
        var failures = 0;
        foreach (var (name, holds) in All)
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
            report.AppendLine(problem == "" ? $"ok      {name}" : $"not ok  {name}: {problem}");
        }
        report.AppendLine($"{RuntimeInformation.FrameworkDescription}: {failures} of {All.Length} checks failed");
        return (failures, report.ToString());
    }

    private static bool MayWrite(string file)
    {
        File.WriteAllText(file, "");
        File.Delete(file);
        return true;
    }

    private static bool HasAuthorities()
    {
        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        return store.Certificates.Count > 0;
    }

    /// <summary>Whether TLS comes about with a server whose certificate no authority of the system has signed.</summary>
    private static bool ConnectsTo(bool trusted)
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using var accepted = listener.AcceptTcpClient();

        using var server = new SslStream(accepted.GetStream());
        var serving = server.AuthenticateAsServerAsync(certificate);
        using var stream = new SslStream(client.GetStream(), false, trusted ? (_, _, _, _) => true : null);
        try
        {
            stream.AuthenticateAsClient("localhost");
            serving.Wait();
            return stream.IsEncrypted;
        }
        catch (AuthenticationException)
        {
            return false;
        }
    }
}
