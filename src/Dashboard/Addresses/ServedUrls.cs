using System.Net;
using System.Net.Sockets;
using Wire;
using Wire.Ports;

namespace Dashboard.Addresses;

/// <summary>What decides where pages may be served.</summary>
/// <param name="SignIn">Whoever comes has to sign in.</param>
/// <param name="Certificate">There is one to serve https with.</param>
/// <param name="PlainHttp">Passwords and pages may go over http to other machines: a proxy before this one does TLS.</param>
readonly record struct UrlRules(bool SignIn, bool Certificate, bool PlainHttp);

/// <summary>Where the pages are served: only where nobody but this machine's users reaches them, until there is sign-in.</summary>
static class ServedUrls
{
    /// <summary>Why an address is refused, or null.</summary>
    public static string? Problem(string urls, UrlRules rules)
    {
        var all = Split(urls);
        return all.Length == 0
            ? "--urls: names no address; it has the form http://127.0.0.1:8080."
            : all.Select(url => ProblemOf(url, rules)).FirstOrDefault(problem => problem is not null);
    }

    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>The names of this machine in the addresses, without those that stand for all of them.</summary>
    public static IEnumerable<string> Hosts(string urls) =>
        Split(urls).Select(url => new Uri(url).Host.Trim('[', ']'))
            .Where(host => !IPAddress.TryParse(host, out var address) || !IsAny(address));

    public static bool AreAllHttps(string urls) =>
        Split(urls).All(url => url.StartsWith(Uri.UriSchemeHttps + Uri.SchemeDelimiter, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where this machine itself reaches what is served at an address.</summary>
    public static Uri Near(string url)
    {
        var uri = new Uri(url);
        return IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IsAny(address)
            ? new UriBuilder(uri) { Host = address.AddressFamily == AddressFamily.InterNetworkV6 ? "[::1]" : "127.0.0.1" }.Uri
            : uri;
    }

    /// <summary>
    /// Where readers find what is served at an address: by the first of the names it has, at the port of the proxy that does TLS before it
    /// where there is one. What is served to this machine alone, or has no name, is where this machine reaches it.
    /// </summary>
    public static Uri ForReaders(string url, IEnumerable<string> names, bool behindProxy)
    {
        var near = Near(url);
        return names.FirstOrDefault() is not { } name || (IsLoopback(new Uri(url).Host) && !behindProxy) ? near
            : behindProxy && !IsLoopback(name) ? new UriBuilder(near) { Scheme = Uri.UriSchemeHttps, Host = name, Port = -1 }.Uri
            : new UriBuilder(near) { Host = name }.Uri;
    }

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
                var by = PortHolder.Of(uri.Port) is { } holder ? $" by {holder}" : "";
                messages.Add($"Port {uri.Port} is taken{by}; using {port}.");
            }

            free.Add(new UriBuilder(uri) { Port = port }.Uri.GetLeftPart(UriPartial.Authority));
        }

        replaced = messages;
        return string.Join(';', free);
    }

    static string? ProblemOf(string url, UrlRules rules)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            return $"--urls {url}: not an address of the form http://127.0.0.1:8080 (0.0.0.0 and [::] stand for all of this machine's).";
        }

        var isNear = IsLoopback(uri.Host);
        if (!isNear && uri.HostNameType == UriHostNameType.Dns)
        {
            return $"--urls {url}: is served at addresses, not at names: use {uri.Scheme}://0.0.0.0:{uri.Port}, and name {uri.Host} in "
                + "Castellan:SignIn:Hosts.";
        }

        if (uri.Scheme == Uri.UriSchemeHttps)
        {
            return !rules.SignIn ? $"--urls {url}: refused. TLS comes with sign-in; without it this machine alone is served: "
                    + $"use http://127.0.0.1:{uri.Port}, or configure Castellan:SignIn."
                : !rules.Certificate ? $"--urls {url}: Castellan:SignIn:Certificate names no PEM file with a certificate to serve it with."
                : null;
        }

        return isNear ? null
            : !rules.SignIn ? $"--urls {url}: refused. Nobody has to sign in here, so this machine alone is served: configure "
                + $"Castellan:SignIn, or use http://127.0.0.1:{uri.Port}, and a tunnel (ssh -L) to reach it from elsewhere."
            : !rules.PlainHttp ? $"--urls {url}: refused. Passwords would be read on the way: use https:// with "
                + "Castellan:SignIn:Certificate, or say Castellan:SignIn:AllowPlainHttp=true where a proxy in front does TLS."
            : null;
    }

    static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    static string[] Split(string urls) => urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
