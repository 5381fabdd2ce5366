using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Wire;

/// <summary>
/// Length-prefixed (int32) frames of one socket. A length is checked before anything is allocated, and a frame is allocated only once it
/// has arrived whole: a peer that announces much and sends little costs what it sent. One reader at a time.
/// </summary>
public sealed class FrameReader
{
    readonly PipeReader input;
    readonly int maxFrameLength;
    readonly PauseGate? gate;
    long framesRead;

    public FrameReader(PipeReader input, int maxFrameLength)
        : this(input, maxFrameLength, gate: null)
    {
    }

    internal FrameReader(PipeReader input, int maxFrameLength, PauseGate? gate)
    {
        this.input = input;
        this.maxFrameLength = maxFrameLength;
        this.gate = gate;
    }

    /// <summary>Whole frames read so far.</summary>
    public long FramesRead => Volatile.Read(ref framesRead);

    /// <summary>The next frame, or null when the peer ended the stream between two frames. The caller disposes the frame.</summary>
    /// <exception cref="WireFormatException">The length is negative or above the limit, or the stream ended inside a frame.</exception>
    /// <exception cref="IOException">The connection broke, or was closed on this side.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (gate is { IsPaused: true })
            {
                await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (TryTake(ref buffer, out var frame))
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
        }
    }

    bool TryTake(ref ReadOnlySequence<byte> buffer, out Frame? frame)
    {
        frame = null;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadBigEndian(out int length))
        {
            return false;
        }

        if (length < 0 || length > maxFrameLength)
        {
            input.AdvanceTo(buffer.Start);
            throw length < 0
                ? new WireFormatException($"A frame of {length} bytes announced.")
                : new FrameTooLongException(length, maxFrameLength);
        }

        if (reader.Remaining < length)
        {
            return false;
        }

        var body = buffer.Slice(sizeof(int), length);
        frame = Frame.Copy(body);
        buffer = buffer.Slice(body.End);
        return true;
    }
}
