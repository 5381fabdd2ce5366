using System.Collections.Immutable;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Positions;
using Kafka.Protocol;

namespace Dashboard.Tests.Fakes;

/// <summary>Commands on a fake cluster, refused the way Kafka refuses.</summary>
public sealed partial class FakeCommands(FakeCluster cluster, IAuditLog audit, TimeProvider time) : IClusterCommands
{
    public Task<CreateTopicPlan> PlanAsync(CreateTopic command, CancellationToken cancellation)
    {
        var up = cluster.Snapshot().Brokers.Value!.Brokers.Where(b => b.State == BrokerState.Up).Select(b => b.Id).ToArray();
        var refusals = ImmutableArray.CreateBuilder<Refusal>();
        if (command.Name.Length == 0 || command.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
        {
            refusals.Add(new(
                ErrorCode.InvalidTopic,
                $"Topic name is invalid: '{command.Name}' contains one or more characters "
                + "other than ASCII alphanumerics, '.', '_' and '-'",
                command.Name));
        }
        if (cluster.Exists(command.Name))
        {
            refusals.Add(new(ErrorCode.TopicAlreadyExists, $"Topic '{command.Name}' already exists.", command.Name));
        }
        var factor = command.ReplicationFactor ?? 1;
        if (command.Assignment is null && (factor < 1 || factor > up.Length))
        {
            refusals.Add(new(
                ErrorCode.InvalidReplicationFactor,
                $"Unable to replicate the partition {factor} time(s): The target replication factor of {factor} "
                + $"cannot be reached because only {up.Length} broker(s) are registered.",
                command.Name));
        }
        var partitions = refusals.Count > 0 ? 0 : command.Partitions ?? 1;
        var placement = command.Assignment?.ToImmutableSortedDictionary()
            ?? Enumerable.Range(0, partitions).ToImmutableSortedDictionary(p => p, p => FakeCluster.Spread(up, p, factor));
        return Task.FromResult(new CreateTopicPlan(command, placement) { Refusals = refusals.ToImmutable(), AsOf = time.GetUtcNow() });
    }

    public Task<DeleteTopicPlan> PlanAsync(DeleteTopic command, CancellationToken cancellation)
    {
        var snapshot = cluster.Snapshot();
        var topic = snapshot.Topics.Value!.Find(command.Name);
        var readers = snapshot.Groups.Value!.Groups.Where(g => g.Topics.Contains(command.Name)).Select(g => g.GroupId);
        return Task.FromResult(new DeleteTopicPlan(command, topic?.Partitions.Length ?? 0, 820_114, 338_000_000, [.. readers])
        {
            AsOf = time.GetUtcNow(),
        });
    }

    public Task<ElectLeadersPlan> PlanAsync(ElectLeaders command, CancellationToken cancellation)
    {
        var snapshot = cluster.Snapshot();
        var elections = from topic in snapshot.Topics.Value!.Topics
                        where command.Topic is null || topic.Name == command.Topic
                        from p in topic.Partitions
                        where command.Partitions is null || command.Partitions.Value.Contains(p.Partition)
                        where command.Type == ElectionType.Preferred ? p.IsNotPreferred : p.IsOffline
                        let possible = p.Isr.Contains(p.PreferredLeader) && command.Type == ElectionType.Preferred
                        let reason = possible ? null : p.Offline.Contains(p.PreferredLeader) ? "PreferredDown" : "PreferredNotInIsr"
                        select new PlannedElection(
                            new(topic.Name, p.Partition), p.Leader, possible ? p.PreferredLeader : -1, reason);
        return Task.FromResult(new ElectLeadersPlan(command, [.. elections]) { AsOf = time.GetUtcNow() });
    }

    public Task<ReassignPlan> PlanAsync(Reassign command, CancellationToken cancellation)
    {
        var topic = cluster.Snapshot().Topics.Value!.Find(command.Topic)!;
        var moves = command.Targets
            .OrderBy(t => t.Key)
            .Where(t => t.Key < topic.Partitions.Length && !topic.Partitions[t.Key].Replicas.SequenceEqual(t.Value))
            .Select(t =>
            {
                var p = topic.Partitions[t.Key];
                var adding = t.Value.Except(p.Replicas).ToImmutableArray();
                var leader = t.Value.Contains(p.Leader) ? p.Leader : t.Value.FirstOrDefault(-1);
                return new PlannedMove(
                    new(command.Topic, t.Key), p.Replicas, t.Value, adding, [.. p.Replicas.Except(t.Value)],
                    p.Leader, leader, 50_000_000L * adding.Length);
            })
            .ToImmutableArray();
        ImmutableArray<Refusal> refusals =
        [
            .. moves.Where(m => m.To.Length == 0).Select(m => new Refusal(
                ErrorCode.InvalidReplicaAssignment, "Empty replica list specified in partition reassignment.", m.Partition.ToString())),
        ];
        return Task.FromResult(new ReassignPlan(command, moves, moves.Sum(m => m.Bytes), moves.Count(m => m.LeaderNow != m.LeaderThen))
        {
            Refusals = refusals,
            AsOf = time.GetUtcNow(),
        });
    }

    public Task<CancelReassignmentPlan> PlanAsync(CancelReassignment command, CancellationToken cancellation)
    {
        var cancelled = cluster.Snapshot().Reassignments.Value!.Running.Where(r => r.Topic == command.Topic)
            .Select(r => new PlannedCancel(
                new(r.Topic, r.Partition), r.Replicas, [.. r.Replicas.Except(r.Adding)], r.CopiedBytes))
            .ToImmutableArray();
        ImmutableArray<Refusal> refusals = cancelled.Length > 0
            ? []
            : [new(ErrorCode.NoReassignmentInProgress, "No partition reassignment is in progress.", command.Topic)];
        return Task.FromResult(new CancelReassignmentPlan(command, cancelled) { Refusals = refusals, AsOf = time.GetUtcNow() });
    }

    /// <summary>To the end of each log, or its beginning; nothing else is asked of it.</summary>
    public Task<ResetOffsetsPlan> PlanAsync(ResetOffsets request, CancellationToken cancellation)
    {
        var group = cluster.Snapshot().Groups.Value!.Find(request.Group);
        ImmutableArray<PlannedOffset> offsets =
        [
            .. (group?.Offsets ?? []).Where(o => request.Topics?.ContainsKey(o.Topic) != false).Select(o => PlannedOffset.Of(
                o.Topic, o.Partition, o.Committed, request.To.Kind == OffsetTargetKind.Earliest ? 0 : o.End, 0, o.End ?? 0)),
        ];
        ImmutableArray<OffsetChange> changes = [.. offsets.Select(o => new OffsetChange(o.Topic, o.Partition, o.Before, o.After))];
        return Task.FromResult(new ResetOffsetsPlan(
            new(request.Group, GroupKind.Classic, changes, request.To.ToString()), offsets)
        {
            Group = Standing(request.Group, group),
            AsOf = time.GetUtcNow(),
            Refusals = Active(group),
        });
    }

    public Task<GroupChangePlan> PlanAsync(GroupCommand command, CancellationToken cancellation)
    {
        var group = cluster.Snapshot().Groups.Value!.Find(command.Group);
        ImmutableArray<OffsetChange> offsets =
            [.. (group?.Offsets ?? []).Select(o => new OffsetChange(o.Topic, o.Partition, o.Committed, null))];
        return Task.FromResult(new GroupChangePlan(command, command is RemoveMembers ? [] : offsets)
        {
            Group = Standing(command.Group, group),
            AsOf = time.GetUtcNow(),
            Refusals = command is RemoveMembers ? [] : Active(group),
        });
    }

    static GroupStanding Standing(string id, GroupInfo? group) =>
        new(id, GroupKind.Classic, group?.State ?? "Dead", group?.Members ?? [], 0, group is not null);

    static ImmutableArray<Refusal> Active(GroupInfo? group) => group is { Members.Length: > 0 and var members }
        ? [new(ErrorCode.NonEmptyGroup, $"{group.GroupId} has {members} members. Stop them first.", group.GroupId)]
        : [];

    public async Task<CommandResult> RunAsync(
        ClusterCommand command, Actor actor, IProgress<CommandProgress>? progress, CancellationToken cancellation)
    {
        if (command.Needs(cluster.Id) is var needed && !actor.May(needed))
        {
            var denied = new Refusal(ErrorCode.PolicyViolation, actor.WhyNot(needed), null) { Code = Refusal.DeniedCode };
            return new(CommandEnd.Refused, 0, [denied], time.GetUtcNow());
        }
        ImmutableArray<Refusal> refusals = [];
        var (done, action, subject) = (1, "", "");
        switch (command)
        {
            case CreateTopic create:
                var plan = await PlanAsync(create, cancellation);
                refusals = plan.Refusals;
                if (plan.CanRun)
                {
                    cluster.Create(create.Name, plan.Placement);
                }
                (action, subject) = ("topic.create", create.Name);
                break;
            case DeleteTopic delete:
                cluster.Delete(delete.Name);
                (action, subject) = ("topic.delete", delete.Name);
                break;
            case ElectLeaders elect:
                var elections = (await PlanAsync(elect, cancellation)).Elections;
                foreach (var election in elections.Where(e => e.To >= 0))
                {
                    cluster.Elect(election.Partition, election.To);
                }
                refusals =
                [
                    .. elections.Where(e => e.To < 0).Select(e => new Refusal(
                        ErrorCode.PreferredLeaderNotAvailable, "The preferred leader was not available.", e.Partition.ToString())),
                ];
                (done, action, subject) = (elections.Count(e => e.To >= 0), "leaders.elect", elect.Topic ?? "*");
                break;
            case Reassign reassign:
                foreach (var (partition, target) in reassign.Targets)
                {
                    cluster.Reassign(reassign.Topic, partition, target);
                }
                (done, action, subject) = (reassign.Targets.Count, "replicas.reassign", reassign.Topic);
                break;
            case CancelReassignment cancel:
                cluster.CancelReassignments(cancel.Topic);
                (action, subject) = ("replicas.cancel", cancel.Topic);
                break;
            case AlterTopicConfigs alter:
                refusals = (await PlanAsync(alter, cancellation)).Refusals;
                if (refusals.Length == 0)
                {
                    Alter(alter);
                }
                (action, subject) = ("topic.configs", alter.Topic);
                break;
            case AddPartitions add:
                refusals = (await PlanAsync(add, cancellation)).Refusals;
                (action, subject) = ("topic.partitions", add.Topic);
                break;
            case RecreateTopic recreate when Recreated is { } came:
                cluster.Delete(recreate.Name);
                return came;
            case RecreateTopic recreate:
                (action, subject) = ("topic.recreate", recreate.Name);
                break;
            case PurgeRecords purge:
                refusals = (await PlanAsync(purge, cancellation)).Refusals;
                Purged = purge;
                (action, subject) = ("records.purge", purge.Topic);
                break;
        }
        var outcome = refusals.Length == 0 ? "done" : "refused";
        await audit.WriteAsync(
            new(time.GetUtcNow(), cluster.Id, actor.Name, action, subject, "", outcome, refusals.FirstOrDefault()?.Code), cancellation);
        return new(refusals.Length == 0 ? CommandEnd.Done : CommandEnd.Refused, done, refusals, time.GetUtcNow());
    }

    public async Task<CommandResult> RunAsync(GuardedAction action, Actor actor, CancellationToken cancellation)
    {
        if (action.Needs(cluster.Id) is var needed && !actor.May(needed))
        {
            var denied = new Refusal(ErrorCode.PolicyViolation, actor.WhyNot(needed), null) { Code = Refusal.DeniedCode };
            return new(CommandEnd.Refused, 0, [denied], time.GetUtcNow());
        }
        var result = await action.Run();
        await audit.WriteAsync(
            new(time.GetUtcNow(), cluster.Id, actor.Name, action.Name, action.Subject, action.Details, $"{result.End}", null)
            {
                Before = action.Before,
                After = action.After(),
            },
            cancellation);
        return result;
    }
}

public sealed class FakeAudit : IAuditLog
{
    ImmutableArray<AuditEntry> entries = [];

    public AuditDelivery? Delivery { get; init; }

    /// <summary>What it answers instead of writing.</summary>
    public IOException? Fault { get; set; }

    public Task WriteAsync(AuditEntry entry, CancellationToken cancellation)
    {
        if (Fault is not null)
        {
            throw new AuditException(entry, "audit.jsonl", Fault);
        }

        ImmutableInterlocked.Update(ref entries, list => list.Insert(0, entry));
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<AuditEntry>> ReadLastAsync(int limit, CancellationToken cancellation) =>
        Task.FromResult(entries.Take(limit).ToImmutableArray());
}
