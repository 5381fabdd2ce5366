using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Wire;

/// <summary>
/// Writes big-endian primitives into a pooled, growing buffer. Lengths that are known only later are reserved and patched.
/// Dispose gives the buffer back to the pool; what <see cref="WrittenMemory"/> returned must not be used after that.
/// </summary>
public sealed class WireWriter(int capacity = 256) : IBufferWriter<byte>, IDisposable
{
    byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);
    int written;

    /// <summary>Bytes written so far.</summary>
    public int Length => written;

    public ReadOnlyMemory<byte> WrittenMemory => buffer.AsMemory(0, written);

    public ReadOnlySpan<byte> WrittenSpan => buffer.AsSpan(0, written);

    public void WriteInt8(sbyte value) => Take(1)[0] = (byte)value;

    public void WriteBoolean(bool value) => Take(1)[0] = value ? (byte)1 : (byte)0;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(2), value);

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(4), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);

    public void WriteFloat64(double value) => BinaryPrimitives.WriteDoubleBigEndian(Take(8), value);

    /// <summary>16 bytes, most significant first.</summary>
    public void WriteUuid(Guid value) => value.TryWriteBytes(Take(16), bigEndian: true, out _);

    /// <summary>Base-128 varint, not zigzag (KIP-482's lengths and tags).</summary>
    public void WriteUnsignedVarInt(uint value) => WriteVarint(value);

    /// <summary>Zigzag varint (record batches).</summary>
    public void WriteVarInt(int value) => WriteVarint((uint)Varint.Unsigned(value));

    /// <summary>Zigzag varint of up to 10 bytes (record batches).</summary>
    public void WriteVarLong(long value) => WriteVarint(Varint.Unsigned(value));

    public void WriteBytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>UTF-8 text without any length before it.</summary>
    public void WriteUtf8(string value) => Encoding.UTF8.GetBytes(value, Take(Encoding.UTF8.GetByteCount(value)));

    /// <summary>
    /// UTF-8 text after an unsigned varint of its length in bytes + 1 (KIP-482's compact string); false, and nothing written, for one too
    /// long: the varint has room, but Apache's readers take no more than an int16 can say.
    /// </summary>
    public bool TryWriteCompactUtf8(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        if (length > short.MaxValue)
        {
            return false;
        }

        WriteUnsignedVarInt((uint)length + 1);
        Encoding.UTF8.GetBytes(value, Take(length));
        return true;
    }

    /// <summary>UTF-8 text after an int16 of its length in bytes; false, and nothing written, for one too long for that.</summary>
    public bool TryWriteUtf8WithInt16(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        if (length > short.MaxValue)
        {
            return false;
        }

        WriteInt16((short)length);
        Encoding.UTF8.GetBytes(value, Take(length));
        return true;
    }

    /// <summary>Puts an unsigned varint at <paramref name="at"/> and moves what was written from there on behind it.</summary>
    public void InsertUnsignedVarInt(int at, uint value)
    {
        var length = written - at;
        var size = Varint.SizeOf(value);
        Take(size);
        buffer.AsSpan(at, length).CopyTo(buffer.AsSpan(at + size));
        var end = written;
        written = at;
        WriteUnsignedVarInt(value);
        written = end;
    }

    /// <summary>Reserves four bytes for a length known later; see <see cref="PatchInt32"/>.</summary>
    public int ReserveInt32()
    {
        var at = written;
        Take(4).Clear();
        return at;
    }

    /// <summary>Overwrites four bytes at <paramref name="at"/>, a position <see cref="ReserveInt32"/> returned.</summary>
    public void PatchInt32(int at, int value) => BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(at, 4), value);

    public void Clear() => written = 0;

    public void Advance(int count) => written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        // IBufferWriter promises a buffer that is not empty, also without a hint
        Ensure(Math.Max(1, sizeHint));
        return buffer.AsMemory(written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        var rented = buffer;
        buffer = [];
        written = 0;
        if (rented.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    void WriteVarint(ulong value) => Varint.Write(Take(Varint.SizeOf(value)), value);

    Span<byte> Take(int length)
    {
        Ensure(length);
        var taken = buffer.AsSpan(written, length);
        written += length;
        return taken;
    }

    void Ensure(int more)
    {
        if (buffer.Length - written >= more)
        {
            return;
        }

        // checked: past 2 GiB an overflow is thrown; a negative size would rent an arbitrary buffer
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(written + more), buffer.Length * 2));
        buffer.AsSpan(0, written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
