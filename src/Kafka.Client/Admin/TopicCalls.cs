using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>
/// A topic to create: by number and factor (-1 each for the brokers' default), or by the replicas of each partition, the preferred leader
/// first.
/// </summary>
public sealed record NewTopic(
    string Name,
    int Partitions = -1,
    short ReplicationFactor = -1,
    IReadOnlyDictionary<int, IReadOnlyList<int>>? Assignment = null,
    IReadOnlyDictionary<string, string?>? Configs = null);

/// <summary>A topic that was created, or would be.</summary>
/// <param name="Partitions">-1, as the factor, where the broker does not tell (before Kafka 2.4).</param>
/// <param name="Configs">In force, the brokers' own among them; empty where the broker does not tell.</param>
public sealed record CreatedTopic(
    string Name, Guid TopicId, int Partitions, short ReplicationFactor, IReadOnlyDictionary<string, string?> Configs);

/// <summary>Creates, deletes and grows topics, many at once. The controller is asked.</summary>
public static class TopicCalls
{
    /// <summary>The first version of DeleteTopics that has names in another field, beside ids.</summary>
    const short NamesOrIds = 6;

    /// <summary>The first version of CreateTopics in which -1 is the brokers' default (KIP-464, Kafka 2.4).</summary>
    const short Defaults = 4;

    /// <summary>With <paramref name="validateOnly"/> nothing is created.</summary>
    public static async Task<IReadOnlyDictionary<string, BrokerAnswer<CreatedTopic>>> CreateTopicsAsync(
        this KafkaCluster cluster, IReadOnlyCollection<NewTopic> topics, bool validateOnly, CancellationToken cancellationToken)
    {
        var request = new CreateTopicsRequest
        {
            Topics = [.. topics.Select(Creatable)],
            TimeoutMs = Milliseconds(cluster),
            ValidateOnly = validateOnly,
        };
        var needed = topics.Any(one => one.Assignment is null && (one.Partitions < 0 || one.ReplicationFactor < 0)) ? Defaults : (short)0;
        var answer = await cluster.WithControllerAsync(
            (connection, left) => connection.Lack(ApiKey.CreateTopics, needed) is { } lack
                ? throw lack
                : connection.SendAsync(request, cancellationToken, left),
            cancellationToken,
            Deadline(cluster),
            onlyReads: validateOnly).ConfigureAwait(false);
        return answer.Topics.ToDictionary(topic => topic.Name, topic => Results.Answer(
            topic.ErrorCode,
            () => new CreatedTopic(topic.Name, topic.TopicId, topic.NumPartitions, topic.ReplicationFactor, Effective(topic)),
            topic.ErrorMessage));
    }

    /// <summary>Null for a topic that was deleted, else why it was not.</summary>
    public static async Task<IReadOnlyDictionary<string, KafkaException?>> DeleteTopicsAsync(
        this KafkaCluster cluster, IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        var answer = await cluster.WithControllerAsync(
            (connection, left) => connection.SendAsync(DeleteRequest(topics, connection, Milliseconds(cluster)), cancellationToken, left),
            cancellationToken,
            Deadline(cluster)).ConfigureAwait(false);
        return answer.Responses.ToDictionary(
            // only names are sent, so a name comes back; v6 allows null for topics asked for by id
            topic => topic.Name ?? topic.TopicId.ToString(),
            topic => Results.Refusal(topic.ErrorCode, topic.ErrorMessage));
    }

    /// <summary>
    /// Raises the number of partitions to <paramref name="count"/>. Null when done, else why not.
    /// </summary>
    /// <param name="assignment">Replicas of each new partition in their order, the preferred leader first; null: Kafka places them.</param>
    public static async Task<KafkaException?> CreatePartitionsAsync(
        this KafkaCluster cluster,
        string topic,
        int count,
        bool validateOnly,
        CancellationToken cancellationToken,
        IReadOnlyList<IReadOnlyList<int>>? assignment = null)
    {
        var request = new CreatePartitionsRequest
        {
            Topics = [new CreatePartitionsRequest.CreatePartitionsTopic
            {
                Name = topic,
                Count = count,
                Assignments = assignment?
                    .Select(replicas => new CreatePartitionsRequest.CreatePartitionsAssignment { BrokerIds = [.. replicas] }).ToList(),
            }],
            TimeoutMs = Milliseconds(cluster),
            ValidateOnly = validateOnly,
        };
        var answer = await cluster.SendToControllerAsync(request, cancellationToken, Deadline(cluster)).ConfigureAwait(false);
        return Results.Refusal(answer.Results[0].ErrorCode, answer.Results[0].ErrorMessage);
    }

    static CreateTopicsRequest.CreatableTopic Creatable(NewTopic topic)
    {
        var creatable = new CreateTopicsRequest.CreatableTopic
        {
            Name = topic.Name,
            // brokers refuse number and factor beside an assignment, which says both
            NumPartitions = topic.Assignment is null ? topic.Partitions : -1,
            ReplicationFactor = topic.Assignment is null ? topic.ReplicationFactor : (short)-1,
        };
        foreach (var (partition, replicas) in topic.Assignment ?? new Dictionary<int, IReadOnlyList<int>>())
        {
            creatable.Assignments.Add(new CreateTopicsRequest.CreatableReplicaAssignment
            {
                PartitionIndex = partition,
                BrokerIds = [.. replicas],
            });
        }

        foreach (var (name, value) in topic.Configs ?? new Dictionary<string, string?>())
        {
            creatable.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = name, Value = value });
        }

        return creatable;
    }

    /// <summary>Null: the caller may not read them.</summary>
    static Dictionary<string, string?> Effective(CreateTopicsResponse.CreatableTopicResult topic) =>
        topic.Configs?.ToDictionary(config => config.Name, config => config.Value) ?? [];

    static DeleteTopicsRequest DeleteRequest(IReadOnlyCollection<string> topics, KafkaConnection connection, int timeout) =>
        connection.Supports(ApiKey.DeleteTopics, NamesOrIds)
            ? new DeleteTopicsRequest
            {
                Topics = [.. topics.Select(name => new DeleteTopicsRequest.DeleteTopicState { Name = name })],
                TimeoutMs = timeout,
            }
            : new DeleteTopicsRequest { TopicNames = [.. topics], TimeoutMs = timeout };

    static int Milliseconds(KafkaCluster cluster) => (int)cluster.Options.OperationTimeout.TotalMilliseconds;

    /// <summary>The broker's own timeout, and the time to answer that it passed.</summary>
    static TimeSpan Deadline(KafkaCluster cluster) => cluster.Options.OperationTimeout + cluster.Options.RequestTimeout;
}
