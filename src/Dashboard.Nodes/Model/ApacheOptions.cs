using System.Globalization;
using System.Text.RegularExpressions;
using Wire;

namespace Dashboard.Nodes;

/// <summary>Which distributions of Apache's are hosted, and how.</summary>
public sealed partial record ApacheOptions
{
    /// <summary>What is given to <see cref="Launch"/> as its first argument.</summary>
    public const string LaunchCommand = "launch";

    /// <summary>The directory that has Kafka's libs.</summary>
    public required string KafkaHome { get; init; }

    /// <summary>The directory that has ZooKeeper's lib; null: the ZooKeeper that comes with Kafka 3.</summary>
    public string? ZooKeeperHome { get; init; }

    /// <summary>Null: that of the data, or what the distributions can do, ZooKeeper first.</summary>
    public HostedMode? Mode { get; init; }

    /// <summary>
    /// KRaft controllers, 1 to <see cref="MostControllers"/>; null: those of the data, or <see cref="UsualControllers"/>.
    /// </summary>
    public int? Controllers { get; init; }

    /// <summary>KRaft: the first brokers are the controllers as well, instead of processes of their own.</summary>
    public bool Combined { get; init; }

    /// <summary>-Xmx of a broker and of a controller, as Java takes it: 512m, 2g.</summary>
    public string KafkaHeap { get; init; } = UsualKafkaHeap;

    /// <summary>-Xmx of a coordinator.</summary>
    public string ZooKeeperHeap { get; init; } = UsualZooKeeperHeap;

    /// <summary>What this machine lets its programs have, in bytes; of a container, what that has.</summary>
    public static long MachineMemory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>What the heaps of all nodes have to fit into, in bytes.</summary>
    public long Memory { get; init; } = MachineMemory;

    /// <summary>
    /// What runs this program with the arguments behind it: a node's process is begun by it, with <see cref="LaunchCommand"/>.
    /// </summary>
    public required IReadOnlyList<string> Launch { get; init; }

    /// <summary>Options that were given and count in ZooKeeper mode alone, beside <see cref="ZooKeeperHome"/>.</summary>
    public IReadOnlyList<string> ForZooKeeperMode { get; init; } = [];

    public const int UsualControllers = 3;

    public const int MostControllers = 9;

    public const string UsualKafkaHeap = "512m";

    public const string UsualZooKeeperHeap = "128m";

    /// <summary>In bytes: with less than this none of Apache's servers comes up.</summary>
    public const long LeastHeap = 32 << 20;

    /// <summary>Why a size cannot be Java's -Xmx, behind its name; null: it can.</summary>
    public static CodedText? HeapProblem(string option, string heap) => BytesOf(heap) switch
    {
        null => CodedText.Of("HeapSize", $"{option} {heap}: takes a size as Java's -Xmx does, such as 512m or 2g."),
        < LeastHeap => CodedText.Of("HeapTooSmall", $"{option} {heap}: a server needs {LeastHeap >> 20}m or more."),
        _ => null,
    };

    /// <summary>Null for what Java's -Xmx does not take here.</summary>
    public static long? BytesOf(string heap) => !HeapSize.IsMatch(heap) ? null
        : long.Parse(heap.AsSpan(0, heap.Length - 1), CultureInfo.InvariantCulture) << char.ToLowerInvariant(heap[^1]) switch
        {
            'k' => 10,
            'm' => 20,
            _ => 30,
        };

    [GeneratedRegex("^[1-9][0-9]{0,8}[kKmMgG]$")]
    private static partial Regex HeapSize { get; }
}
