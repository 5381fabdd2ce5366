using System.Buffers.Binary;
using Wire;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// The format of a log file (org.apache.zookeeper.server.persistence.FileTxnLog): FileHeader (magic ZKLG, version 2, dbid 0), then entries
/// of int64 Adler-32 of the transaction, int32 length, transaction, byte 0x42; zeros after the last one, since room is made in advance.
/// </summary>
static class LogFile
{
    public const int Magic = 0x5a4b4c47;
    public const int Version = 2;
    public const int HeaderLength = 16;
    public const byte EndOfRecord = 0x42;

    /// <summary>Bytes of an entry beyond its transaction.</summary>
    public const int EntryOverhead = 13;

    /// <summary>
    /// What Apache's reader takes at most: jute.maxbuffer and as much again for what a server adds; larger with a larger jute.maxbuffer.
    /// </summary>
    const int MaxTransaction = 256 << 20;

    public static void WriteHeader(WireWriter writer) => new FileHeader { Magic = Magic, Version = Version, Dbid = 0 }.Write(writer);

    public static void WriteEntry(WireWriter writer, ReadOnlySpan<byte> transaction)
    {
        writer.WriteInt64(Adler32.Of(transaction));
        writer.WriteInt32(transaction.Length);
        writer.WriteBytes(transaction);
        writer.WriteInt8((sbyte)EndOfRecord);
    }

    /// <summary>
    /// Entries of one file, in order, each with the position after it. Ends at the zeros, at the end of the file, or at the first entry
    /// that is not whole;
    /// <see cref="LogEnd"/> says which.
    /// </summary>
    /// <exception cref="InvalidDataException">Not a log file, or an entry whose checksum is right and whose content is not a
    /// transaction.</exception>
    public static IEnumerable<(Proposal Proposal, long End)> Read(string path, LogEnd? end = null)
    {
        // shared: the writer has the newest file open
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16);
        end ??= new LogEnd();
        var head = new byte[HeaderLength];
        if (stream.ReadAtLeast(head, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
        {
            end.Torn(0, "the file ends inside its header");
            yield break;
        }

        if (BinaryPrimitives.ReadInt32BigEndian(head) != Magic || BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) != Version)
        {
            // a crash right after the creation leaves a file of zeros
            if (head.All(b => b == 0))
            {
                end.Torn(0, "the header was never written");
                yield break;
            }

            throw new InvalidDataException($"{path} is not a transaction log of version {Version}.");
        }

        var position = (long)HeaderLength;
        while (ReadEntry(stream, position, end) is { } transaction)
        {
            position += transaction.Length + EntryOverhead;
            yield return (Parse(transaction, path, position), position);
        }
    }

    /// <summary>Whether a whole entry with the right checksum starts at a position.</summary>
    public static bool HasEntryAt(FileStream stream, long position)
    {
        stream.Position = position;
        return ReadEntry(stream, position, new LogEnd()) is not null;
    }

    static byte[]? ReadEntry(FileStream stream, long position, LogEnd end)
    {
        Span<byte> head = stackalloc byte[12];
        var got = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        // room made in advance is zeros, and no entry has a length of 0
        if (got == 0 || head[..got].IndexOfAnyExcept((byte)0) < 0)
        {
            end.Clean(position);
            return null;
        }

        var length = got == head.Length ? BinaryPrimitives.ReadInt32BigEndian(head[8..]) : 0;
        if (got < head.Length || length <= 0 || length > MaxTransaction || position + EntryOverhead + length > stream.Length)
        {
            end.Torn(position, "an entry is cut short");
            return null;
        }

        var transaction = new byte[length];
        stream.ReadExactly(transaction);
        var last = stream.ReadByte();
        if (last == EndOfRecord && Adler32.Of(transaction) == BinaryPrimitives.ReadInt64BigEndian(head))
        {
            return transaction;
        }

        // with the place of the next one: a good entry there shows that this is damage and no torn tail
        end.Torn(position, "an entry's checksum is wrong", resumesAt: position + EntryOverhead + length);
        return null;
    }

    static Proposal Parse(byte[] transaction, string path, long position)
    {
        try
        {
            return Proposal.Parse(transaction);
        }
        catch (WireFormatException e)
        {
            throw new InvalidDataException(
                $"{path}: the entry before byte {position} has the right checksum but is no transaction: {e.Message}", e);
        }
    }
}
