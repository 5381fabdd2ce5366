using System.Collections.Immutable;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Model;

/// <summary>The on-call list, in its fixed order. Only findings with Count above 0 are in it.</summary>
/// <param name="IsKnown">False until brokers and topics were read once.</param>
public sealed record Health(bool IsKnown, ImmutableArray<Finding> Findings)
{
    public static readonly Health Unknown = new(false, []);

    /// <summary>The first of these kinds.</summary>
    public Finding? Find(params FindingKind[] kinds) => Findings.FirstOrDefault(f => kinds.Contains(f.Kind));

    /// <summary>
    /// What one sentence is about: the first that is bad, without what is named beside it: brokers that are down or silent, and nodes that
    /// do not come up; else the first.
    /// </summary>
    public Finding? Headline =>
        Findings.FirstOrDefault(f => f.Severity == Severity.Bad
            && f.Kind is not (FindingKind.BrokersDown or FindingKind.BrokersSilent or FindingKind.NodesFailing))
        ?? Find(FindingKind.NodesFailing, FindingKind.BrokersSilent)
        ?? Findings.FirstOrDefault();

    public Severity Worst => Findings.Length == 0 ? Severity.Ok : Findings.Max(f => f.Severity);
}

/// <summary>In the order in which they are shown.</summary>
public enum FindingKind
{
    OfflinePartitions,
    UnderMinIsr,
    UnderReplicated,
    NotPreferredLeader,
    GrowingLag,

    /// <summary>Groups that committed offsets which the log does not have (any longer).</summary>
    CommitBeyondEnd,
    BrokersDown,

    /// <summary>Registered, or last known to be, and yet they do not answer.</summary>
    BrokersSilent,

    /// <summary>Brokers of another cluster answer at addresses of this one.</summary>
    ForeignBrokers,
    NoController,
    EnsembleDegraded,

    /// <summary>No majority serves: nothing is served.</summary>
    EnsembleLost,

    /// <summary>Controllers of a KRaft cluster that do not keep up with their leader.</summary>
    QuorumDegraded,

    /// <summary>No majority of them keeps up.</summary>
    QuorumLost,

    /// <summary>Brokers answer, and the controllers answer none of them: whether there is a majority is not known.</summary>
    QuorumSilent,

    /// <summary>Hosted nodes that fail, and fail again each time they are started.</summary>
    NodesFailing,

    /// <summary>Brokers believe something else than the metadata says, for longer than what is on its way takes.</summary>
    MetadataDiffers,
}

public enum Severity
{
    Ok,
    Warning,
    Bad,
}

/// <param name="Partitions">Those concerned (partition findings), sorted.</param>
/// <param name="Names">Groups, brokers ("2") or servers ("zk3") concerned.</param>
/// <param name="Since">When the first of those still open began: a broker that is down, when it stopped answering.</param>
/// <param name="Brokers">Brokers that are down and hold the replicas concerned: the likely cause.</param>
public sealed record Finding(
    FindingKind Kind,
    Severity Severity,
    int Count,
    ImmutableArray<TopicPartition> Partitions,
    ImmutableArray<string> Names,
    ImmutableArray<int> Brokers,
    DateTimeOffset Since)
{
    /// <summary>What is wrong, one by one: "orders-3", a group, a broker, a server.</summary>
    public IEnumerable<string> Items => Partitions.Select(p => p.ToString()).Concat(Names);
}

public static class FindingKinds
{
    /// <summary>The list of what is wrong, relative to the cluster's address.</summary>
    public static string Href(this FindingKind kind) => kind switch
    {
        FindingKind.OfflinePartitions => "topics?is=offline",
        FindingKind.UnderMinIsr => "topics?is=under-min-isr",
        FindingKind.UnderReplicated => "topics?is=under-replicated",
        FindingKind.NotPreferredLeader => "elections",
        FindingKind.GrowingLag => "groups?is=growing",
        FindingKind.CommitBeyondEnd => "groups?is=beyond-end",
        FindingKind.BrokersDown or FindingKind.BrokersSilent or FindingKind.ForeignBrokers or FindingKind.NoController => "brokers",
        FindingKind.NodesFailing => "nodes",
        FindingKind.QuorumDegraded or FindingKind.QuorumLost or FindingKind.QuorumSilent => "quorum",
        FindingKind.MetadataDiffers => "metadata-check",
        _ => "ensemble",
    };
}

/// <summary>
/// Something that changed. Text is made from <see cref="Kind"/> and <see cref="Arguments"/> in the reader's language (resource key "Event_"
/// + Kind).
/// </summary>
/// <param name="Subject">What it is about: a topic, "orders-3", a broker id, a group, a server.</param>
/// <param name="Href">Relative to the cluster's address: "topics/orders"; null without a page.</param>
/// <param name="Count">How many alike happened in the same reading: "and 10 more" when above 1.</param>
public sealed record ClusterEvent(
    long Sequence,
    DateTimeOffset At,
    EventKind Kind,
    Severity Severity,
    string Subject,
    ImmutableArray<string> Arguments,
    string? Href,
    int Count)
{
    /// <summary>
    /// Of what happened while the program did not run: when that was last seen as it was before; it happened between then and <see
    /// cref="At"/>. Null of what was seen as it happened.
    /// </summary>
    public DateTimeOffset? Since { get; init; }
}

public enum EventKind
{
    BrokerUp,
    BrokerDown,
    ControllerMoved,
    LeaderMoved,
    PartitionOffline,
    PartitionOnline,
    IsrShrank,
    IsrGrew,
    TopicCreated,
    TopicDeleted,
    PartitionsAdded,
    ConfigChanged,
    ReassignmentStarted,
    ReassignmentFinished,
    GroupStateChanged,
    GroupMembersChanged,
    LagGrowing,
    LagRecovered,
    EnsembleLeaderChanged,
    ServerDown,
    ServerUp,
    NodeAction,

    /// <summary>Registered still, and it does not answer.</summary>
    BrokerSilent,

    /// <summary>It was silent, and never lost its registration.</summary>
    BrokerAnswers,

    /// <summary>A controller does not keep up with its leader.</summary>
    VoterBehind,
    VoterInStep,

    /// <summary>At the addresses of the cluster another one answers, or it was made anew.</summary>
    ClusterIdChanged,

    /// <summary>The dashboard did not run, and saw nothing, from one time to another: the arguments, in ISO 8601.</summary>
    WatchGap,

    /// <summary>Something is wrong that was not when the program last ran: the finding's kind, and the first of what it is about.</summary>
    FindingBegan,
    FindingEnded,
}
