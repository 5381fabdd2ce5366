using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Commands;

/// <summary>Deletes a topic and creates it again, empty, with the same partitions, replicas and settings of its own.</summary>
public sealed record RecreateTopic(string Name) : ClusterCommand
{
    /// <summary>The code of a refusal that Kafka knows nothing of: brokers make their own topics themselves.</summary>
    public const string InternalCode = "INTERNAL_TOPIC";

    public override Permission Needs(string cluster) => new(AccessKind.Topics, AccessAction.Delete, cluster, Name);

    public override IEnumerable<Permission> NeedsAlso(string cluster) =>
        [new(AccessKind.Topics, AccessAction.Create, cluster, Name)];
}

/// <param name="Again">What it would be created with; null: it could not be read, and a refusal says why.</param>
/// <param name="Id">Of the topic that goes, as Kafka's tools print it; the new one has another. Null where brokers have no ids.</param>
/// <param name="Records">At most so many are lost; null: not known.</param>
/// <param name="Bytes">Of all copies; null: not known.</param>
/// <param name="Groups">Those that lose their offsets of it.</param>
public sealed record RecreateTopicPlan(
    RecreateTopic Command, CreateTopic? Again, string? Id, long? Records, long? Bytes, ImmutableArray<RecreatedGroup> Groups)
    : CommandPlan
{
    [JsonIgnore]
    public int Partitions => Again?.Assignment?.Count ?? 0;
}

/// <param name="Members">Above 0: it reads at the moment.</param>
/// <param name="Committed">Partitions of the topic that it has an offset of.</param>
public sealed record RecreatedGroup(string GroupId, int Members, int Committed)
{
    internal static RecreatedGroup Of(GroupInfo group, string topic) =>
        new(group.GroupId, group.Members.Length, group.Offsets.Count(o => o.Topic == topic && o.Committed >= 0));
}
