using System.Buffers;
using System.IO.Pipelines;
using Wire;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// Cuts the stream of the quorum port into packets. There are no frames: a packet's own lengths say where it ends, and each is checked
/// before anything is allocated for it.
/// </summary>
static class PacketReader
{
    /// <summary>The longest transaction or request: far above jute.maxbuffer, for multis.</summary>
    public const int MaxData = 64 << 20;

    /// <summary>
    /// Bytes of data and identities in a packet of a learner that is not up to date: far above its LearnerInfo and its epoch.
    /// </summary>
    public const int MaxEarlyData = 1024;

    /// <summary>A client has a handful: one for each addauth, and its address.</summary>
    const int MaxIdentities = 1024;

    /// <param name="input">What the peer sends.</param>
    /// <param name="cancellationToken">The connection's end.</param>
    /// <param name="maxData">Bytes allowed, asked whenever some came: it may rise while a packet is waited for.</param>
    /// <returns>The next packet, its bytes its own; null when the peer closed between two packets.</returns>
    /// <exception cref="WireFormatException">Absurd lengths, or an end inside a packet.</exception>
    public static async ValueTask<QuorumPacket?> ReadAsync(PipeReader input, CancellationToken cancellationToken, Func<int>? maxData = null)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (Measure(read.Buffer, maxData?.Invoke() ?? MaxData) is { } length)
            {
                var packet = Parse(read.Buffer.Slice(0, length).ToArray());
                input.AdvanceTo(read.Buffer.GetPosition(length));
                return packet;
            }

            var rest = read.Buffer.Length;
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return rest == 0
                    ? null
                    : throw new WireFormatException($"The connection ended inside a packet, {rest} bytes after its begin.");
            }
        }
    }

    /// <summary>Length of the packet at the begin of the bytes; null while it is not all there.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="maxData">For data and identities together: what is not all there yet waits in memory.</param>
    public static long? Measure(ReadOnlySequence<byte> bytes, int maxData = MaxData)
    {
        var reader = new SequenceReader<byte>(bytes);
        var left = maxData;
        if (!reader.TryReadBigEndian(out int _) || !reader.TryReadBigEndian(out long _) || !TrySkipBlock(ref reader, ref left)
            || !reader.TryReadBigEndian(out int identities))
        {
            return null;
        }

        if (identities is < -1 or > MaxIdentities)
        {
            throw new WireFormatException($"A packet with {identities} identities.");
        }

        for (var i = 0; i < identities; i++)
        {
            if (!TrySkipBlock(ref reader, ref left) || !TrySkipBlock(ref reader, ref left))
            {
                return null;
            }
        }

        return reader.Consumed;
    }

    static bool TrySkipBlock(ref SequenceReader<byte> reader, ref int left)
    {
        if (!reader.TryReadBigEndian(out int length))
        {
            return false;
        }

        if (length < -1 || length > left)
        {
            throw new WireFormatException($"A block of {length} bytes in a packet.");
        }

        // -1 is null
        if (length <= 0)
        {
            return true;
        }

        if (reader.Remaining < length)
        {
            return false;
        }

        left -= length;
        reader.Advance(length);
        return true;
    }

    static QuorumPacket Parse(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        return QuorumPacket.Read(ref reader);
    }
}
