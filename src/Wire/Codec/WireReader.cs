using System.Buffers.Binary;
using System.Text;

namespace Wire;

/// <summary>
/// Reads big-endian primitives from one whole frame. Strings are copied; byte ranges are slices of the frame and live as long as it does.
/// Every length is checked against what is left before anything is allocated; a short or absurd one is a <see cref="WireFormatException"/>.
/// </summary>
public ref struct WireReader
{
    readonly ReadOnlyMemory<byte> frame;
    readonly ReadOnlySpan<byte> span;
    int position;

    public WireReader(ReadOnlyMemory<byte> frame)
    {
        this.frame = frame;
        span = frame.Span;
        position = 0;
    }

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => position;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => span.Length - position;

    public sbyte ReadInt8() => (sbyte)Take(1)[0];

    /// <summary>Any byte but 0 is true, as in Kafka and in jute.</summary>
    public bool ReadBoolean() => Take(1)[0] != 0;

    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public double ReadFloat64() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>16 bytes, most significant first, as <see cref="Guid"/> prints them.</summary>
    public Guid ReadUuid() => new(Take(16), bigEndian: true);

    /// <summary>Base-128 varint of at most 5 bytes, not zigzag (KIP-482's lengths and tags).</summary>
    public uint ReadUnsignedVarInt()
    {
        var value = ReadVarint(Varint.LongestInt);
        return value <= uint.MaxValue
            ? (uint)value
            : throw new WireFormatException($"A varint before byte {position} is longer than 32 bits.");
    }

    /// <summary>Zigzag varint of at most 5 bytes (record batches).</summary>
    public int ReadVarInt() => (int)Varint.Signed(ReadUnsignedVarInt());

    /// <summary>Zigzag varint of at most 10 bytes (record batches).</summary>
    public long ReadVarLong() => Varint.Signed(ReadVarint(Varint.Longest));

    /// <summary>A slice of the frame, not a copy.</summary>
    public ReadOnlyMemory<byte> ReadBytes(int length)
    {
        Require(length);
        var slice = frame.Slice(position, length);
        position += length;
        return slice;
    }

    /// <summary>UTF-8 text of <paramref name="length"/> bytes.</summary>
    public string ReadUtf8(int length) => Encoding.UTF8.GetString(Take(length));

    /// <summary>Checks a count of elements, each of at least <paramref name="elementSize"/> bytes, against what is left.</summary>
    public readonly int CheckCount(long count, int elementSize = 1)
    {
        // count is a long: as an int the product of two honest numbers could overflow to a small one
        if (count < 0 || count * elementSize > Remaining)
        {
            throw new WireFormatException($"{count} elements announced at byte {position}, {Remaining} bytes left.");
        }

        return (int)count;
    }

    public void Skip(int length) => Take(length);

    ulong ReadVarint(int most)
    {
        var length = Varint.Read(span.Slice(position, Math.Min(most, Remaining)), out var value);
        if (length == 0)
        {
            // throws where the frame ended within the number; past it the number itself is too long
            Require(Math.Min(most, Remaining + 1));
            throw new WireFormatException($"A varint at byte {position} is longer than {(most == Varint.Longest ? 64 : 32)} bits.");
        }

        position += length;
        return value;
    }

    ReadOnlySpan<byte> Take(int length)
    {
        Require(length);
        var taken = span.Slice(position, length);
        position += length;
        return taken;
    }

    readonly void Require(int length)
    {
        // unsigned: one comparison refuses negative lengths too
        if ((uint)length > (uint)Remaining)
        {
            throw new WireFormatException($"{length} bytes wanted at byte {position}, {Remaining} left.");
        }
    }
}
