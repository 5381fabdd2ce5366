using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Commands;

/// <summary>DeleteTopics, by name. The plan tells what is lost.</summary>
static class TopicDeletion
{
    const int TimeoutMs = 10_000;

    public static DeleteTopicPlan Plan(DeleteTopic command, ClusterSnapshot snapshot, TimeProvider time)
    {
        var topic = snapshot.Topics.Value?.Find(command.Name);
        var groups = snapshot.Groups.Value?.Groups.Where(g => g.Offsets.Any(o => o.Topic == command.Name)).Select(g => g.GroupId) ?? [];
        var offsets = snapshot.Offsets.Value;
        long? records = topic is null || offsets is null ? null : topic.Partitions.Sum(p => offsets.Find(topic.Name, p.Partition)?.Records ?? 0);
        long? bytes = snapshot.LogDirs.Value?.Sizes.Where(s => s.Key.Topic == command.Name).Sum(s => s.Value.Bytes);
        var plan = new DeleteTopicPlan(command, topic?.Partitions.Length ?? 0, records, bytes, [.. groups]) { AsOf = time.GetUtcNow() };
        return topic is null
            ? plan with { Refusals = [TopicCreation.RefusalOf((short)ErrorCode.UnknownTopicOrPartition, null, command.Name)] }
            : topic.IsInternal ? plan with { Notes = [new PlanNote(Severity.Bad, "InternalTopic", [command.Name])] } : plan;
    }

    public static async Task<(int Done, List<Refusal> Refusals)> RunAsync(DeleteTopic command, KafkaCluster kafka, CancellationToken cancellation)
    {
        // both ways of naming a topic: the version decides which one is sent
        var answer = await kafka.SendToControllerAsync(
            new DeleteTopicsRequest { TimeoutMs = TimeoutMs, Topics = [new() { Name = command.Name }], TopicNames = [command.Name] }, cancellation).ConfigureAwait(false);
        var refusals = answer.Responses.Where(r => r.ErrorCode != 0).Select(r => TopicCreation.RefusalOf(r.ErrorCode, r.ErrorMessage, r.Name ?? command.Name)).ToList();
        return (answer.Responses.Count - refusals.Count, refusals);
    }
}
