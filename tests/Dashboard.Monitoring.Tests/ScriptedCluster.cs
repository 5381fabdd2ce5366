using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kafka.Client.Tests;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Tests;

/// <summary>
/// One broker that stands for a cluster of three: what it knows is what a test gave it, what changes it is answered as the test says.
/// </summary>
sealed class ScriptedCluster : IAsyncDisposable
{
    readonly FakeBroker broker = new() { NodeId = 0 };

    public ScriptedCluster()
    {
        broker.Handler = (_, request) => Silent(request) || Late(request) is not null ? null : Answer(request);
        broker.Raw = (connection, header) =>
        {
            if (Cut(header.ApiKey))
            {
                CutOff++;
                connection.Abort("test");
                return true;
            }

            if (header.ApiKey == ApiKey.CreateTopics && Late(new CreateTopicsRequest()) is { } release)
            {
                var answer = new CreateTopicsResponse { Topics = [new() { Name = "new" }] };
                _ = release.ContinueWith(
                    _ => connection.Enqueue(
                        KafkaHeaders.ResponseFrame(header.ApiKey, header.CorrelationId, header.Version >= 5, answer, header.Version)),
                    TaskScheduler.Default);
            }

            return false;
        };
    }

    public int Port => broker.Port;

    public ConcurrentDictionary<string, ImmutableArray<Partition>> Topics { get; } = new();

    /// <summary>The only reassignment, of a partition of "orders".</summary>
    public Move? Moving { get; set; }

    public string DefaultMinIsr { get; set; } = "1";

    /// <summary>Never answered.</summary>
    public Func<IKafkaRequest, bool> Silent { get; set; } = _ => false;

    /// <summary>Answered when the task ends.</summary>
    public Func<IKafkaRequest, Task?> Late { get; set; } = _ => null;

    /// <summary>The connection ends instead of an answer.</summary>
    public Func<ApiKey, bool> Cut { get; set; } = _ => false;

    /// <summary>How many requests ended so.</summary>
    public int CutOff { get; private set; }

    /// <summary>What a creation is answered with.</summary>
    public Func<IKafkaRequest, ErrorCode> Refuse { get; set; } = _ => ErrorCode.None;

    /// <summary>What else is answered.</summary>
    public Func<IKafkaRequest, IKafkaResponse?> Other { get; set; } = _ => null;

    public int Asked<T>()
        where T : IKafkaRequest => broker.Asked.Count(asked => asked.Body is T);

    public IEnumerable<T> All<T>()
        where T : IKafkaRequest => broker.Asked.Select(asked => asked.Body).OfType<T>();

    public T Last<T>()
        where T : IKafkaRequest => broker.Asked.Select(asked => asked.Body).OfType<T>().Last();

    public ValueTask DisposeAsync() => broker.DisposeAsync();

    IKafkaResponse? Answer(IKafkaRequest request) => request switch
    {
        MetadataRequest metadata => Metadata(metadata),
        CreateTopicsRequest create => new CreateTopicsResponse { Topics = [.. create.Topics.Select(t => Created(create, t))] },
        ListPartitionReassignmentsRequest => Reassignments(),
        DescribeQuorumRequest => new DescribeQuorumResponse { ErrorCode = (short)ErrorCode.UnsupportedVersion },
        _ => Other(request),
    };
    ListPartitionReassignmentsResponse Reassignments() => Moving is not { } move ? new() : new()
    {
        Topics = [new()
        {
            Name = "orders",
            Partitions = [new()
            {
                PartitionIndex = move.Number,
                Replicas = [.. move.Replicas],
                AddingReplicas = [.. move.Adding],
                RemovingReplicas = [.. move.Removing],
            }],
        }],
    };
    CreateTopicsResponse.CreatableTopicResult Created(CreateTopicsRequest request, CreateTopicsRequest.CreatableTopic topic) => new()
    {
        Name = topic.Name,
        ErrorCode = (short)Refuse(request),
        NumPartitions = topic.NumPartitions,
        ReplicationFactor = topic.ReplicationFactor,
        Configs = [new()
        {
            Name = "min.insync.replicas",
            Value = topic.Configs.Find(c => c.Name == "min.insync.replicas")?.Value ?? DefaultMinIsr,
        }],
    };

    MetadataResponse Metadata(MetadataRequest request)
    {
        var answer = broker.Metadata();
        var named = request.Topics?.Select(t => t.Name!) ?? Topics.Keys;
        answer.Topics = [.. named.Select(name => Topics.TryGetValue(name, out var partitions)
            ? new MetadataResponse.MetadataResponseTopic
            {
                Name = name,
                Partitions = [.. partitions.Select(p => new MetadataResponse.MetadataResponsePartition
                {
                    PartitionIndex = p.Number, LeaderId = p.Leader, ReplicaNodes = [.. p.Replicas], IsrNodes = [.. p.Replicas],
                })],
            }
            : new MetadataResponse.MetadataResponseTopic { Name = name, ErrorCode = (short)ErrorCode.UnknownTopicOrPartition })];
        return answer;
    }

    internal sealed record Partition(int Number, int Leader, int[] Replicas);

    internal sealed record Move(int Number, int[] Replicas, int[] Adding, int[] Removing);
}
