using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Commands;

/// <summary>CreateTopics. The plan places the replicas with Kafka's algorithm and Kafka checks it (validate only); what was shown is what is sent.</summary>
static class TopicCreation
{
    const int TimeoutMs = 10_000;

    public static async Task<CreateTopicPlan> PlanAsync(CreateTopic command, ClusterSnapshot snapshot, Func<KafkaCluster> kafka, TimeProvider time, CancellationToken cancellation)
    {
        var placement = Place(command, snapshot);
        var fixedCommand = placement.Count == 0 ? command : command with { Assignment = placement.ToImmutableDictionary() };
        ImmutableArray<Refusal> refusals;
        try
        {
            var answer = await kafka().SendToControllerAsync(Request(fixedCommand, validateOnly: true), cancellation).ConfigureAwait(false);
            refusals = [.. Refusals(answer)];
        }
        catch (KafkaException e)
        {
            refusals = [new Refusal(e.CodeName, (int)e.Code, e.Message, command.Name)];
        }

        return new CreateTopicPlan(fixedCommand, placement) { Refusals = refusals, Notes = [.. Notes(placement, snapshot)], AsOf = time.GetUtcNow() };
    }

    public static async Task<(int Done, List<Refusal> Refusals)> RunAsync(CreateTopic command, ClusterSnapshot snapshot, KafkaCluster kafka, CancellationToken cancellation)
    {
        var answer = await kafka.SendToControllerAsync(Request(command, validateOnly: false), cancellation).ConfigureAwait(false);
        var refusals = Refusals(answer).ToList();
        return (answer.Topics.Count - refusals.Count, refusals);
    }

    /// <summary>Empty when it cannot be worked out here: Kafka then says what is wrong.</summary>
    static ImmutableSortedDictionary<int, ImmutableArray<int>> Place(CreateTopic command, ClusterSnapshot snapshot)
    {
        if (command.Assignment is { } given)
        {
            return given.ToImmutableSortedDictionary();
        }

        var brokers = snapshot.Brokers.Value?.Brokers.Where(b => b.State == BrokerState.Up).ToList() ?? [];
        if (command is not { Partitions: > 0 and <= 100_000 and var partitions, ReplicationFactor: > 0 and var factor } || factor > brokers.Count)
        {
            return ImmutableSortedDictionary<int, ImmutableArray<int>>.Empty;
        }

        var placed = ReplicaPlacement.Assign([.. brokers.Select(b => b.Id)], partitions, factor);
        return placed.Select((replicas, partition) => (partition, replicas)).ToImmutableSortedDictionary(p => p.partition, p => p.replicas.ToImmutableArray());
    }

    static CreateTopicsRequest Request(CreateTopic command, bool validateOnly) => new()
    {
        TimeoutMs = TimeoutMs,
        ValidateOnly = validateOnly,
        Topics =
        [
            new()
            {
                Name = command.Name,
                NumPartitions = command.Assignment is null ? command.Partitions ?? -1 : -1,
                ReplicationFactor = command.Assignment is null ? (short)(command.ReplicationFactor ?? -1) : (short)-1,
                Assignments = [.. command.Assignment?.OrderBy(a => a.Key).Select(a => new CreateTopicsRequest.CreatableReplicaAssignment { PartitionIndex = a.Key, BrokerIds = [.. a.Value] }) ?? []],
                Configs = [.. command.Configs.Select(c => new CreateTopicsRequest.CreatableTopicConfig { Name = c.Key, Value = c.Value })],
            },
        ],
    };

    static IEnumerable<Refusal> Refusals(CreateTopicsResponse answer) =>
        answer.Topics.Where(t => t.ErrorCode != 0).Select(t => RefusalOf(t.ErrorCode, t.ErrorMessage, t.Name));

    internal static Refusal RefusalOf(short code, string? message, string subject)
    {
        var (name, words) = ErrorCodes.Describe((ErrorCode)code);
        return new Refusal(name, code, string.IsNullOrEmpty(message) ? words : message, subject);
    }

    static IEnumerable<PlanNote> Notes(ImmutableSortedDictionary<int, ImmutableArray<int>> placement, ClusterSnapshot snapshot)
    {
        if (placement.Count > 0 && placement.Values.All(replicas => replicas.Length == 1))
        {
            yield return new PlanNote(Severity.Warning, "SingleCopy", []);
        }

        if (snapshot.Brokers.Value?.Brokers.Where(b => b.State == BrokerState.Down).Select(b => b.Id).ToList() is { Count: > 0 } down)
        {
            yield return new PlanNote(Severity.Warning, "BrokersDown", [string.Join(", ", down)]);
        }
    }
}
