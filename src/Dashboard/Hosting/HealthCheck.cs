using System.Net;
using Dashboard.Addresses;

namespace Dashboard.Hosting;

/// <summary>
/// The command "health": asks a running program whether it answers, by the same settings it was started with. What an image without a shell
/// has for its health check.
/// </summary>
static class HealthCheck
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(4);

    /// <returns>Exit code: 0 when it answers, 1 when it does not, 2 when there is no such address; which is said.</returns>
    /// <param name="url">Null: where the settings say that it serves.</param>
    public static async Task<int> RunAsync(string? url)
    {
        if (Local(url ?? Configured()) is not { } address)
        {
            await Console.Error.WriteLineAsync($"{url}: not an address of the form http://127.0.0.1:8080.");
            return CommandLine.Wrong;
        }

        try
        {
            // of this machine, by its number: whose certificate it is says nothing here
            using var handler = new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
            };
            using var http = new HttpClient(handler) { Timeout = deadline };
            using var answer = await http.GetAsync(address);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return 0;
            }

            await Console.Error.WriteLineAsync($"{address} answers {(int)answer.StatusCode}.");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer: {e.Message}");
        }

        return 1;
    }

    static string Configured()
    {
        var settings = new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true)
            .AddInMemoryCollection(CastellanEnvironment.Read()).Build();
        var urls = settings[$"{CastellanOptions.Section}:{nameof(CastellanOptions.Urls)}"] ?? new CastellanOptions().Urls;
        return urls.Split(';')[0];
    }

    /// <summary>The address to ask at. A name is served at every address of the machine, and need not lead back to it.</summary>
    internal static Uri? Local(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var given) || given.Scheme is not ("http" or "https"))
        {
            return null;
        }

        var near = ServedUrls.Near(url);
        var isName = near.HostNameType == UriHostNameType.Dns && !ServedUrls.IsLoopback(near.Host);
        return new UriBuilder(near.Scheme, isName ? "127.0.0.1" : near.Host, near.Port, "/healthz").Uri;
    }
}
