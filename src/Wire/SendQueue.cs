using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Wire;

/// <summary>
/// What waits to be sent on one connection, and the one loop that sends it. Small messages that wait together leave in one call;
/// large ones are sent from where they lie. The loop owns the sending half; <see cref="TryAdd"/> may be called from any thread.
/// </summary>
sealed class SendQueue(Transport transport, PauseGate? gate)
{
    /// <summary>Bytes that are copied together at most; a message of more than a quarter of it is not copied.</summary>
    const int BatchSize = 64 << 10;

    readonly Channel<WireWriter> waiting = Channel.CreateUnbounded<WireWriter>(new UnboundedChannelOptions { SingleReader = true });
    TaskCompletionSource? moved;
    long bytesQueued;
    long messagesSent;

    public long BytesQueued => Volatile.Read(ref bytesQueued);

    public long MessagesSent => Volatile.Read(ref messagesSent);

    /// <summary>False when no more is taken; the message then stays with the caller. <paramref name="queued"/> counts it.</summary>
    public bool TryAdd(WireWriter message, out long queued)
    {
        var length = message.Length;
        // counted first: the loop may send and subtract it before this method is back
        queued = Interlocked.Add(ref bytesQueued, length);
        if (waiting.Writer.TryWrite(message))
        {
            return true;
        }

        Interlocked.Add(ref bytesQueued, -length);
        return false;
    }

    /// <summary>Until no more than so many bytes wait, or it is cancelled. Does not throw.</summary>
    public async ValueTask DrainAsync(long most, CancellationToken cancellationToken)
    {
        while (BytesQueued > most && !cancellationToken.IsCancellationRequested)
        {
            var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var next = Interlocked.CompareExchange(ref moved, fresh, null) ?? fresh;
            // once more, now that the loop knows of the wait: it may have sent the last of it before
            if (BytesQueued > most)
            {
                await next.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Takes no more; the loop ends once all is sent.</summary>
    public void Complete() => waiting.Writer.TryComplete();

    /// <summary>
    /// Sends until completed and empty, the socket fails (<see cref="SocketException"/>, <see cref="IOException"/>,
    /// <see cref="ObjectDisposedException"/>) or it is cancelled.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (waiting.Reader.TryRead(out var message))
                {
                    if (gate is { IsPaused: true })
                    {
                        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
                    }

                    // a single message is sent from its own buffer: copying pays only where it saves a system call
                    if (IsSmall(message) && waiting.Reader.TryPeek(out var following) && IsSmall(following))
                    {
                        await SendTogetherAsync(message, cancellationToken).ConfigureAwait(false);
                    }
                    else
                    {
                        await transport.SendAsync(message.WrittenMemory, cancellationToken).ConfigureAwait(false);
                        Sent(message, message.Length);
                    }
                }
            }
        }
        finally
        {
            Complete();
            while (waiting.Reader.TryRead(out var message))
            {
                message.Dispose();
            }
        }
    }

    static bool IsSmall(WireWriter message) => message.Length <= BatchSize / 4;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    async ValueTask SendTogetherAsync(WireWriter first, CancellationToken cancellationToken)
    {
        var batch = ArrayPool<byte>.Shared.Rent(BatchSize);
        try
        {
            var filled = Copy(first, batch, 0);
            while (waiting.Reader.TryPeek(out var next)
                && IsSmall(next)
                && filled + next.Length <= BatchSize
                && waiting.Reader.TryRead(out next))
            {
                filled = Copy(next, batch, filled);
            }

            await transport.SendAsync(batch.AsMemory(0, filled), cancellationToken).ConfigureAwait(false);
            Left(filled);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(batch);
        }
    }

    int Copy(WireWriter message, byte[] batch, int at)
    {
        message.WrittenSpan.CopyTo(batch.AsSpan(at));
        var end = at + message.Length;
        // its bytes count as queued until the kernel has the whole batch
        Sent(message, 0);
        return end;
    }

    void Sent(WireWriter message, int length)
    {
        message.Dispose();
        // no interlocked addition: this loop is the only writer
        Volatile.Write(ref messagesSent, messagesSent + 1);
        Left(length);
    }

    void Left(int bytes)
    {
        Interlocked.Add(ref bytesQueued, -bytes);
        if (Volatile.Read(ref moved) is not null)
        {
            Interlocked.Exchange(ref moved, null)?.TrySetResult();
        }
    }
}
