using System.Collections.Immutable;
using Dashboard.Monitoring.Commands.Placement;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Commands;

/// <summary>
/// What a topic is created with again is asked of Kafka itself, not taken from the last reading; and before anything goes Kafka is asked
/// whether it would create it so.
/// </summary>
static class TopicRecreationPlanner
{
    /// <summary>What a topic may be called at most.</summary>
    const int LongestName = 249;

    public static async Task<RecreateTopicPlan> PlanAsync(
        RecreateTopic command, ClusterSnapshot snapshot, Func<KafkaCluster> kafka, TimeProvider time, CancellationToken cancellationToken)
    {
        Doomed? doomed = null;
        ImmutableArray<Refusal> refusals = [];
        try
        {
            doomed = await ReadAsync(command, snapshot, kafka(), cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            refusals = [(e as CommandRefusedException)?.Refusal ?? Refusal.Of(e, command.Name)];
        }

        var lost = TopicDeletionPlanner.Plan(new(command.Name), snapshot, time);
        var groups = (snapshot.Groups.Value?.Groups ?? []).Where(g => lost.Groups.Contains(g.GroupId))
            .Select(g => RecreatedGroup.Of(g, command.Name)).OrderByDescending(g => g.Members).ToImmutableArray();
        return new RecreateTopicPlan(command, doomed?.Again, doomed?.TopicId, lost.Records, lost.Bytes, groups)
        {
            Refusals = refusals,
            Notes = doomed is null ? [] : [.. Notes(groups)],
            AsOf = time.GetUtcNow(),
        };
    }

    /// <summary>The topic as Kafka has it.</summary>
    /// <exception cref="KafkaException">No answer, or it must not be: <see cref="CommandRefusedException"/> says why.</exception>
    public static async Task<Doomed> ReadAsync(
        RecreateTopic command, ClusterSnapshot snapshot, KafkaCluster kafka, CancellationToken cancellationToken)
    {
        var metadata = await kafka.MetadataAsync([command.Name], cancellationToken).ConfigureAwait(false);
        var topic = metadata.Topics.Find(t => t.Name == command.Name);
        KafkaException.ThrowIfError(topic?.ErrorCode ?? (short)ErrorCode.UnknownTopicOrPartition);
        var faults = Faults(topic!, metadata, snapshot).FirstOrDefault();
        if (faults is not null)
        {
            throw new CommandRefusedException(faults);
        }

        var settings = await TopicSettings.ReadAsync(kafka, command.Name, null, cancellationToken).ConfigureAwait(false);
        if (settings.FirstOrDefault(s => s is { IsOverride: true, IsSensitive: true }) is { } secret)
        {
            throw new CommandRefusedException(new(
                ErrorCode.InvalidConfig,
                $"The topic sets {secret.Name}, which Kafka does not tell: it could not be set again. Remove it first.",
                secret.Name));
        }

        var again = new CreateTopic(
            command.Name,
            null,
            null,
            // the same replicas in the same order: preferred leaders and the load of brokers stay as they were
            topic!.Partitions.ToImmutableDictionary(p => p.PartitionIndex, p => p.ReplicaNodes.ToImmutableArray()),
            settings.Where(s => s.IsOverride).ToImmutableDictionary(s => s.Name, s => s.Own!));
        await CheckAsync(again, kafka, cancellationToken).ConfigureAwait(false);
        return new(again, topic.TopicId);
    }

    /// <summary>Whether Kafka would create it so: asked under another name, for this one is taken.</summary>
    static async Task CheckAsync(CreateTopic again, KafkaCluster kafka, CancellationToken cancellationToken)
    {
        const string suffix = ".again";
        var name = again.Name[..Math.Min(again.Name.Length, LongestName - suffix.Length)] + suffix;
        var answer = await TopicCreationPlanner.AskAsync(again with { Name = name }, validateOnly: true, kafka, cancellationToken)
            .ConfigureAwait(false);
        // that other name may be taken as well, which says nothing of the rest
        if (answer.Error is { Code: not ErrorCode.TopicAlreadyExists } error)
        {
            throw new CommandRefusedException(
                new(error.Code, $"Kafka would not create it again as it is, so it is not deleted: {error.Detail}", again.Name));
        }
    }

    static IEnumerable<Refusal> Faults(
        MetadataResponse.MetadataResponseTopic topic, MetadataResponse metadata, ClusterSnapshot snapshot)
    {
        var name = topic.Name!;
        if (topic.IsInternal)
        {
            yield return new(
                ErrorCode.PolicyViolation,
                $"{name} is internal to Kafka: the brokers make it themselves, as they need it.",
                name)
            {
                Code = RecreateTopic.InternalCode,
            };
        }

        if (snapshot.Reassignments.Value?.Running.Any(r => r.Topic == name) == true)
        {
            yield return new(
                ErrorCode.ReassignmentInProgress,
                $"Replicas of {name} are being moved. Wait for the end of it, or cancel it, first.",
                name);
        }

        // by this very answer, not the snapshot: a deletion waits for each replica, for ever
        var up = metadata.Brokers.Select(b => b.NodeId).ToHashSet();
        if (topic.Partitions.SelectMany(p => p.ReplicaNodes).Where(b => !up.Contains(b)).Distinct().Order().ToList() is { Count: > 0 } down)
        {
            yield return new(
                ErrorCode.BrokerNotAvailable,
                $"Replicas of {name} are on broker {string.Join(", ", down)}, which is down: the deletion would not come to an end. "
                + "Start it, or move its replicas, first.",
                name);
        }
    }

    static IEnumerable<PlanNote> Notes(ImmutableArray<RecreatedGroup> groups)
    {
        yield return new PlanNote(Severity.Warning, "ClientsMeanwhile", []);
        if (groups.Count(g => g.Members > 0) is > 0 and var reading)
        {
            yield return new PlanNote(Severity.Bad, "ReadNow", [PartitionAdditionPlanner.Text(reading)]);
        }
    }

    /// <summary>A topic that goes and comes again.</summary>
    /// <param name="Id">Zero where brokers have no topic ids.</param>
    internal sealed record Doomed(CreateTopic Again, Guid Id)
    {
        public string? TopicId => Id == Guid.Empty ? null : KafkaUuid.ToText(Id);

        /// <summary>
        /// The new one is told from it by its id. Null where brokers have none: there it is enough that the controller had the name free.
        /// </summary>
        public TopicInfo? AsBefore => Id == Guid.Empty ? null : new(Again.Name, Id, false, []);

        /// <summary>For the audit log: all it takes to create it again.</summary>
        public string Trace(string? id)
        {
            var configs = Again.Configs.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value}");
            string[] first = id is null ? [] : [$"id {id}"];
            return string.Join(", ", [.. first, PlacementText.Of(Again.Assignment!), .. configs]);
        }
    }
}
