using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>DeleteTopics, by name. The plan says what is lost.</summary>
static class TopicDeletionPlanner
{
    /// <summary>A broker that has just come back denies every topic until the controller has sent it the metadata.</summary>
    static readonly TimeSpan sureAfter = TimeSpan.FromSeconds(2);

    public static DeleteTopicPlan Plan(DeleteTopic command, ClusterSnapshot snapshot, TimeProvider time)
    {
        var topic = snapshot.Topics.Value?.Find(command.Name);
        var groups = snapshot.Groups.Value?.Groups.Where(g => g.Offsets.Any(o => o.Topic == command.Name)).Select(g => g.GroupId) ?? [];
        var offsets = snapshot.Offsets.Value;
        long? records = topic is null || offsets is null
            ? null
            : topic.Partitions.Sum(p => offsets.Find(topic.Name, p.Partition)?.Records ?? 0);
        long? bytes = snapshot.LogDirs.Value?.Sizes.Where(s => s.Key.Topic == command.Name).Sum(s => s.Value.Bytes);
        var plan = new DeleteTopicPlan(command, topic?.Partitions.Length ?? 0, records, bytes, [.. groups]) { AsOf = time.GetUtcNow() };
        return topic is null
            ? plan with { Refusals = [Refusal.Of(ErrorCode.UnknownTopicOrPartition, command.Name)] }
            : topic.IsInternal ? plan with { Notes = [new PlanNote(Severity.Bad, "InternalTopic", [command.Name])] } : plan;
    }

    public static Sending Prepare(DeleteTopic command, ClusterSnapshot snapshot, KafkaCluster kafka, TimeProvider time)
    {
        var before = snapshot.Topics.Value?.Find(command.Name);
        long? goneSince = null;
        return new Sending([command.Name], SendAsync, LookUpAsync);

        async Task<IReadOnlyDictionary<string, KafkaException?>> SendAsync() =>
            await kafka.DeleteTopicsAsync([command.Name], CancellationToken.None).ConfigureAwait(false);

        async Task<IReadOnlyList<Sighting>> LookUpAsync(IReadOnlySet<string> subjects, CancellationToken cancellationToken)
        {
            var metadata = await kafka.MetadataAsync([command.Name], cancellationToken).ConfigureAwait(false);
            var topic = metadata.Topics.Find(t => t.Name == command.Name);
            // another id: it is gone, and made anew by someone
            if (topic is { ErrorCode: (short)ErrorCode.None } && !IsAnother(topic.TopicId, before))
            {
                goneSince = null;
                return [Sighting.TopicStays(command.Name)];
            }

            KafkaException.ThrowIfError(
                topic is null || topic.ErrorCode == (short)ErrorCode.UnknownTopicOrPartition ? (short)0 : topic.ErrorCode);
            // one answer without it is no proof: see sureAfter
            goneSince ??= time.GetTimestamp();
            var isSure = time.GetElapsedTime(goneSince.Value) >= sureAfter;
            return [isSure ? Sighting.TopicGone(command.Name) : Sighting.TopicStays(command.Name)];
        }
    }

    static bool IsAnother(Guid id, TopicInfo? before) => before is not null && before.Id != Guid.Empty && id != before.Id;
}
