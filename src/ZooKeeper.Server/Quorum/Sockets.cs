using System.Net;
using System.Net.Sockets;
using Wire;

namespace ZooKeeper.Server.Quorum;

/// <summary>Opening connections to other servers, and where this one listens.</summary>
static class Sockets
{
    /// <exception cref="SocketException">Nobody listens there, or the name is not known.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public static async Task<Connection> ConnectAsync(string host, int port, ConnectionOptions options, PauseGate gate, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, cancellation).ConfigureAwait(false);
            return new Connection(socket, options, gate);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The address of this server's own line, or all addresses.</summary>
    public static async Task<IPAddress> ListenAddressAsync(QuorumServer self, bool onAllAddresses, CancellationToken cancellation)
    {
        if (onAllAddresses)
        {
            return IPAddress.Any;
        }

        var addresses = await Dns.GetHostAddressesAsync(self.Host, cancellation).ConfigureAwait(false);
        return addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
    }
}
