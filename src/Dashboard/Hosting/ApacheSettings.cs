using System.Reflection;
using Dashboard.Nodes;

namespace Dashboard.Hosting;

/// <summary>What the settings say of Apache's processes, where they are what is hosted.</summary>
static class ApacheSettings
{
    /// <summary>One sentence a person can act on, or null. What is in the directories is looked at when they are opened.</summary>
    public static string? Problem(CastellanOptions options)
    {
        if (options.Engine != EngineKind.Apache)
        {
            (string Option, bool IsGiven)[] onlyApache =
            [
                ("--kafka-home", options.KafkaHome is not null),
                ("--zookeeper-home", options.ZooKeeperHome is not null),
                ("--mode", options.Mode is not null),
                ("--controllers", options.Controllers is not null),
                ("--combined", options.Combined),
                ("--kafka-heap", options.KafkaHeap is not null),
                ("--zookeeper-heap", options.ZooKeeperHeap is not null),
            ];
            return onlyApache.FirstOrDefault(o => o.IsGiven).Option is { } given
                    ? $"{given} is for Apache's processes: add --engine apache."
                : options is { Chosen: { Engine: EngineKind.Apache, Mode: HostedMode.KRaft }, CoordinatorsAreSet: true }
                    ? "--coordinators is for ZooKeeper mode, and a cluster in KRaft mode was chosen on the Nodes page: leave it out."
                : null;
        }

        if (!options.Local)
        {
            return "--engine apache and --no-local: one hosts Apache's processes, the other nothing.";
        }

        if (string.IsNullOrWhiteSpace(options.KafkaHome))
        {
            return "--engine apache: --kafka-home DIR is missing, the directory into which Apache Kafka was unpacked.";
        }

        if (options.Controllers is < 1 or > ApacheOptions.MostControllers)
        {
            return $"--controllers {options.Controllers}: 1 to {ApacheOptions.MostControllers} can be hosted.";
        }

        var apache = Of(options)!;
        return (ApacheOptions.HeapProblem("--kafka-heap", apache.KafkaHeap)
            ?? ApacheOptions.HeapProblem("--zookeeper-heap", apache.ZooKeeperHeap))?.English;
    }

    /// <summary>Null unless they are what is hosted.</summary>
    public static ApacheOptions? Of(CastellanOptions options) => options.Engine != EngineKind.Apache ? null : new ApacheOptions
    {
        KafkaHome = options.KafkaHome!,
        ZooKeeperHome = options.ZooKeeperHome,
        Mode = options.Mode,
        Controllers = options.Controllers,
        Combined = options.Combined,
        KafkaHeap = options.KafkaHeap ?? ApacheOptions.UsualKafkaHeap,
        ZooKeeperHeap = options.ZooKeeperHeap ?? ApacheOptions.UsualZooKeeperHeap,
        ForZooKeeperMode =
        [
            .. options.CoordinatorsAreSet ? (string[])["--coordinators"] : [],
            .. options.ZooKeeperHeap is null ? (string[])[] : ["--zookeeper-heap"],
        ],
        Launch = ThisProgram,
    };

    /// <summary>As it was started: by a file of its own, or by dotnet.</summary>
    public static IReadOnlyList<string> ThisProgram =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, Assembly.GetEntryAssembly()!.Location]
            : [Environment.ProcessPath!];
}
