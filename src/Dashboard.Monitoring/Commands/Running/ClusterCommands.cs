using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands.Placement;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Znodes;
using Kafka.Client;

namespace Dashboard.Monitoring.Commands.Running;

/// <summary>
/// Plans and runs what changes a cluster. Plans are made from the snapshot and, where Kafka can validate only, by asking it.
/// </summary>
/// <param name="options">As they are now: whether the cluster is read-only may change while it is watched.</param>
/// <param name="isRemoved">Whether it is watched no longer.</param>
/// <param name="kafka">Of its own, apart from what reads: a command must not wait behind a reading, nor a reading behind a command.</param>
sealed class ClusterCommands(
    Func<ClusterMonitorOptions> options,
    Func<bool> isRemoved,
    KafkaCluster? kafka,
    Func<ClusterSnapshot> current,
    IAuditLog audit,
    Action refresh,
    TimeProvider time) : IClusterCommands
{
    /// <summary>Reads topic configs, which is dear, when some were changed.</summary>
    public Action ReadConfigs { get; init; } = static () => { };

    /// <summary>Completes when what was done shows in the snapshot, or is waited for no longer; does not fail.</summary>
    public Func<ClusterCommand, ClusterSnapshot, CancellationToken, Task> TakenUp { get; init; } = static (_, _, _) => Task.CompletedTask;

    /// <summary>Null where it is not known: what brokers of old releases take through it cannot be done.</summary>
    public ZooKeeperLink? Ensemble { private get; init; }

    /// <summary>
    /// Sent at once; the others wait for their turn before anything is sent and before their deadline begins. Fewer than the connections to
    /// a broker: what is looked up meanwhile has one.
    /// </summary>
    const int MostAtOnce = 6;

    readonly ClusterCommandRunner runner = new(time, options().CommandLookUp);
    readonly SemaphoreSlim turns = new(MostAtOnce);

    public Task<CreateTopicPlan> PlanAsync(CreateTopic command, CancellationToken cancellationToken) =>
        ToldAsync(TopicCreationPlanner.PlanAsync(command, current(), () => Kafka, time, cancellationToken));

    public Task<DeleteTopicPlan> PlanAsync(DeleteTopic command, CancellationToken cancellationToken) =>
        ToldAsync(Task.FromResult(TopicDeletionPlanner.Plan(command, current(), time)));

    public Task<ElectLeadersPlan> PlanAsync(ElectLeaders command, CancellationToken cancellationToken) =>
        ToldAsync(Task.FromResult(LeaderElectionPlanner.Plan(command, current(), time)), command, cancellationToken);

    public Task<ReassignPlan> PlanAsync(Reassign command, CancellationToken cancellationToken) =>
        ToldAsync(Task.FromResult(ReassignmentPlanner.Plan(command, current(), time)), command, cancellationToken);

    public Task<CancelReassignmentPlan> PlanAsync(CancelReassignment command, CancellationToken cancellationToken) =>
        ToldAsync(
            ReassignmentPlanner.PlanAsync(command, current(), () => ByController, time, cancellationToken), command, cancellationToken);

    public async Task<ResetOffsetsPlan> PlanAsync(ResetOffsets request, CancellationToken cancellationToken)
    {
        var found = await UndoneOffsets.FindAsync(request, options().Id, audit, cancellationToken).ConfigureAwait(false);
        return await ToldAsync(new OffsetResetPlanner(current(), Kafka, time).PlanAsync(found, cancellationToken)).ConfigureAwait(false);
    }

    public Task<GroupChangePlan> PlanAsync(GroupCommand command, CancellationToken cancellationToken) =>
        ToldAsync(new GroupChangePlanner(current(), Kafka, time).PlanAsync(command, cancellationToken), command, cancellationToken);

    public Task<AlterTopicConfigsPlan> PlanAsync(AlterTopicConfigs command, CancellationToken cancellationToken) =>
        ToldAsync(ConfigPlanner.PlanAsync(command, current(), () => Kafka, time, cancellationToken));

    public Task<AddPartitionsPlan> PlanAsync(AddPartitions command, CancellationToken cancellationToken) =>
        ToldAsync(PartitionAdditionPlanner.PlanAsync(command, current(), () => Kafka, time, cancellationToken));

    public Task<PurgeRecordsPlan> PlanAsync(PurgeRecords command, CancellationToken cancellationToken) =>
        ToldAsync(RecordPurgePlanner.PlanAsync(command, current(), () => Kafka, time, cancellationToken));

    public Task<RecreateTopicPlan> PlanAsync(RecreateTopic command, CancellationToken cancellationToken) =>
        ToldAsync(TopicRecreationPlanner.PlanAsync(command, current(), () => Kafka, time, cancellationToken));

    /// <summary>Of a cluster that is read-only, too, a plan is made; that it could not be run stands first in it.</summary>
    /// <param name="command">Where the plan does not ask Kafka to check it: old brokers may have no way to do it.</param>
    async Task<TPlan> ToldAsync<TPlan>(
        Task<TPlan> planning, ClusterCommand? command = null, CancellationToken cancellationToken = default)
        where TPlan : CommandPlan
    {
        CommandPlan plan = await planning.ConfigureAwait(false);
        if (plan.CanRun && command is not null && kafka is not null
            && await CommandLacks.OfAsync(command, current(), kafka, ByController, cancellationToken).ConfigureAwait(false) is { } lack)
        {
            plan = plan with { Refusals = [Refusal.Of(lack, Describe(command).Subject)] };
        }

        return ((TPlan)plan).After(options() is { ReadOnly: true } cluster ? Refusal.ReadOnly(cluster, null) : null);
    }

    public async Task<CommandResult> RunAsync(
        ClusterCommand command, Actor actor, IProgress<CommandProgress>? progress, CancellationToken cancellationToken)
    {
        var (action, subject, details) = Describe(command);
        // one snapshot for all of it: what the log says was before must be of one moment
        var given = current();
        var (before, after) = CommandTraces.Of(command, given);
        if (NotAllowed(id => [command.Needs(id), .. command.NeedsAlso(id)], actor, subject) is { } kept)
        {
            // refusals are in the log as well: who tried what is worth knowing
            await WriteAsync(kept.At, Outcome(kept.End), Error(kept), null).ConfigureAwait(false);
            return kept;
        }

        progress?.Report(new CommandProgress("Sent", [subject], 0, 1));
        CommandResult result;
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // a caller that leaves does not take back what was sent: it is seen through, and its end is audited
            result = command is RecreateTopic anew
                ? await RecreateAsync(anew).ConfigureAwait(false)
                : await runner.RunAsync(PreparedAsync, subject, LookingUp).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await WriteAsync(time.GetUtcNow(), "failed", e.Message, null).ConfigureAwait(false);
            throw;
        }

        await WriteAsync(result.At, Outcome(result.End), Error(result), Seen(result)).ConfigureAwait(false);
        progress?.Report(new CommandProgress("Answered", [subject], 1, 1));
        refresh();
        if (command is AlterTopicConfigs)
        {
            ReadConfigs();
        }

        if (result.Succeeded)
        {
            // after the audit entry: a caller that leaves now loses its wait, and not the record of what it did
            await TakenUp(command, given, cancellationToken).ConfigureAwait(false);
        }

        return result;

        async Task<Sending> PreparedAsync()
        {
            var sending = await PrepareAsync(command).ConfigureAwait(false);
            (before, after) = (sending.Before ?? before, sending.After ?? after);
            // only sending waits for a turn: preparing asks, and changes nothing
            return sending with { Send = () => InTurnAsync(sending.Send) };
        }

        async Task<CommandResult> RecreateAsync(RecreateTopic anew)
        {
            var recreation = new TopicRecreation(runner, Kafka, current(), time, Step);
            var came = await recreation.RunAsync(anew).ConfigureAwait(false);
            (before, after) = (recreation.Before ?? before, recreation.After);
            return came;
        }

        void Step(string key, int done) => progress?.Report(new CommandProgress(key, [subject], done, TopicRecreation.Steps));

        void LookingUp() => progress?.Report(new CommandProgress("LookingUp", [subject], 0, 1));

        // the entry has the result's time: by it the result is found again in the log
        Task WriteAsync(DateTimeOffset at, string outcome, string? error, string? seen)
        {
            var entry = new AuditEntry(at, options().Id, actor.Name, action, subject, details, outcome, error)
            {
                Address = actor.Address,
                Before = before,
                After = after,
                Seen = seen,
            };
            return audit.WriteAsync(entry, CancellationToken.None);
        }
    }

    async Task<T> InTurnAsync<T>(Func<Task<T>> send)
    {
        await turns.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            return await send().ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }

    public async Task<CommandResult> RunAsync(GuardedAction action, Actor actor, CancellationToken cancellationToken)
    {
        if (NotAllowed(id => [action.Needs(id)], actor, action.Subject) is { } kept)
        {
            await WriteAsync(Outcome(kept.End), Error(kept), null).ConfigureAwait(false);
            return kept;
        }

        cancellationToken.ThrowIfCancellationRequested();
        CommandResult result;
        try
        {
            result = await action.Run().ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            result = runner.Ended(e, action.Subject);
        }
        catch (Exception e)
        {
            // what it did until then is not known
            await WriteAsync("unknown", e.Message, null).ConfigureAwait(false);
            throw;
        }

        await WriteAsync(Outcome(result.End), Error(result), Seen(result)).ConfigureAwait(false);
        refresh();
        return result;

        Task WriteAsync(string outcome, string? error, string? seen) => audit.WriteAsync(
            new AuditEntry(
                time.GetUtcNow(), options().Id, actor.Name, action.Name, action.Subject, action.Details, outcome, error)
            {
                Address = actor.Address,
                Before = action.Before,
                After = action.After(),
                Seen = seen,
            },
            CancellationToken.None);
    }

    /// <summary>Before anything is sent: pages, REST and what runs by itself all come through here.</summary>
    CommandResult? NotAllowed(Func<string, IReadOnlyList<Permission>> needs, Actor actor, string subject)
    {
        // first: neither rights nor read-only of a removed cluster mean anything
        if (isRemoved())
        {
            return new CommandResult(CommandEnd.NotSent, 0, [], time.GetUtcNow()) { Reason = Refusal.Removed(options().Id, subject) };
        }

        var cluster = options();
        var lacking = needs(cluster.Id).Where(needed => !actor.May(needed)).ToList();
        return lacking.Count > 0 ? Refused(Refusal.Denied(actor, lacking[0], subject))
            // after the rights: someone who may not anyway need not learn how the cluster is set
            : cluster.ReadOnly ? Refused(Refusal.ReadOnly(cluster, subject))
            : null;

        CommandResult Refused(Refusal refusal) => new(CommandEnd.Refused, 0, [refusal], time.GetUtcNow());
    }

    static string Outcome(CommandEnd end) => end switch
    {
        CommandEnd.Done => "done",
        CommandEnd.Refused => "refused",
        CommandEnd.NotSent => "failed",
        _ => "unknown",
    };

    /// <summary>The first few, and why no answer came, also for what was found to be done.</summary>
    static string? Error(CommandResult result)
    {
        var first = result.Refusals.Append(result.Reason).OfType<Refusal>().Take(5).ToList();
        return first.Count == 0 ? null : string.Join("; ", first.Select(r => $"{r.Subject}: {r.Code}: {r.Message}"));
    }

    static string? Seen(CommandResult result) =>
        result.Seen.Length == 0 ? null : string.Join("; ", result.Seen.Take(5).Select(s => s.Words));

    KafkaCluster Kafka => kafka ?? throw new KafkaException(global::Kafka.Protocol.ErrorCode.UnsupportedVersion, NotGiven.Kafka.English);

    ControllerRequests ByController => new(Kafka, Ensemble);

    async Task<Sending> PrepareAsync(ClusterCommand command) => command switch
    {
        CreateTopic create => TopicCreationPlanner.Prepare(create, current(), Kafka),
        DeleteTopic delete => TopicDeletionPlanner.Prepare(delete, current(), Kafka, time),
        ElectLeaders elect => await LeaderElectionPlanner.PrepareAsync(elect, current(), Kafka, ByController).ConfigureAwait(false),
        Reassign reassign => ReassignmentPlanner.Prepare(reassign, Kafka, ByController),
        CancelReassignment cancel =>
            await ReassignmentPlanner.PrepareAsync(cancel, Kafka, ByController, CancellationToken.None).ConfigureAwait(false),
        WriteOffsets write => await new OffsetResetPlanner(current(), Kafka, time).PrepareAsync(write).ConfigureAwait(false),
        GroupCommand group => await new GroupChangePlanner(current(), Kafka, time).PrepareAsync(group).ConfigureAwait(false),
        AlterTopicConfigs alter => await ConfigPlanner.PrepareAsync(alter, current(), Kafka).ConfigureAwait(false),
        AddPartitions add => PartitionAdditionPlanner.Prepare(add, Kafka),
        PurgeRecords purge => await RecordPurgePlanner.PrepareAsync(purge, current(), Kafka).ConfigureAwait(false),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, null),
    };

    static (string Action, string Subject, string Details) Describe(ClusterCommand command) => command switch
    {
        CreateTopic c => ("topic.create", c.Name, Details(c)),
        DeleteTopic d => ("topic.delete", d.Name, ""),
        RecreateTopic r => ("topic.recreate", r.Name, ""),
        ElectLeaders e => ("leaders.elect", e.Topic ?? "all topics", Details(e)),
        Reassign r => ("replicas.reassign", r.Topic, PlacementText.Some(r.Targets)),
        CancelReassignment c => ("replicas.cancel", c.Topic, c.Partitions is { } p ? $"partitions {IdList.Of(p)}" : ""),
        WriteOffsets w => ("offsets.reset", w.Group, $"{w.How}, {w.Changes.Length} partitions"),
        DeleteGroup d => ("group.delete", d.Group, ""),
        DeleteOffsets d => ("offsets.delete", d.Group, d.Topic),
        RemoveMembers r => ("members.remove", r.Group, string.Join(", ", r.Members.Take(20))),
        AlterTopicConfigs a => ("topic.configs", a.Topic, Details(a)),
        AddPartitions a => ("topic.partitions", a.Topic, $"{a.Count} partitions"),
        PurgeRecords p => ("records.purge", p.Topic, Details(p)),
        _ => ("unknown", "", ""),
    };

    static string Details(ElectLeaders command) => command.Partitions is { } partitions
        ? $"{command.Type}, partitions {IdList.Of(partitions)}"
        : $"{command.Type}";

    static string Details(AlterTopicConfigs command) => string.Join(", ", command.Set.OrderBy(c => c.Key, StringComparer.Ordinal)
        .Select(c => $"{c.Key}={c.Value}").Concat(command.Remove.Select(key => $"{key} removed")));

    static string Details(PurgeRecords command) => command.Before is { } time ? $"before {time:O}"
        : command.Offsets is { } offsets ? $"before offsets {CommandTraces.Offsets(offsets.Select(o => (o.Key, o.Value)))}"
        : "to the end";

    static string Details(CreateTopic command)
    {
        var factor = command.ReplicationFactor is { } given ? $"factor {given}" : "the brokers' factor";
        var placement = command.Assignment is { } assignment
            ? PlacementText.Some(assignment)
            : $"{Number(command.Partitions)} partitions, {factor}";
        return string.Join(
            ", ", command.Configs.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value}").Prepend(placement));

        static string Number(int? number) =>
            number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "the brokers' number of";
    }
}
