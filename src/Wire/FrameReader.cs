using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Wire;

/// <summary>
/// Length-prefixed (int32) frames of one socket. A length is checked before anything is allocated, and a frame is allocated only once it
/// has arrived whole: a peer that announces much and sends little costs what it sent, and no more than the node's budget has room for. One
/// reader at a time.
/// </summary>
public sealed class FrameReader
{
    readonly PipeReader input;
    readonly PauseGate? gate;
    readonly FrameBudget? budget;
    long framesRead;

    public FrameReader(PipeReader input, int maxFrameLength, PauseGate? gate = null, FrameBudget? budget = null)
    {
        this.input = input;
        MaxFrameLength = maxFrameLength;
        this.gate = gate;
        this.budget = budget;
    }

    /// <summary>Bytes of the longest frame that is read; for the frames after the last one that was. The reader's to change.</summary>
    public int MaxFrameLength { get; set; }

    /// <summary>Whole frames read so far.</summary>
    public long FramesRead => Volatile.Read(ref framesRead);

    /// <summary>The next frame, or null when the peer ended the stream between two frames. The caller disposes the frame.</summary>
    /// <exception cref="WireFormatException">The length is negative or above the limit, or the stream ended inside a frame.</exception>
    /// <exception cref="IOException">The connection broke, or was closed on this side.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        FrameShare? share = null;
        try
        {
            while (true)
            {
                if (gate is { IsPaused: true })
                {
                    await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
                }

                var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
                var buffer = result.Buffer;
                if (TryTake(ref buffer, ref share, out var frame))
                {
                    input.AdvanceTo(buffer.Start);
                    // one reader at a time: nothing to interlock; volatile for the watchdog's thread
                    Volatile.Write(ref framesRead, framesRead + 1);
                    return frame;
                }

                // all was looked at: the next read waits for more instead of giving the same bytes again
                input.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCanceled)
                {
                    throw new OperationCanceledException(cancellationToken);
                }

                if (result.IsCompleted)
                {
                    return buffer.IsEmpty
                        ? null
                        : throw new WireFormatException($"The stream ended inside a frame, {buffer.Length} bytes after it began.");
                }

                if (share is not null)
                {
                    await share.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            share?.Dispose();
        }
    }

    /// <param name="buffer">What has come; what is behind the frame once one was taken.</param>
    /// <param name="share">Of the frame that arrives; the frame has it once it is whole.</param>
    /// <param name="frame">The next one, whole.</param>
    bool TryTake(ref ReadOnlySequence<byte> buffer, ref FrameShare? share, out Frame? frame)
    {
        frame = null;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadBigEndian(out int length))
        {
            return false;
        }

        if (length < 0 || length > MaxFrameLength)
        {
            input.AdvanceTo(buffer.Start);
            throw length < 0
                ? new WireFormatException($"A frame of {length} bytes announced.")
                : new FrameTooLongException(length, MaxFrameLength);
        }

        if (budget is not null && length > FrameBudget.Small)
        {
            share ??= budget.Open();
            share.Take(Math.Min(reader.Remaining, length));
        }

        if (reader.Remaining < length)
        {
            return false;
        }

        var body = buffer.Slice(sizeof(int), length);
        frame = Frame.Copy(body, share);
        share = null;
        buffer = buffer.Slice(body.End);
        return true;
    }
}
