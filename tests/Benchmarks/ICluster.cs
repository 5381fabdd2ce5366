using System.Globalization;

namespace Benchmarks;

/// <summary>Three coordinators and three brokers of one maker.</summary>
interface ICluster : IDisposable
{
    string Bootstrap { get; }

    /// <summary>Connect string without a chroot.</summary>
    string ZooKeeper { get; }

    double StartSeconds { get; }

    /// <summary>Resident memory of every process of the cluster.</summary>
    double MemoryMegabytes();
}

/// <summary>What /proc tells of a process.</summary>
static class Memory
{
    public static double Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
