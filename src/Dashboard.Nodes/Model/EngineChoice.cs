using System.Text.Json.Serialization;

namespace Dashboard.Nodes;

/// <summary>
/// What is to be hosted, as a person chooses it. Numbers of nodes are for the first start: where there is data, there are as many as it is
/// of.
/// </summary>
public sealed record EngineChoice(EngineKind Engine, HostedMode Mode = HostedMode.ZooKeeper)
{
    /// <summary>Where Apache Kafka was unpacked; for <see cref="EngineKind.Apache"/>, as the following.</summary>
    public string? KafkaHome { get; init; }

    /// <summary>Null: the ZooKeeper that comes with Kafka 3.</summary>
    public string? ZooKeeperHome { get; init; }

    /// <summary>ZooKeeper mode; 1 to <see cref="HostingOptions.MostCoordinators"/>.</summary>
    [JsonRequired]
    public int Coordinators { get; init; } = HostingOptions.UsualCoordinators;

    /// <summary>KRaft mode; 1 to <see cref="ApacheOptions.MostControllers"/>.</summary>
    [JsonRequired]
    public int Controllers { get; init; } = ApacheOptions.UsualControllers;

    /// <summary>KRaft mode: the first brokers are the controllers as well.</summary>
    public bool Combined { get; init; }

    /// <summary>1 to <see cref="HostingOptions.MostBrokers"/>.</summary>
    [JsonRequired]
    public int Brokers { get; init; } = HostingOptions.UsualBrokers;

    /// <inheritdoc cref="ApacheOptions.KafkaHeap"/>
    [JsonRequired]
    public string KafkaHeap { get; init; } = ApacheOptions.UsualKafkaHeap;

    /// <inheritdoc cref="ApacheOptions.ZooKeeperHeap"/>
    [JsonRequired]
    public string ZooKeeperHeap { get; init; } = ApacheOptions.UsualZooKeeperHeap;

    /// <summary>Without what does not count in its mode.</summary>
    public EngineChoice Plain() => this switch
    {
        { Engine: EngineKind.Embedded } => new(EngineKind.Embedded) { Coordinators = Coordinators, Brokers = Brokers },
        { Mode: HostedMode.KRaft } => this with { KafkaHome = Typed(KafkaHome), ZooKeeperHome = null },
        _ => this with { KafkaHome = Typed(KafkaHome), ZooKeeperHome = Typed(ZooKeeperHome), Combined = false },
    };

    static string? Typed(string? home) => string.IsNullOrWhiteSpace(home) ? null : home.Trim();
}
