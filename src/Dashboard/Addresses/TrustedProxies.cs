using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Dashboard.Addresses;

/// <summary>
/// The reverse proxies whose word is taken for who asks and how: X-Forwarded-For, -Proto and -Host. From anybody else these headers are
/// passed over, since anybody can send them.
/// </summary>
static class TrustedProxies
{
    const int Most = 100;

    /// <summary>Why they cannot be taken, or null.</summary>
    /// <param name="list">Addresses and networks with commas between: "10.0.0.5, 10.1.0.0/16".</param>
    public static string? Problem(string list)
    {
        var given = Split(list);
        return given.Length > Most ? $"--trusted-proxies: {Most} at most."
            : given.FirstOrDefault(one => Network(one) is null) is { } wrong
                ? $"--trusted-proxies: {wrong} is neither an address nor a network, such as 10.0.0.5 or 10.1.0.0/16."
            : null;
    }

    /// <summary>Comes first: what follows goes by what a browser sent to the proxy.</summary>
    /// <param name="proxies">Addresses and networks, which were found to be such.</param>
    public static void UseTrustedProxies(this IApplicationBuilder app, IEnumerable<string> proxies)
    {
        var networks = proxies.Select(one => Network(one)!.Value).ToList();
        if (networks.Count == 0)
        {
            return;
        }

        // no limit: of a chain all must be trusted, and the first that is not is who asks
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        networks.ForEach(options.KnownIPNetworks.Add);
        app.UseForwardedHeaders(options);
    }

    /// <summary>Of a setting: addresses and networks with commas between.</summary>
    public static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>An address is the network of itself alone; null for what is neither.</summary>
    public static IPNetwork? Network(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(text, out var network) ? network
            : null;
}
