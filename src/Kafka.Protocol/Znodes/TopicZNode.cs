namespace Kafka.Protocol.Znodes;

/// <summary>
/// Where one partition's replicas are, and where they are going (KIP-455). While it is being reassigned,
/// <paramref name="Replicas"/> holds old and new ones. The first replica is the preferred leader.
/// </summary>
public sealed record ReplicaAssignment(IReadOnlyList<int> Replicas, IReadOnlyList<int> Adding, IReadOnlyList<int> Removing)
{
    /// <summary>Replicas that stay where they are.</summary>
    public ReplicaAssignment(IReadOnlyList<int> replicas)
        : this(replicas, [], [])
    {
    }

    /// <summary>Some are still to come or to go.</summary>
    public bool IsBeingReassigned => Adding.Count > 0 || Removing.Count > 0;

    /// <summary>The replicas once the reassignment is through.</summary>
    public IReadOnlyList<int> Target => [.. Replicas.Except(Removing)];

    /// <summary>The replicas as they were before it.</summary>
    public IReadOnlyList<int> Origin => [.. Replicas.Except(Adding)];

    /// <summary>A new goal, also in the middle of a reassignment: targets first, then what is still to be removed.</summary>
    public ReplicaAssignment ReassignTo(IReadOnlyList<int> target)
    {
        var origin = Origin;
        return new ReplicaAssignment([.. target.Concat(origin).Distinct()], [.. target.Except(origin)], [.. origin.Except(target)]);
    }

    public bool Equals(ReplicaAssignment? other) => other is not null && Replicas.SequenceEqual(other.Replicas)
        && Adding.SequenceEqual(other.Adding) && Removing.SequenceEqual(other.Removing);

    public override int GetHashCode() => Replicas.Aggregate(17, HashCode.Combine);

    public override string ToString() => IsBeingReassigned
        ? $"[{string.Join(',', Replicas)}] adding [{string.Join(',', Adding)}] removing [{string.Join(',', Removing)}]"
        : $"[{string.Join(',', Replicas)}]";
}

/// <summary>
/// /brokers/topics/T, version 3: the topic's id (KIP-516) and the assignment of each partition. Versions 1 and 2 are read.
/// </summary>
public sealed record TopicZNode(Guid? TopicId, IReadOnlyDictionary<int, ReplicaAssignment> Partitions)
{
    /// <summary>As Kafka writes it, byte for byte.</summary>
    public byte[] Encode()
    {
        var sorted = Partitions.OrderBy(pair => pair.Key).ToList();
        IEnumerable<KeyValuePair<int, IReadOnlyList<int>>> Moving(Func<ReplicaAssignment, IReadOnlyList<int>> which) =>
            sorted.Where(pair => which(pair.Value).Count > 0).Select(pair => KeyValuePair.Create(pair.Key, which(pair.Value)));
        return ZkJson.Object(json =>
        {
            json.WriteReplicas("partitions", sorted.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Replicas)));
            if (TopicId is { } id)
            {
                json.WriteString("topic_id", KafkaUuid.ToText(id));
            }

            json.WriteReplicas("adding_replicas", Moving(assignment => assignment.Adding));
            json.WriteReplicas("removing_replicas", Moving(assignment => assignment.Removing));
            json.WriteNumber("version", 3);
        });
    }

    /// <summary>Null for what is no topic.</summary>
    public static TopicZNode? Decode(ReadOnlyMemory<byte> data) => ZkJson.Read(data, json =>
    {
        if (!json.TryGetProperty("partitions", out var partitions))
        {
            return null;
        }

        IReadOnlyList<int> Part(string name, string partition) =>
            json.TryGetProperty(name, out var lists) && lists.TryGetProperty(partition, out var list) ? list.Numbers() : [];

        Guid? id = json.TryGetProperty("topic_id", out var text) ? KafkaUuid.Parse(text.GetString()!) : null;
        return new TopicZNode(id, partitions.EnumerateObject().ToDictionary(
            pair => int.Parse(pair.Name, System.Globalization.CultureInfo.InvariantCulture),
            pair => new ReplicaAssignment(pair.Value.Numbers(), Part("adding_replicas", pair.Name), Part("removing_replicas", pair.Name))));
    });
}
