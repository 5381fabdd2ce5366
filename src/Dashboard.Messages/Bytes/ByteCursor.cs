using System.Buffers.Binary;
using System.Text;

namespace Dashboard.Messages.Bytes;

/// <summary>Reads untrusted bytes forward, never past their end; each failure names the byte.</summary>
ref struct ByteCursor(ReadOnlySpan<byte> bytes, int origin = 0)
{
    readonly ReadOnlySpan<byte> span = bytes;

    /// <summary>In the whole body, where these bytes are a part of it.</summary>
    public readonly int At => origin + Position;

    public int Position { get; private set; }

    public readonly int Left => span.Length - Position;

    public readonly bool IsAtEnd => Position == span.Length;

    public byte Byte() => Take(1)[0];

    public ReadOnlySpan<byte> Take(long length)
    {
        if (length < 0 || length > Left)
        {
            throw new UndecodableException($"{length} bytes are announced where {Left} are left", At);
        }

        var taken = span.Slice(Position, (int)length);
        Position += (int)length;
        return taken;
    }

    /// <summary>Base 128, least significant group first.</summary>
    public ulong Varint()
    {
        var length = Wire.Varint.Read(span[Position..], out var value);
        if (length > 0)
        {
            Position += length;
            return value;
        }

        if (Left >= Wire.Varint.Longest)
        {
            throw new UndecodableException("a number goes on for more than 10 bytes", At);
        }

        Take(Left);
        return Byte(); // which says where the bytes end
    }

    /// <summary>The same, of a signed number (0, -1, 1, -2, …).</summary>
    public long ZigZag() => Wire.Varint.Signed(Varint());

    public float Float() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>Bytes that are no UTF-8 become replacement characters: the rest is still worth reading.</summary>
    public string Utf8(long length) => Encoding.UTF8.GetString(Take(length));

    public readonly void RequireEnd()
    {
        if (!IsAtEnd)
        {
            throw new UndecodableException($"{Left} bytes are left over", At);
        }
    }
}
