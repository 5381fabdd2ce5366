using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Wire;
using Wire.Security;

namespace Dashboard.Api;

/// <summary>What every GET below a cluster answers: the value, how old it is, and why the last reading failed.</summary>
/// <param name="Value">Null when it was never read.</param>
/// <param name="Error">Null when the last reading went well.</param>
public sealed record Envelope<T>(T? Value, DateTimeOffset? AsOf, ErrorBody? Error);

/// <param name="Kind">timedOut, unreachable, refused, unsupported or failed.</param>
/// <param name="Reason">
/// What has to be looked at: unreachable, tls, authentication, authorization, timeout or protocol; left out of any other failure.
/// </param>
public sealed record ErrorBody(
    SectionErrorKind Kind, string Source, string? Code, string Message, DateTimeOffset Since,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FailureReason? Reason = null)
{
    public static ErrorBody? Of(SectionError? error) =>
        error is null ? null : new(error.Kind, error.Source.Name, error.Code, error.Message, error.Since, error.Reason);
}

/// <summary>Null is what was never read.</summary>
/// <param name="BrokersUnknown">Whose state is not known any longer; left out while there is none.</param>
/// <param name="BrokersSilent">Of those up or unknown, how many do not answer; left out while all do.</param>
/// <param name="ClusterId">Kafka's; left out while it is not known.</param>
public sealed record ClusterSummary(
    int? ControllerId, int? EnsembleLeader, int BrokersUp, int BrokersDown, int? Topics, int? Partitions,
    int? OfflinePartitions, int? UnderMinIsr, int? UnderReplicated, int? NotPreferredLeader, int? Groups,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? BrokersUnknown,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? BrokersSilent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClusterId);

/// <param name="State">up, down, or unknown: it was up when that was last read, and could not be read since.</param>
/// <param name="Leaders">Null, as replicas, while no topics were read.</param>
/// <param name="SilentSince">Since when it has not answered; left out while it does.</param>
/// <param name="KnownAsOf">When the state was last read, if it cannot be read now; left out while it can.</param>
public sealed record BrokerBody(
    int Id, string? Host, int? Port, string? Rack, bool IsController, BrokerState State, int? Leaders, int? Replicas, long? Bytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? SilentSince,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? KnownAsOf);

public sealed record TopicBody(string Name, string? TopicId, ImmutableArray<PartitionBody> Partitions);

/// <param name="Bytes">Of the leader's copy.</param>
/// <param name="Elr">
/// Eligible leader replicas (KIP-966): out of the ISR, with all that was committed. Null where brokers do not tell it (before Kafka 4), and
/// while all replicas are in sync.
/// </param>
/// <param name="LastKnownElr">The last of them, once none is left; null likewise.</param>
public sealed record PartitionBody(
    int Partition, int Leader, int LeaderEpoch, ImmutableArray<int> Replicas, ImmutableArray<int> Isr, long? BeginOffset, long? EndOffset,
    long? Bytes, ImmutableArray<int>? Elr, ImmutableArray<int>? LastKnownElr);

/// <param name="Kind">classic, consumer, share, streams, or unknown for one that a newer Kafka names.</param>
/// <param name="Epoch">Of the group; left out, as what follows, where the coordinator keeps none (classic).</param>
/// <param name="AssignmentEpoch">The group epoch that the target assignment was worked out for.</param>
/// <param name="Topology">Of a streams group.</param>
public sealed record GroupBody(
    string GroupId, string State, string? Protocol, ImmutableArray<MemberBody> Members, ImmutableArray<OffsetBody> Offsets, GroupKind Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Epoch,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? AssignmentEpoch,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TopologyBody? Topology);

/// <param name="Epoch">Of the assignment it has; left out in classic groups.</param>
/// <param name="Target">What it is to read; left out where no target is known.</param>
/// <param name="Tasks">In streams groups alone.</param>
/// <param name="TargetTasks">What it is to work on, likewise.</param>
public sealed record MemberBody(
    string MemberId, string ClientId, string Host, ImmutableArray<TopicPartition> Assignments,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Epoch,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<TopicPartition>? Target,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TaskBody[]? Tasks,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TaskBody[]? TargetTasks);

/// <param name="Task">As Kafka Streams names it: "0_2".</param>
public sealed record TaskBody(string Task, TaskRole Role);

public sealed record TopologyBody(int Epoch, ImmutableArray<Subtopology> Subtopologies);

/// <param name="Committed">-1: none. Of a share group, where reading starts.</param>
/// <param name="Lag">Of a share group as the coordinator counts it, null where it does not.</param>
public sealed record OffsetBody(string Topic, int Partition, long Committed, long? End, long? Lag, double? LagSeconds);

public sealed record ZnodeBody(string Path, string Data, Monitoring.ZnodeStat Stat, ImmutableArray<string> Children);

public sealed record ServerBody(
    int ServerId, string Address, ServerRole Role, long? Epoch, long? Zxid, int? Sessions, long? Watches, double? LatencyMs);

/// <summary>A session with the ensemble. Null is what its server does not say, or may not (4lw.commands.whitelist).</summary>
/// <param name="SessionId">As ZooKeeper writes it: 0x100000a.</param>
/// <param name="Client">The client's address.</param>
/// <param name="Since">When the connection began that it has now.</param>
public sealed record SessionBody(
    int ServerId, string SessionId, string Client, long? TimeoutMs, int? Watches, int? Ephemerals, DateTimeOffset? Since);

/// <summary>One place of the metadata.</summary>
/// <param name="Value">Null where it only holds others.</param>
/// <param name="Children">Their names; a slash or percent sign in one is written %2F or %25 in a path.</param>
public sealed record MetadataBody(string Path, JsonElement? Value, ImmutableArray<string> Children);

/// <summary>Where brokers believe something else than the metadata says.</summary>
/// <param name="Kind">leader, isr, leaderEpoch, topicId, topicUnknown, orphanedLog, staleController …</param>
/// <param name="Where">A partition ("orders-3"), a topic, a topic and the name of a config, or a broker's id.</param>
/// <param name="ZooKeeper">What ZooKeeper says; null where it says nothing of it, and in KRaft mode.</param>
/// <param name="Newest">In KRaft mode, what the broker says that has the newest metadata; left out in ZooKeeper mode.</param>
/// <param name="Brokers">Who says something else, by id; null: it knows nothing of it. "any" is whichever broker was asked.</param>
/// <param name="Since">When this was first seen.</param>
/// <param name="Words">What it is and what to do, in English.</param>
public sealed record DifferenceBody(
    DifferenceKind Kind, string Where, string? ZooKeeper,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Newest,
    IReadOnlyDictionary<string, string?> Brokers, DateTimeOffset Since, string Words);

/// <summary>The controllers of a KRaft cluster, as their leader sees them.</summary>
/// <param name="LeaderId">The active controller; null: none.</param>
/// <param name="Features">Levels of the finalized features by name, metadata.version among them.</param>
public sealed record QuorumBody(
    int? LeaderId, int Epoch, long HighWatermark, ImmutableArray<QuorumMemberBody> Voters, ImmutableArray<QuorumMemberBody> Observers,
    IReadOnlyDictionary<string, int> Features);

/// <param name="Lag">Records of the metadata log that the leader has and this one has not.</param>
/// <param name="LastFetchMs">When it last asked the leader, in ms since 1970 by the leader's clock; null: not known.</param>
/// <param name="LastCaughtUpMs">When it last had all of the log, likewise.</param>
public sealed record QuorumMemberBody(int Id, long LogEndOffset, long Lag, long? LastFetchMs, long? LastCaughtUpMs);

/// <param name="PerSecond">Requests of all APIs over the last minute; null before the second reading.</param>
/// <param name="Apis">Requests since the cluster is watched; the API that is asked most often first.</param>
public sealed record ClientLoadBody(double? PerSecond, ImmutableArray<ApiLoad> Apis, ImmutableArray<LinkBody> Links);

/// <param name="Broker">Null of a bootstrap address that is no broker's own.</param>
/// <param name="Failures">Attempts to connect in a row that failed.</param>
/// <param name="PausesForSeconds">Nothing is sent for so long after the last of them; null while it does not pause.</param>
public sealed record LinkBody(int? Broker, string Address, int Connections, int Failures, double? PausesForSeconds, string? Failure);

public sealed record ReassignmentBody(
    string Topic, int Partition, ImmutableArray<int> Replicas, ImmutableArray<int> Adding, ImmutableArray<int> Removing,
    ImmutableArray<int> Isr, long? CopiedBytes, long? TotalBytes, DateTimeOffset Since);

/// <param name="ProcessId">Of a node that is a process of its own, while it runs.</param>
/// <param name="Failures">Null: it runs, or somebody ended it.</param>
public sealed record NodeBody(
    string Name, Nodes.NodeKind Kind, Nodes.NodeState State, int Port, string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ProcessId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] NodeFailuresBody? Failures);

/// <summary>Of a node that failed, in a row and without a while of running between: it is started again until it is stopped.</summary>
/// <param name="Since">Of the first.</param>
/// <param name="Reason">Of the last.</param>
/// <param name="RestartAt">Null while it is being started again.</param>
public sealed record NodeFailuresBody(int Count, DateTimeOffset Since, string Reason, DateTimeOffset? RestartAt);

/// <param name="Seen">As of every command: null when Kafka answered, else what the cluster showed of it.</param>
public sealed record CreatedTopicBody(
    string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<SeenBody>? Seen);

/// <param name="Elected">Partitions that have another leader now.</param>
public sealed record ElectionResult(
    int Elected, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<SeenBody>? Seen);

/// <param name="Started">Partitions whose replicas begin to move.</param>
public sealed record ReassignmentResult(
    int Started, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<SeenBody>? Seen);

/// <summary>What the cluster showed of a command that was not answered.</summary>
/// <param name="Happened">Null: not to be seen so far.</param>
public sealed record SeenBody(string Subject, bool? Happened, string Words)
{
    /// <summary>One of ten thousand partitions that is not done is what is looked for: those come first.</summary>
    const int MostTold = 100;

    /// <summary>Null when Kafka answered. At most 100.</summary>
    public static IEnumerable<SeenBody>? Of(Monitoring.Commands.CommandResult result) => result.Seen.Length == 0 ? null
        : result.Seen.OrderBy(seen => seen.Happened == true).Take(MostTold)
            .Select(seen => new SeenBody(seen.Subject, seen.Happened, seen.Words));
}

/// <summary>What a request asks for, as it came.</summary>
public interface ICommandBody
{
    /// <summary>What it lacks to be a request at all, or null. Everything else is for Kafka to judge.</summary>
    string? Fault { get; }
}

/// <param name="Configs">Durations and sizes may have units: "7d", "1.5 GiB", "unlimited".</param>
public sealed record CreateTopicBody(
    string Name, int? Partitions, int? ReplicationFactor, Dictionary<int, int[]>? Assignment, Dictionary<string, string>? Configs)
    : ICommandBody
{
    string? ICommandBody.Fault => Name is null ? "name is missing."
        : Assignment?.Values.Any(replicas => replicas is null) == true ? "assignment: each partition needs a list of broker ids."
        : Assignment is { } placed && Partitions is { } count && count != placed.Count
            ? $"partitions: {count} are asked for, and the assignment has {placed.Count}; leave one of them out."
        : Assignment?.Values.Any(replicas => ReplicationFactor is { } factor && factor != replicas.Length) == true
            ? "replicationFactor: the assignment has another one; leave one of them out."
        : Configs?.Values.Any(value => value is null) == true ? "configs: each needs a value, as a string."
        : null;
}

/// <param name="Type">preferred or unclean.</param>
public sealed record ElectionBody([property: JsonRequired] ElectionType Type, string? Topic, int[]? Partitions) : ICommandBody
{
    string? ICommandBody.Fault => Partitions is not null && Topic is null ? "partitions without their topic." : null;
}

public sealed record ReassignBody(string Topic, Dictionary<int, int[]> Partitions) : ICommandBody
{
    string? ICommandBody.Fault => Topic is null ? "topic is missing."
        : Partitions is null or { Count: 0 } || Partitions.Values.Any(replicas => replicas is null)
            ? "partitions: each needs a list of broker ids."
        : null;
}

/// <param name="Kind">broker: the number of coordinators stays with their data.</param>
public sealed record AddNodeBody([property: JsonRequired] Nodes.NodeKind Kind) : ICommandBody
{
    string? ICommandBody.Fault => Kind == Nodes.NodeKind.Broker
        ? null
        : "kind: only a broker can be added; the number of coordinators or controllers stays with their data.";
}

/// <summary>What is to be hosted. Numbers of nodes are for the first start: where there is data, there are as many as it is of.</summary>
/// <param name="Engine">embedded (Castellan's own servers) or apache.</param>
/// <param name="Mode">Of Apache's processes: zookeeper or kraft.</param>
/// <param name="KafkaHome">Where Apache Kafka was unpacked, from the root on.</param>
/// <param name="ZooKeeperHome">The same of Apache ZooKeeper; left out: the one that comes with Kafka 3.</param>
/// <param name="Controllers">In KRaft mode.</param>
/// <param name="Combined">In KRaft mode: the first brokers are the controllers as well.</param>
/// <param name="KafkaHeap">Memory for Java of each broker and controller, as -Xmx takes it.</param>
public sealed record EngineBody(
    [property: JsonRequired] Nodes.EngineKind Engine, Nodes.HostedMode? Mode, string? KafkaHome, string? ZooKeeperHome,
    int? Coordinators, int? Controllers, bool? Combined, int? Brokers, string? KafkaHeap, string? ZooKeeperHeap) : ICommandBody
{
    string? ICommandBody.Fault => Engine == Nodes.EngineKind.Apache && Mode is null ? "mode is missing: zookeeper or kraft." : null;

    internal Nodes.EngineChoice Choice()
    {
        var usual = new Nodes.EngineChoice(Engine, Mode ?? Nodes.HostedMode.ZooKeeper);
        return usual with
        {
            KafkaHome = KafkaHome,
            ZooKeeperHome = ZooKeeperHome,
            Coordinators = Coordinators ?? usual.Coordinators,
            Controllers = Controllers ?? usual.Controllers,
            Combined = Combined ?? false,
            Brokers = Brokers ?? usual.Brokers,
            KafkaHeap = KafkaHeap ?? usual.KafkaHeap,
            ZooKeeperHeap = ZooKeeperHeap ?? usual.ZooKeeperHeap,
        };
    }
}

/// <param name="Name">"Apache Kafka 3.9.2 with ZooKeeper 3.9.5, Java 17"; empty for Castellan's own servers.</param>
/// <param name="Directory">Where the nodes have their data.</param>
/// <param name="ChosenElsewhere">Why no other engine can be chosen here; null: it can.</param>
/// <param name="Exchange">The last one since the program started; null: none.</param>
public sealed record HostedEngineBody(
    string Name, Nodes.EngineChoice Choice, string Directory, string? ChosenElsewhere, Nodes.EngineExchange? Exchange);
