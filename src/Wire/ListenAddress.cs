using System.Net;
using System.Net.Sockets;

namespace Wire;

/// <summary>
/// Where a server listens, as Java's servers understand it: no address, 0.0.0.0 and :: all mean every address of the machine, of IPv6 and
/// IPv4.
/// </summary>
public static class ListenAddress
{
    /// <summary>Every address: one socket for both kinds. On a machine without IPv6 those of IPv4.</summary>
    public static IPAddress Every => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

    /// <summary>The address itself, or every one where it means that.</summary>
    public static IPAddress Of(IPAddress? address) =>
        address is null || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? Every : address;

    /// <summary>Whether the host (a name or an address) means every address.</summary>
    public static bool IsEvery(string host) => host.Length == 0 || (IPAddress.TryParse(host, out var address) && Of(address) == Every);

    /// <summary>
    /// The address of an own host: every one for an empty host. Of a name with addresses of both kinds it is an IPv4 one, as Java takes it.
    /// </summary>
    /// <exception cref="IOException">The name has no address; the message names it and says what to do.</exception>
    public static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IsEvery(host))
        {
            return Every;
        }

        if (IPAddress.TryParse(host, out var address))
        {
            return address;
        }

        IPAddress[] found = [];
        Exception? cause = null;
        try
        {
            found = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // the resolver's own words ("Resource temporarily unavailable") would send people to look at the wrong thing
            cause = e;
        }

        return found.FirstOrDefault(each => each.AddressFamily == AddressFamily.InterNetwork)
            ?? found.FirstOrDefault()
            ?? throw new IOException(
                $"the host name {host} has no address on this machine: give it one (in DNS or /etc/hosts), or an address in its place",
                cause);
    }

    /// <summary>The same for a caller that cannot wait.</summary>
    public static IPAddress Resolve(string host) => ResolveAsync(host, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>An IPv4 peer of a socket for both kinds by its IPv4 address, as people and access lists know it.</summary>
    internal static EndPoint? Plain(EndPoint? peer) =>
        peer is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port) : peer;
}
