using System.Collections.Immutable;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Positions;
using Kafka.Client.Admin.Groups;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>Where offsets of a group are to go. What is run of it is what its plan says, <see cref="ResetOffsetsPlan.Command"/>.</summary>
/// <param name="Group">One that is not there is made by it.</param>
/// <param name="Topics">
/// Partitions by topic, null for all of the topic's; null for what the group has committed, or what the other group or the list has.
/// </param>
public sealed record ResetOffsets(string Group, ImmutableSortedDictionary<string, ImmutableArray<int>?>? Topics, OffsetTarget To);

/// <param name="Before">Null: no commit.</param>
/// <param name="After">Null: the commit goes.</param>
public sealed record OffsetChange(string Topic, int Partition, long? Before, long? After);

/// <summary>Changes one group.</summary>
public abstract record GroupCommand(string Group) : ClusterCommand
{
    public override Permission Needs(string cluster) => new(AccessKind.Groups, AccessAction.Alter, cluster, Group);
}

/// <summary>
/// Writes exactly these offsets. Refused as a whole when one of them is not where the plan saw it any longer; then each partition is
/// written or refused by itself. The entry in the audit log keeps what was before, to put it back.
/// </summary>
/// <param name="Changes">At most <see cref="OffsetResetPlanner.MostPartitions"/>.</param>
/// <param name="How">What was asked for, for the audit log.</param>
public sealed record WriteOffsets(string Group, GroupKind Kind, ImmutableArray<OffsetChange> Changes, string How) : GroupCommand(Group);

/// <summary>With all its offsets.</summary>
public sealed record DeleteGroup(string Group) : GroupCommand(Group)
{
    /// <summary>What it has by its plan, for the audit log.</summary>
    public ImmutableArray<OffsetChange> Offsets { get; init; } = [];

    public override Permission Needs(string cluster) => new(AccessKind.Groups, AccessAction.Delete, cluster, Group);
}

/// <summary>What a group has committed of a topic.</summary>
public sealed record DeleteOffsets(string Group, string Topic) : GroupCommand(Group)
{
    /// <summary>What there is by the plan, for the audit log.</summary>
    public ImmutableArray<OffsetChange> Offsets { get; init; } = [];
}

/// <summary>Of classic groups alone: members of the others leave when they do not answer.</summary>
public sealed record RemoveMembers(string Group, ImmutableArray<MemberName> Members) : GroupCommand(Group);

public abstract record GroupPlan : CommandPlan
{
    /// <summary>The group as it was when the plan was made; null: its coordinator did not answer.</summary>
    public GroupStanding? Group { get; init; }

    /// <summary>Refused because members are there, or read what is to go.</summary>
    public bool IsActive => Refusals.Any(r => r.Error is ErrorCode.NonEmptyGroup or ErrorCode.GroupSubscribedToTopic);
}

/// <param name="Offsets">Of every partition that was asked for, in order, those that stay as they are among them.</param>
public sealed record ResetOffsetsPlan(WriteOffsets Command, ImmutableArray<PlannedOffset> Offsets) : GroupPlan
{
    public long ReadAgain => Offsets.Sum(o => o.ReadAgain);

    public long Skipped => Offsets.Sum(o => o.Skipped);
}

/// <param name="Command">With what the plan found: the one to run.</param>
/// <param name="Offsets">What goes.</param>
public sealed record GroupChangePlan(GroupCommand Command, ImmutableArray<OffsetChange> Offsets) : GroupPlan;
