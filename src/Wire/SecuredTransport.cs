using System.Net.Security;

namespace Wire;

sealed class SecuredTransport(SslStream stream) : Transport
{
    internal override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        stream.ReadAsync(buffer, cancellationToken);

    internal override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        stream.WriteAsync(bytes, cancellationToken);

    public override void Dispose() => stream.Dispose();
}
