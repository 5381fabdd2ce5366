using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.History;

/// <summary>
/// What a cluster looked like when it was last read: as much as it takes to tell, at the next start, what became of it meanwhile.
/// </summary>
/// <param name="Brokers">Ids of those that were up.</param>
/// <param name="Topics">Null of a cluster with more partitions than are kept.</param>
public sealed record SeenState(
    DateTimeOffset At, string ClusterId, int? ControllerId, ImmutableArray<int> Brokers, ImmutableArray<SeenTopic>? Topics)
{
    /// <summary>One of each kind of which it was known whether anything is wrong; null in files of before this was kept.</summary>
    public ImmutableArray<SeenFinding>? Findings { get; init; }
}

/// <param name="Count">0: nothing was wrong.</param>
/// <param name="Items">Partitions, groups, brokers or servers; fewer than <paramref name="Count"/> when there were too many.</param>
public sealed record SeenFinding(FindingKind Kind, int Count, ImmutableArray<string> Items);

/// <param name="Id">Zero where the brokers have no topic ids.</param>
public sealed record SeenTopic(string Name, Guid Id, ImmutableArray<SeenPartition> Partitions);

/// <param name="Leader">-1: offline.</param>
public sealed record SeenPartition(int Partition, int Leader, ImmutableArray<int> Replicas, ImmutableArray<int> Isr);

/// <summary>Keeps what was last seen of each cluster beyond this process.</summary>
public interface ISeenStates
{
    /// <summary>Null: nothing, or nothing that can be understood.</summary>
    SeenState? Load(string cluster);

    /// <summary>In place of what was kept before. Does not throw: what is not kept is not told at the next start.</summary>
    void Save(string cluster, SeenState seen);
}

/// <summary>Made when the project is built: every start reads what was seen before.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SeenState))]
sealed partial class SeenJson : JsonSerializerContext;
