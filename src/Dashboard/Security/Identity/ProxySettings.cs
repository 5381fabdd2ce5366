using System.Net;
using Dashboard.Addresses;

namespace Dashboard.Security.Identity;

/// <summary>
/// A reverse proxy in front, known by its address. What it says of the client's address and scheme (X-Forwarded-For, X-Forwarded-Proto) is
/// believed; where <see cref="Header"/> is set, also who the person is.
/// </summary>
public sealed class ProxySettings
{
    /// <summary>The header that names the person the proxy has signed in, such as X-Forwarded-User.</summary>
    public string? Header { get; set; }

    /// <summary>The header that lists the person's groups, with commas between.</summary>
    public string? GroupsHeader { get; set; }

    /// <summary>Addresses (10.0.0.7) and networks (10.0.0.0/24) of proxies. From all others these headers are taken away.</summary>
    public string[] TrustedAddresses { get; set; } = [];

    internal IEnumerable<IPNetwork> Networks => TrustedAddresses.Select(address => TrustedProxies.Network(address)!.Value);

    internal IEnumerable<(string Key, string Problem)> Problems()
    {
        if (TrustedAddresses.Length == 0)
        {
            yield return (nameof(TrustedAddresses), "names no proxy; its headers are believed from the addresses listed here only.");
        }

        foreach (var address in TrustedAddresses.Where(address => TrustedProxies.Network(address) is null))
        {
            yield return (nameof(TrustedAddresses), $"{address}: not an address such as 10.0.0.7, nor a network such as 10.0.0.0/24.");
        }

        if (GroupsHeader is not null && Header is null)
        {
            yield return (nameof(Header), "names no header, so that nobody would have the groups of GroupsHeader.");
        }
    }
}
