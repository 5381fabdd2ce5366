using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands.Running;

/// <summary>How it shows in a snapshot that a command was done.</summary>
static class CommandEffects
{
    /// <param name="before">As it was when the command was given.</param>
    /// <returns>Null: nothing of it shows there at once.</returns>
    public static Func<ClusterSnapshot, bool>? Of(ClusterCommand command, ClusterSnapshot before) => command switch
    {
        CreateTopic create => now => now.Topics.Value?.Find(create.Name) is not null,
        // without ids the new topic looks like the old one
        RecreateTopic anew when before.Topics.Value?.Find(anew.Name) is { TopicId: not null, Id: var old } =>
            now => now.Topics.Value?.Find(anew.Name) is { } topic && topic.Id != old,
        AddPartitions add => now => now.Topics.Value?.Find(add.Topic)?.Partitions.Length >= add.Count,
        DeleteTopic delete => now => now.Topics.Value is { } topics && topics.Find(delete.Name) is null,
        WriteOffsets write => now => now.Groups.Value?.Find(write.Group) is { } group && Has(group, write),
        DeleteOffsets delete => now => now.Groups.Value?.Find(delete.Group)?.Topics.Contains(delete.Topic) != true,
        DeleteGroup delete => now => now.Groups.Value?.Find(delete.Group) is null,
        _ => null,
    };

    /// <summary>The topic that every broker has to know before the next question to any of them finds it, and its partitions.</summary>
    public static (string Topic, int Partitions)? Brokers(ClusterCommand command) => command switch
    {
        CreateTopic create => (create.Name, create.Partitions ?? 1),
        RecreateTopic anew => (anew.Name, 1),
        AddPartitions add => (add.Topic, add.Count),
        _ => null,
    };

    static bool Has(GroupInfo group, WriteOffsets write)
    {
        if (write.Kind == GroupKind.Share)
        {
            return true; // its snapshot has no commits
        }

        var committed = group.Offsets.ToDictionary(o => new TopicPartition(o.Topic, o.Partition), o => (long?)o.Committed);
        return write.Changes.All(change => committed.GetValueOrDefault(new(change.Topic, change.Partition)) == change.After);
    }
}
