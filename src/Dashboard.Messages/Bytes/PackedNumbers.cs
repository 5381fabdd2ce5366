using System.Numerics;
using Wire;

namespace Dashboard.Messages.Bytes;

/// <summary>
/// Numbers that are alike, in few bits: of each block the least, and what each number is more than that, in as many bits as the largest
/// difference takes. Offsets of the partitions of a topic that is evenly written take two bytes each so, where they would take five.
/// </summary>
static class PackedNumbers
{
    /// <summary>One number far from the others makes its block wide, not all.</summary>
    const int Block = 64;

    public static void Write(WireWriter writer, IReadOnlyList<long> numbers)
    {
        foreach (var block in numbers.Chunk(Block))
        {
            var least = block.Min();
            var width = 64 - BitOperations.LeadingZeroCount((ulong)(block.Max() - least));
            var bits = new byte[Bytes(block.Length, width)];
            foreach (var (i, number) in block.Index())
            {
                Put(bits, i * width, width, (ulong)(number - least));
            }

            writer.WriteVarLong(least);
            writer.WriteInt8((sbyte)width);
            writer.WriteBytes(bits);
        }
    }

    /// <exception cref="FormatException">They were not written so.</exception>
    public static long[] Read(ref WireReader reader, int count)
    {
        var numbers = new long[count];
        for (var from = 0; from < count; from += Block)
        {
            var (least, width, length) = (reader.ReadVarLong(), reader.ReadInt8(), Math.Min(Block, count - from));
            if (width is < 0 or > 63)
            {
                throw new FormatException("no numbers");
            }

            var bits = reader.ReadBytes(Bytes(length, width)).Span;
            for (var i = 0; i < length; i++)
            {
                numbers[from + i] = unchecked(least + (long)Take(bits, i * width, width));
            }
        }

        return numbers;
    }

    static int Bytes(int count, int width) => ((count * width) + 7) / 8;

    static void Put(byte[] bits, int at, int width, ulong value)
    {
        for (var i = 0; i < width; i++)
        {
            bits[(at + i) / 8] |= (byte)(((value >> i) & 1) << ((at + i) % 8));
        }
    }

    static ulong Take(ReadOnlySpan<byte> bits, int at, int width)
    {
        ulong value = 0;
        for (var i = 0; i < width; i++)
        {
            value |= (ulong)((bits[(at + i) / 8] >> ((at + i) % 8)) & 1) << i;
        }

        return value;
    }
}
