using System.Buffers.Binary;
using System.Text;
using Wire;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// Jute values from a stream of unknown length: a snapshot file, or a snapshot that a leader sends. Takes exactly the bytes of what was
/// asked for. Absurd lengths are refused before anything is allocated.
/// </summary>
sealed class JuteStreamReader(Stream stream)
{
    /// <summary>
    /// No string or buffer of a snapshot is longer: a multi of 1 MB cannot make one, but jute.maxbuffer can be set higher on an Apache
    /// server.
    /// </summary>
    public const int MaxLength = 256 << 20;

    readonly byte[] scratch = new byte[8];
    Adler32 sum = new();

    /// <summary>Adler-32 of everything read so far.</summary>
    public long Checksum => sum.Value;

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Fill(scratch.AsSpan(0, 4)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Fill(scratch.AsSpan(0, 8)));

    /// <summary>Null for length -1.</summary>
    public byte[]? ReadBuffer()
    {
        var length = ReadInt32();
        if (length == -1)
        {
            return null;
        }

        if (length is < 0 or > MaxLength)
        {
            throw new WireFormatException($"A length of {length} bytes in a snapshot.");
        }

        return length == 0 ? [] : ReadExactly(length);
    }

    public string ReadString() => Encoding.UTF8.GetString(ReadBuffer() ?? []);

    public byte[] ReadExactly(int length)
    {
        // in steps, so that a length that lies costs no more memory than there are bytes
        const int step = 1 << 20;
        var bytes = new byte[Math.Min(length, step)];
        Fill(bytes);
        while (bytes.Length < length)
        {
            var before = bytes.Length;
            Array.Resize(ref bytes, (int)Math.Min(length, (long)before * 2));
            Fill(bytes.AsSpan(before));
        }

        return bytes;
    }

    Span<byte> Fill(Span<byte> target)
    {
        stream.ReadExactly(target);
        sum.Add(target);
        return target;
    }
}
