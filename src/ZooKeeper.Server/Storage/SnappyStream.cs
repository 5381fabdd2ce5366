using System.Buffers.Binary;
using Snappier;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// The stream of snappy-java's SnappyOutputStream: eight bytes of magic, int32 version, int32 oldest compatible version, then blocks, each
/// int32 length and so many bytes of raw snappy. One direction; does not own the file.
/// </summary>
sealed class SnappyStream : Stream
{
    /// <summary>Bytes before compression, as snappy-java's.</summary>
    const int BlockSize = 32 << 10;

    /// <summary>No writer makes longer ones; a corrupt length must not cost memory.</summary>
    const int LongestBlock = 64 << 20;

    static readonly byte[] Header = [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1];

    readonly Stream file;
    readonly bool writes;
    byte[] block;
    int position;
    int length;

    SnappyStream(Stream file, bool writes)
    {
        (this.file, this.writes) = (file, writes);
        block = writes ? new byte[BlockSize] : [];
    }

    /// <exception cref="InvalidDataException">It does not begin as such a stream.</exception>
    public static SnappyStream Reading(Stream file)
    {
        var header = new byte[Header.Length];
        var isComplete = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length;
        return isComplete && header.AsSpan(0, 8).SequenceEqual(Header.AsSpan(0, 8))
            ? new SnappyStream(file, writes: false)
            : throw new InvalidDataException("It does not begin with the magic of a snappy stream.");
    }

    public static SnappyStream Writing(Stream file)
    {
        file.Write(Header);
        return new SnappyStream(file, writes: true);
    }

    public override bool CanRead => !writes;

    public override bool CanSeek => false;

    public override bool CanWrite => writes;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (position == length && !ReadBlock())
        {
            return 0;
        }

        var taken = Math.Min(buffer.Length, length - position);
        block.AsSpan(position, taken).CopyTo(buffer);
        position += taken;
        return taken;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var taken = Math.Min(buffer.Length, BlockSize - position);
            buffer[..taken].CopyTo(block.AsSpan(position));
            position += taken;
            buffer = buffer[taken..];
            if (position == BlockSize)
            {
                WriteBlock();
            }
        }
    }

    public override void Flush() => WriteBlock();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && writes)
        {
            WriteBlock();
        }

        base.Dispose(disposing);
    }

    void WriteBlock()
    {
        if (position == 0)
        {
            return;
        }

        var compressed = Snappy.CompressToArray(block.AsSpan(0, position));
        Span<byte> size = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(size, compressed.Length);
        file.Write(size);
        file.Write(compressed);
        position = 0;
    }

    bool ReadBlock()
    {
        var size = new byte[sizeof(int)];
        if (file.ReadAtLeast(size, size.Length, throwOnEndOfStream: false) < size.Length)
        {
            return false;
        }

        var compressed = new byte[Checked(BinaryPrimitives.ReadInt32BigEndian(size))];
        file.ReadExactly(compressed);
        block = new byte[Checked(Snappy.GetUncompressedLength(compressed))];
        length = Snappy.Decompress(compressed, block);
        position = 0;
        return true;
    }

    static int Checked(int size) =>
        size is > 0 and <= LongestBlock ? size : throw new InvalidDataException($"A snappy block of {size} bytes.");
}
