using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Wire;

namespace ZooKeeper.Server.Quorum.Election;

/// <summary>
/// What the opener of a connection on the election port says first: int64 protocol version, int64 its id, int32 length and text of its
/// election address (of several, joined by "|", in version 2). A server of before 3.5 sends its id alone.
/// </summary>
static class ElectionHandshake
{
    /// <summary>Since 3.5: one address.</summary>
    public const long Version1 = -65536;

    /// <summary>Since 3.6, with multiAddress.enabled: several.</summary>
    public const long Version2 = -65535;

    /// <summary>Bytes of the addresses (QuorumCnxManager.maxBuffer).</summary>
    const int MaxAddresses = 2048;

    public static WireWriter Write(long self, string address)
    {
        var writer = new WireWriter();
        writer.WriteInt64(Version1);
        writer.WriteInt64(self);
        writer.WriteInt32(Encoding.UTF8.GetByteCount(address));
        writer.WriteUtf8(address);
        return writer;
    }

    /// <returns>The id of the opener, and its addresses ("host:port"), none for an old one. What follows stays in the pipe.</returns>
    /// <exception cref="WireFormatException">Not a handshake, or it ends too early.</exception>
    public static async Task<(long Server, IReadOnlyList<string> Addresses)> ReadAsync(
        PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryRead(read.Buffer, out var server, out var addresses, out var end))
            {
                input.AdvanceTo(end);
                return (server, addresses);
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                throw new WireFormatException("The connection ended inside its first message.");
            }
        }
    }

    /// <summary>Pure: false when more bytes are needed.</summary>
    public static bool TryRead(ReadOnlySequence<byte> bytes, out long server, out IReadOnlyList<string> addresses, out SequencePosition end)
    {
        var reader = new SequenceReader<byte>(bytes);
        (server, addresses, end) = (0, [], default);
        if (!reader.TryReadBigEndian(out long version))
        {
            return false;
        }

        // ids are not negative and versions are: this is the id of a server from before 3.5
        if (version >= 0)
        {
            (server, end) = (version, reader.Position);
            return true;
        }

        if (version is not (Version1 or Version2))
        {
            throw new WireFormatException($"Election protocol version {version} is not known.");
        }

        if (!reader.TryReadBigEndian(out server) || !reader.TryReadBigEndian(out int length))
        {
            return false;
        }

        if (length is <= 0 or > MaxAddresses)
        {
            throw new WireFormatException($"An election address of {length} bytes.");
        }

        if (!reader.TryReadExact(length, out var text))
        {
            return false;
        }

        addresses = Encoding.UTF8.GetString(text).Split('|');
        end = reader.Position;
        return true;
    }
}
