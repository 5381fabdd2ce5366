using System.Net.Security;
using System.Net.Sockets;

namespace Wire;

/// <summary>The bytes of one open socket, plain or within TLS: one reads, one writes, at the same time.</summary>
abstract class Transport : IDisposable
{
    internal static Transport Over(Socket socket, SslStream? secured) =>
        secured is null ? new PlainTransport(socket) : new SecuredTransport(secured);

    /// <summary>0 at the end of the peer's stream. Throws SocketException, IOException or ObjectDisposedException.</summary>
    internal abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Sends all of it. Throws as <see cref="ReceiveAsync"/>.</summary>
    internal abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Frees what lies above the socket, which is closed already.</summary>
    public virtual void Dispose()
    {
    }
}
