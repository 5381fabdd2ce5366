using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Wire;

/// <summary>
/// The receiving half of a connection as a stream. It does not read while the gate is closed; every failure is an
/// <see cref="IOException"/>.
/// </summary>
sealed class TransportStream(Transport transport, PauseGate? gate, CancellationToken closing) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await transport.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            // after the receive: one that was pending when the node was paused must not give its bytes on
            if (gate is { IsPaused: true })
            {
                await WaitAsync(gate, cancellationToken).ConfigureAwait(false);
            }

            // a send that failed has taken the socket's error with it, and receiving then looks like a clean end
            return count > 0 || buffer.Length == 0 || !closing.IsCancellationRequested ? count : throw Closed();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw e is SocketException ? new IOException(e.Message, e) : Closed(e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    async Task WaitAsync(PauseGate paused, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closing);
        try
        {
            await paused.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Closed();
        }
    }

    static IOException Closed(Exception? cause = null) => new("The connection was closed on this side.", cause);
}
