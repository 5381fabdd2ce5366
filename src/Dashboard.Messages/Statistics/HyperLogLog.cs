using System.Numerics;

namespace Dashboard.Messages.Statistics;

/// <summary>
/// How many different values there were, in 32 KiB whatever their number: HyperLogLog (Flajolet and others, 2007) with the estimator of
/// Ertl (2017), which needs no tables against bias. Two of them add up to that of both.
/// </summary>
sealed class HyperLogLog
{
    const int Precision = 15, Registers = 1 << Precision, Bits = 64 - Precision;

    readonly byte[] registers = new byte[Registers];

    /// <summary>The estimate is within this part of the number 19 times of 20.</summary>
    public static double Margin { get; } = 2 * 1.04 / Math.Sqrt(Registers);

    /// <param name="hash">All of its bits are as good as random.</param>
    public void Add(ulong hash)
    {
        // the first 15 bits choose the register, the zeros that follow them count
        ref var register = ref registers[hash >> Bits];
        var rank = (byte)(Math.Min(BitOperations.LeadingZeroCount(hash << Precision), Bits) + 1);
        register = Math.Max(register, rank);
    }

    public void Add(HyperLogLog other)
    {
        for (var i = 0; i < Registers; i++)
        {
            registers[i] = Math.Max(registers[i], other.registers[i]);
        }
    }

    public void Write(BinaryWriter writer) => writer.Write(registers);

    /// <exception cref="EndOfStreamException">It ends before.</exception>
    public static HyperLogLog Read(BinaryReader reader)
    {
        var read = new HyperLogLog();
        reader.BaseStream.ReadExactly(read.registers);
        return read;
    }

    public long Estimate()
    {
        // Ertl's estimator (arXiv:1702.01284): right from none to very many without tables of corrections
        Span<int> counts = stackalloc int[Bits + 2];
        foreach (var register in registers)
        {
            counts[register]++;
        }

        var sum = Registers * Tau(1 - (counts[Bits + 1] / (double)Registers));
        for (var rank = Bits; rank >= 1; rank--)
        {
            sum = (sum + counts[rank]) / 2;
        }

        sum += Registers * Sigma(counts[0] / (double)Registers);
        return (long)Math.Round(Registers * (double)Registers / (2 * Math.Log(2) * sum));
    }

    /// <summary>What registers that are 0 stand for.</summary>
    static double Sigma(double x)
    {
        if (x >= 1)
        {
            return double.PositiveInfinity;
        }

        var (sum, before, weight) = (x, -1.0, 1.0);
        while (sum > before)
        {
            x *= x;
            before = sum;
            sum += x * weight;
            weight += weight;
        }

        return sum;
    }

    /// <summary>What registers that are full stand for.</summary>
    static double Tau(double x)
    {
        if (x is <= 0 or >= 1)
        {
            return 0;
        }

        var (sum, before, weight) = (1 - x, 2.0, 1.0);
        while (sum < before)
        {
            x = Math.Sqrt(x);
            before = sum;
            weight /= 2;
            sum -= (1 - x) * (1 - x) * weight;
        }

        return sum / 3;
    }
}
