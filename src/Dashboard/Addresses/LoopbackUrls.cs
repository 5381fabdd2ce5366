using System.Net;
using System.Net.Sockets;
using Wire;

namespace Dashboard.Addresses;

/// <summary>
/// Where the pages may be served: only where nobody but this machine's users reaches them, since nobody has to sign in yet.
/// </summary>
static class LoopbackUrls
{
    /// <summary>Why an address is refused, or null.</summary>
    public static string? Problem(string urls)
    {
        var all = Split(urls);
        if (all.Length == 0)
        {
            return "--urls: names no address; it has the form http://127.0.0.1:8080.";
        }

        foreach (var url in all)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
            {
                return $"--urls {url}: not an address of the form http://127.0.0.1:8080.";
            }

            if (!IsLoopback(uri.Host))
            {
                return $"--urls {url}: refused. Castellan has no sign-in yet, so it serves this machine only: "
                    + $"use http://127.0.0.1:{uri.Port}, and a tunnel (ssh -L) to reach it from elsewhere.";
            }
        }

        return null;
    }

    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>The same addresses with every taken port replaced by the next free one, which is claimed.</summary>
    /// <exception cref="SocketException">This machine has no such address.</exception>
    public static string NextFree(string urls, PortClaims claims, out IReadOnlyList<string> replaced)
    {
        var messages = new List<string>();
        var free = new List<string>();
        foreach (var url in Split(urls))
        {
            var uri = new Uri(url);
            var address = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var parsed) ? parsed : IPAddress.Loopback;
            var port = uri.Port;
            if (port != 0 && (port = claims.ClaimNext(address, port)) != uri.Port)
            {
                messages.Add($"Port {uri.Port} is taken; using {port}.");
            }

            free.Add(new UriBuilder(uri) { Port = port }.Uri.GetLeftPart(UriPartial.Authority));
        }

        replaced = messages;
        return string.Join(';', free);
    }

    static string[] Split(string urls) => urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
