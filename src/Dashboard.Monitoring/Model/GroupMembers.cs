using System.Collections.Immutable;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Model;

/// <summary>Of groups whose partitions or tasks the coordinator assigns: all but the classic ones (KIP-848).</summary>
/// <param name="Group">Grows with each change of members, subscriptions or partitions.</param>
/// <param name="Assignment">The group epoch that the target assignment was worked out for.</param>
public readonly record struct GroupEpochs(int Group, int Assignment)
{
    /// <summary>The target for what the group is now has yet to be worked out.</summary>
    public bool IsAssigning => Assignment < Group;
}

/// <param name="Assignments">What it reads now, in order.</param>
public sealed record GroupMemberInfo(
    string MemberId, string? InstanceId, string ClientId, string Host, ImmutableArray<TopicPartition> Assignments)
{
    /// <summary>Of the assignment it has: the group's once it has its target. Null in classic groups.</summary>
    public int? Epoch { get; init; }

    /// <summary>What it is to read, in order; null where the coordinator tells no target.</summary>
    public ImmutableArray<TopicPartition>? Target { get; init; }

    /// <summary>It speaks the classic protocol in a group of another kind.</summary>
    public bool IsClassic { get; init; }

    /// <summary>In streams groups: what it works on now, in order.</summary>
    public ImmutableArray<StreamsTask> Tasks { get; init; } = [];

    /// <summary>In streams groups: what it is to work on, in order.</summary>
    public ImmutableArray<StreamsTask>? TargetTasks { get; init; }

    /// <summary>It has not reached its target yet.</summary>
    public bool IsMoving =>
        (Target is { } target && !target.AsSpan().SequenceEqual(Assignments.AsSpan()))
        || (TargetTasks is { } tasks && !tasks.AsSpan().SequenceEqual(Tasks.AsSpan()));

    /// <summary>Whether the two say the same; equality of the record asks for the same arrays.</summary>
    public bool IsSameAs(GroupMemberInfo other) =>
        Plain(this) == Plain(other)
        && Same<TopicPartition>(Assignments, other.Assignments) && Same(Target, other.Target)
        && Same<StreamsTask>(Tasks, other.Tasks) && Same(TargetTasks, other.TargetTasks);

    static GroupMemberInfo Plain(GroupMemberInfo member) =>
        member with { Assignments = default, Target = null, Tasks = default, TargetTasks = null };

    static bool Same<T>(ImmutableArray<T>? one, ImmutableArray<T>? other)
        where T : IEquatable<T> =>
        one is { } first ? other is { } second && first.AsSpan().SequenceEqual(second.AsSpan()) : other is null;
}

/// <summary>What the members of a streams group work on (KIP-1071).</summary>
/// <param name="Epoch">Grows when the application is deployed with another topology.</param>
public sealed record StreamsTopology(int Epoch, ImmutableArray<Subtopology> Parts)
{
    /// <summary>Whether the two say the same; equality of the record asks for the same arrays.</summary>
    public bool IsSameAs(StreamsTopology? other) =>
        other is not null && Epoch == other.Epoch && Parts.Length == other.Parts.Length
        && Parts.Zip(other.Parts).All(pair => pair.First.IsSameAs(pair.Second));
}

/// <param name="RepartitionSources">Internal topics that it reads and another part writes.</param>
/// <param name="Changelogs">Internal topics that keep its state.</param>
public sealed record Subtopology(
    string Id,
    ImmutableArray<string> Sources,
    ImmutableArray<string> RepartitionSources,
    ImmutableArray<string> RepartitionSinks,
    ImmutableArray<string> Changelogs)
{
    public bool IsSameAs(Subtopology other) =>
        Id == other.Id && Sources.SequenceEqual(other.Sources) && RepartitionSources.SequenceEqual(other.RepartitionSources)
        && RepartitionSinks.SequenceEqual(other.RepartitionSinks) && Changelogs.SequenceEqual(other.Changelogs);
}
