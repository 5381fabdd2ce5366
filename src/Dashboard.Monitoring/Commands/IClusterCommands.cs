using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Monitoring.Commands;

/// <summary>
/// What changes a cluster. Each command has a plan (what it would do, checked against the snapshot and by Kafka where it can validate only)
/// and a run.
/// </summary>
public interface IClusterCommands
{
    Task<CreateTopicPlan> PlanAsync(CreateTopic command, CancellationToken cancellationToken);

    Task<DeleteTopicPlan> PlanAsync(DeleteTopic command, CancellationToken cancellationToken);

    Task<ElectLeadersPlan> PlanAsync(ElectLeaders command, CancellationToken cancellationToken);

    Task<ReassignPlan> PlanAsync(Reassign command, CancellationToken cancellationToken);

    Task<CancelReassignmentPlan> PlanAsync(CancelReassignment command, CancellationToken cancellationToken);

    /// <summary>What is to be run of it is the plan's command.</summary>
    Task<ResetOffsetsPlan> PlanAsync(ResetOffsets request, CancellationToken cancellationToken);

    /// <summary>Deletes a group, offsets of it, or takes members out.</summary>
    Task<GroupChangePlan> PlanAsync(GroupCommand command, CancellationToken cancellationToken);

    Task<AlterTopicConfigsPlan> PlanAsync(AlterTopicConfigs command, CancellationToken cancellationToken);

    Task<AddPartitionsPlan> PlanAsync(AddPartitions command, CancellationToken cancellationToken);

    Task<PurgeRecordsPlan> PlanAsync(PurgeRecords command, CancellationToken cancellationToken);

    Task<RecreateTopicPlan> PlanAsync(RecreateTopic command, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a command if the actor may, reports steps, writes the audit entry, asks for a fresh poll. A refusal, or no answer, is a <see
    /// cref="CommandResult"/>, not an exception.
    /// </summary>
    Task<CommandResult> RunAsync(
        ClusterCommand command, Actor actor, IProgress<CommandProgress>? progress, CancellationToken cancellationToken);

    /// <summary>
    /// The same gate for what changes a cluster by other ways than these commands, such as records that are produced: nothing is done
    /// unless the actor may and the cluster is not read-only; how it ended is in the audit log before this returns.
    /// </summary>
    Task<CommandResult> RunAsync(GuardedAction action, Actor actor, CancellationToken cancellationToken);
}

/// <summary>Something that changes a cluster, as the gate and the audit log need to know it.</summary>
/// <param name="Name">As the audit log has it: "record.produce".</param>
/// <param name="Subject">What it changes: the topic.</param>
/// <param name="Details">For the audit log. Never a record's key or value.</param>
/// <param name="Needs">What it takes, on the cluster of this id.</param>
/// <param name="Run">
/// Does it, once. A <see cref="KafkaException"/> is taken for its end by what it says of itself; the caller's cancellation is not passed
/// on, what was begun is seen through.
/// </param>
public sealed record GuardedAction(
    string Name, string Subject, string Details, Func<string, Permission> Needs, Func<Task<CommandResult>> Run)
{
    /// <summary>What it was, as far as that is known.</summary>
    public string? Before { get; init; }

    /// <summary>What it became, asked for when it has ended.</summary>
    public Func<string?> After { get; init; } = () => null;
}

public abstract record ClusterCommand
{
    /// <summary>What it takes to run it.</summary>
    public abstract Permission Needs(string cluster);

    /// <summary>What it takes besides.</summary>
    public virtual IEnumerable<Permission> NeedsAlso(string cluster) => [];
}

/// <param name="ReplicationFactor">Null with an explicit assignment, or for the brokers' default.</param>
/// <param name="Assignment">Replicas by partition; null: Kafka places them.</param>
/// <param name="Partitions">Null with an explicit assignment, or for the brokers' default.</param>
/// <param name="Configs">Durations and sizes may have units (<see cref="ConfigUnits"/>).</param>
public sealed record CreateTopic(
    string Name,
    int? Partitions,
    int? ReplicationFactor,
    ImmutableDictionary<int, ImmutableArray<int>>? Assignment,
    ImmutableDictionary<string, string> Configs) : ClusterCommand
{
    /// <summary>The plan works no placement out, so that Kafka chooses it at the moment of creation.</summary>
    public bool KafkaPlaces { get; init; }

    public override Permission Needs(string cluster) => new(AccessKind.Topics, AccessAction.Create, cluster, Name);
}

public sealed record DeleteTopic(string Name) : ClusterCommand
{
    public override Permission Needs(string cluster) => new(AccessKind.Topics, AccessAction.Delete, cluster, Name);
}

/// <param name="Topic">Null: all topics.</param>
/// <param name="Partitions">Null: all partitions of the topic.</param>
public sealed record ElectLeaders(ElectionType Type, string? Topic, ImmutableArray<int>? Partitions) : ClusterCommand
{
    public override Permission Needs(string cluster) =>
        new(AccessKind.Topics, AccessAction.Elect, cluster, Topic ?? Permission.All);
}

/// <param name="Targets">New replica list by partition; preferred leader first.</param>
public sealed record Reassign(string Topic, ImmutableDictionary<int, ImmutableArray<int>> Targets) : ClusterCommand
{
    public override Permission Needs(string cluster) => new(AccessKind.Topics, AccessAction.Move, cluster, Topic);
}

/// <param name="Partitions">Null: every running one of the topic.</param>
public sealed record CancelReassignment(string Topic, ImmutableArray<int>? Partitions) : ClusterCommand
{
    public override Permission Needs(string cluster) => new(AccessKind.Topics, AccessAction.Move, cluster, Topic);
}

/// <summary>Something about a plan a person should know before running it.</summary>
/// <param name="Key">Resource key "Plan_" + Key; Arguments fill it.</param>
public sealed record PlanNote(Severity Severity, string Key, ImmutableArray<string> Arguments);

/// <summary>A refusal in Kafka's own words, or the dashboard's own.</summary>
/// <param name="Subject">The topic or partition it is about.</param>
public sealed record Refusal([property: JsonIgnore] ErrorCode Error, string Message, string? Subject)
{
    /// <summary>The code of a refusal that Kafka knows nothing of: the cluster is read-only here.</summary>
    public const string ReadOnlyCode = "CLUSTER_READ_ONLY";

    /// <summary>An offset is not where the preview saw it.</summary>
    public const string MovedCode = "OFFSETS_MOVED";

    /// <summary>The one who asked may not.</summary>
    public const string DeniedCode = "ACCESS_DENIED";

    public const string UnknownClusterCode = "UNKNOWN_CLUSTER";

    /// <summary>Kafka's constant name: INVALID_REPLICATION_FACTOR.</summary>
    public string Code { get; init; } = ErrorCodes.Describe(Error).Name;

    /// <summary>Kafka's number of it; null when the refusal is not Kafka's.</summary>
    public int? Number => Code == ErrorCodes.Describe(Error).Name ? (int)Error : null;

    /// <summary>What has to be looked at where it is the connection or a right that failed; null of any other refusal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FailureReason? Reason { get; init; } = Errors.ReasonOf(Error);

    /// <summary>The last of many: how many more there are.</summary>
    public const string MoreCode = "MORE_REFUSED";

    /// <summary>Of a topic's ten thousand partitions each may be refused: nobody reads that.</summary>
    const int MostTold = 100;

    /// <summary>The first of them, and how many are left out.</summary>
    public static ImmutableArray<Refusal> First(ImmutableArray<Refusal> all) => all.Length <= MostTold ? all :
    [
        .. all[..MostTold],
        new(ErrorCode.PolicyViolation, $"{all.Length - MostTold} more are left out here.", null) { Code = MoreCode },
    ];

    internal static Refusal Of(KafkaException error, string subject) =>
        new(error.Code, Words(error, subject), subject) { Reason = Errors.ReasonOf(error) };

    internal static Refusal Of(ErrorCode code, string subject) => Of(new KafkaException(code), subject);

    /// <summary>Where a broker says no more than the code, its words are of "this server": a cluster was meant.</summary>
    static string Words(KafkaException error, string subject) =>
        error.Code == ErrorCode.UnknownTopicOrPartition && error.Detail == ErrorCodes.Describe(error.Code).Message
            ? $"There is no topic or partition {subject}."
            : error.Detail;

    /// <summary>A page is still open of a cluster that is watched no longer.</summary>
    internal static Refusal Removed(string cluster, string subject) =>
        new(ErrorCode.PolicyViolation, $"Cluster {cluster} was removed here.", subject) { Code = UnknownClusterCode };

    /// <summary>It is not watched, or not to be seen by whoever asks.</summary>
    public static Refusal NoCluster(string? cluster, string? subject) =>
        new(ErrorCode.PolicyViolation, $"There is no cluster {cluster}.", subject) { Code = UnknownClusterCode };

    /// <summary>Names what is missing, and where it is given.</summary>
    public static Refusal Denied(Actor actor, Permission permission, string? subject) =>
        new(ErrorCode.PolicyViolation, actor.WhyNot(permission), subject) { Code = DeniedCode };

    /// <summary>Names the cluster, and where that is changed.</summary>
    internal static Refusal ReadOnly(ClusterMonitorOptions cluster, string? subject)
    {
        var where = cluster.Source switch
        {
            DefinitionSource.Kept => "on the page Clusters, or with PUT /api/clusters/" + cluster.Id,
            DefinitionSource.File => "by readOnly of its entry in clusters.yaml",
            _ => "by ReadOnly of its entry in Castellan:Clusters, in appsettings.json or the environment",
        };
        var refusal = ReadOnly(cluster.Id, subject);
        return refusal with { Message = $"{refusal.Message} That is set {where}." };
    }

    public static Refusal ReadOnly(string cluster, string? subject) =>
        new(ErrorCode.PolicyViolation, $"Cluster {cluster} is read-only here: nothing was sent.", subject) { Code = ReadOnlyCode };
}

public abstract record CommandPlan
{
    public ImmutableArray<PlanNote> Notes { get; init; } = [];

    /// <summary>Not empty: the command would be refused. They stand before what it would do; of many the first.</summary>
    [JsonPropertyOrder(-1)]
    public ImmutableArray<Refusal> Refusals { get; init => field = Refusal.First(value); } = [];

    [JsonPropertyOrder(-2)]
    public bool CanRun => Refusals.Length == 0;

    public DateTimeOffset AsOf { get; init; }
}

/// <summary>Of a cluster that is read-only, too, a plan is made; that it could not be run stands first in it.</summary>
public static class ReadOnlyPlans
{
    public static TPlan ToldOf<TPlan>(this TPlan plan, ClusterSnapshot cluster)
        where TPlan : CommandPlan => plan.After(cluster.ReadOnly ? Refusal.ReadOnly(cluster.Id, null) : null);

    internal static TPlan After<TPlan>(this TPlan plan, Refusal? first)
        where TPlan : CommandPlan =>
        // "with" of the base keeps the type of what it copies
        first is null ? plan : (TPlan)((CommandPlan)plan with { Refusals = [first, .. plan.Refusals] });
}

/// <param name="Placement">
/// Replicas by partition, by Kafka's rule (racks apart). Kafka itself starts at a random broker: the plan's command has this placement as
/// its assignment, so that the topic gets what was shown. Empty where that rule has no answer (racks on some brokers only, or something
/// Kafka refuses): the command then has no assignment, and Kafka places the replicas when it creates the topic.
/// </param>
public sealed record CreateTopicPlan(CreateTopic Command, ImmutableSortedDictionary<int, ImmutableArray<int>> Placement) : CommandPlan;

public sealed record DeleteTopicPlan(
    DeleteTopic Command, int Partitions, long? Records, long? Bytes, ImmutableArray<string> Groups) : CommandPlan;

/// <param name="Elections">What would change; partitions that lead as they should are left out.</param>
public sealed record ElectLeadersPlan(ElectLeaders Command, ImmutableArray<PlannedElection> Elections) : CommandPlan;

/// <param name="To">-1: no replica can be elected now; Why says why ("PreferredNotInIsr", "PreferredDown").</param>
public sealed record PlannedElection(TopicPartition Partition, int From, int To, string? Why);

public sealed record ReassignPlan(Reassign Command, ImmutableArray<PlannedMove> Moves, long? BytesToCopy, int LeadersMoving) : CommandPlan;

/// <param name="Bytes">The leader's size times the number of new replicas; null when sizes are not known.</param>
public sealed record PlannedMove(
    TopicPartition Partition,
    ImmutableArray<int> From,
    ImmutableArray<int> To,
    ImmutableArray<int> Adding,
    ImmutableArray<int> Removing,
    int LeaderNow,
    int LeaderThen,
    long? Bytes);

/// <param name="Cancelled">What runs and would go back to where it came from.</param>
public sealed record CancelReassignmentPlan(CancelReassignment Command, ImmutableArray<PlannedCancel> Cancelled) : CommandPlan;

/// <param name="From">The replicas at the moment, old and new.</param>
/// <param name="To">The replicas it had before the reassignment.</param>
/// <param name="CopiedBytes">What was copied in vain; null when sizes are not known.</param>
public sealed record PlannedCancel(TopicPartition Partition, ImmutableArray<int> From, ImmutableArray<int> To, long? CopiedBytes);

/// <param name="Key">Resource key "Step_" + Key.</param>
public sealed record CommandProgress(string Key, ImmutableArray<string> Arguments, int Done, int Total);
