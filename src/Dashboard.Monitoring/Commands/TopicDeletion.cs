using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>DeleteTopics, by name. The plan tells what is lost.</summary>
static class TopicDeletion
{
    public static DeleteTopicPlan Plan(DeleteTopic command, ClusterSnapshot snapshot, TimeProvider time)
    {
        var topic = snapshot.Topics.Value?.Find(command.Name);
        var groups = snapshot.Groups.Value?.Groups.Where(g => g.Offsets.Any(o => o.Topic == command.Name)).Select(g => g.GroupId) ?? [];
        var offsets = snapshot.Offsets.Value;
        long? records = topic is null || offsets is null ? null : topic.Partitions.Sum(p => offsets.Find(topic.Name, p.Partition)?.Records ?? 0);
        long? bytes = snapshot.LogDirs.Value?.Sizes.Where(s => s.Key.Topic == command.Name).Sum(s => s.Value.Bytes);
        var plan = new DeleteTopicPlan(command, topic?.Partitions.Length ?? 0, records, bytes, [.. groups]) { AsOf = time.GetUtcNow() };
        return topic is null
            ? plan with { Refusals = [Refusal.Of(ErrorCode.UnknownTopicOrPartition, command.Name)] }
            : topic.IsInternal ? plan with { Notes = [new PlanNote(Severity.Bad, "InternalTopic", [command.Name])] } : plan;
    }

    public static async Task<(int Done, List<Refusal> Refusals)> RunAsync(DeleteTopic command, KafkaCluster kafka, CancellationToken cancellation)
    {
        var answers = await kafka.DeleteTopicsAsync([command.Name], cancellation).ConfigureAwait(false);
        return answers[command.Name] is { } error ? (0, [Refusal.Of(error, command.Name)]) : (1, []);
    }
}
