using Wire;

namespace Kafka.Client;

/// <summary>The messages of a login as they were before Kafka 1.0 (KIP-43).</summary>
public sealed partial class KafkaConnection
{
    /// <summary>The next frame is the answer to a token, and has no header; null: it is the answer to a request.</summary>
    TaskCompletionSource<byte[]>? token;

    /// <summary>
    /// After SaslHandshake v0 each message of the mechanism is a frame of its own, without a header. No request is under way meanwhile.
    /// </summary>
    internal async Task<byte[]> ExchangeTokenAsync(byte[] message, TimeSpan deadline, CancellationToken cancellationToken)
    {
        const string what = "a message of the login";
        var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        // before it is sent: the answer has no number by which a later one could still be matched
        Volatile.Write(ref token, answer);
        var frame = new WireWriter();
        frame.WriteInt32(message.Length);
        frame.WriteBytes(message);
        // IsClosed: the read loop may have ended before the field above was set
        if (!connection.Enqueue(frame) || IsClosed)
        {
            throw Closed();
        }

        try
        {
            return await answer.Task.WaitAsync(deadline, options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new KafkaTimeoutException(Host, Port, what, deadline);
        }
    }

    bool IsToken(Frame frame)
    {
        // for one frame only: what comes after it has headers again
        if (Interlocked.Exchange(ref token, null) is not { } waiting)
        {
            return false;
        }

        waiting.TrySetResult(frame.Memory.ToArray());
        return true;
    }
}
