using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Wire.Ports;

/// <summary>
/// Ports chosen before the servers that will use them are there. A claim is a listening socket: only that keeps two programs which start at
/// the same time from choosing the same port. The first <see cref="Open"/> of this process on a claimed address takes the socket over, so
/// the port is never free in between. Dispose gives up what was not taken.
/// </summary>
public sealed class PortClaims : IDisposable
{
    const int Backlog = 512; // room for all clients of a node that was gone; the kernel cuts it to its own somaxconn

    static readonly ConcurrentDictionary<IPEndPoint, Socket> held = [];

    readonly List<IPEndPoint> mine = [];

    /// <summary>A socket that listens on the address: the one that was claimed for it, or a new one.</summary>
    /// <exception cref="SocketException">AddressAlreadyInUse when the port is taken, AccessDenied, AddressNotAvailable.</exception>
    // removed: the second server on the same address must fail as without claims
    public static Socket Open(IPEndPoint address) => held.TryRemove(address, out var claimed) ? claimed : Listen(address);

    /// <summary>Whether the port can be had: no one else has it, and this user may; it is then kept for this process.</summary>
    /// <exception cref="SocketException">The address is none of this machine's.</exception>
    public bool TryClaim(IPEndPoint address)
    {
        try
        {
            held[address] = Listen(address);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }

        mine.Add(address);
        return true;
    }

    /// <summary>The first port from this one on that could be claimed.</summary>
    public int ClaimNext(IPAddress address, int first) =>
        Enumerable.Range(first, ushort.MaxValue + 1 - first).First(port => TryClaim(new IPEndPoint(address, port)));

    public void Dispose()
    {
        foreach (var address in mine)
        {
            // what a server took over is no longer here, and is the server's to close
            if (held.TryRemove(address, out var unused))
            {
                unused.Dispose();
            }
        }
    }

    /// <summary>Every address of IPv6 is every address of IPv4 as well; where there is no IPv6 after all, it is the latter alone.</summary>
    static Socket Listen(IPEndPoint address)
    {
        var every = address.Address.Equals(IPAddress.IPv6Any);
        try
        {
            return Listen(address, dual: every);
        }
        // OSSupportsIPv6 is true where the kernel has the module and a container or sysctl took the addresses away
        catch (SocketException e) when (every && IsFamilyMissing(e.SocketErrorCode))
        {
            return Listen(new IPEndPoint(IPAddress.Any, address.Port), dual: false);
        }
    }

    static bool IsFamilyMissing(SocketError error) => error
        is SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported or SocketError.AddressNotAvailable;

    static Socket Listen(IPEndPoint address, bool dual)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (dual)
            {
                listener.DualMode = true;
            }

            listener.Bind(address);
            listener.Listen(Backlog);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }
}
