using System.Numerics;

namespace Wire;

/// <summary>
/// Numbers of variable length: 7 bits a byte, the least significant first, the high bit set on all but the last. Kafka's records and
/// flexible messages, Avro and Protocol Buffers have them; signed ones are zigzag (0, -1, 1, -2 … are 0, 1, 2, 3 …).
/// </summary>
public static class Varint
{
    /// <summary>Bytes of a 64-bit number, at most.</summary>
    public const int Longest = 10;

    /// <summary>The same of a 32-bit number.</summary>
    public const int LongestInt = 5;

    /// <returns>Bytes that the number has; 0: it does not end there, or has more than 64 bits.</returns>
    public static int Read(ReadOnlySpan<byte> from, out ulong value)
    {
        // nearly all are: lengths, tags, differences to the record before
        if (!from.IsEmpty && from[0] < 0x80)
        {
            value = from[0];
            return 1;
        }

        return ReadLong(from, out value);
    }

    static int ReadLong(ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (var i = 0; i < from.Length && i < Longest; i++)
        {
            var group = from[i];
            // nine groups are 63 bits: the tenth has room for one, and no continuation
            if (i == Longest - 1 && group > 1)
            {
                break;
            }

            value |= (ulong)(group & 0x7f) << (7 * i);
            if (group < 0x80)
            {
                return i + 1;
            }
        }

        value = 0;
        return 0;
    }

    // | 1: zero takes a byte as well, and has no logarithm
    public static int SizeOf(ulong value) => 1 + (BitOperations.Log2(value | 1) / 7);

    /// <returns>Bytes written, as many as <see cref="SizeOf"/> says.</returns>
    public static int Write(Span<byte> to, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            to[length++] = (byte)(value | 0x80);
        }

        to[length] = (byte)value;
        return length + 1;
    }

    public static void Write(Stream to, ulong value)
    {
        Span<byte> bytes = stackalloc byte[Longest];
        to.Write(bytes[..Write(bytes, value)]);
    }

    /// <summary>The number that a zigzag number means.</summary>
    public static long Signed(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>The zigzag number for it.</summary>
    public static ulong Unsigned(long value) => (ulong)(value << 1) ^ (ulong)(value >> 63);
}
