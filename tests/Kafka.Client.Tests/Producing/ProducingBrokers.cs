using Kafka.Client.Producing;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;

namespace Kafka.Client.Tests.Producing;

/// <summary>A batch as a leader gets it.</summary>
sealed record TakenBatch(int Leader, int Partition, long ProducerId, int Sequence, int Count);

/// <summary>
/// Two brokers with a topic "t" of four partitions, led by turns, and what a test answers to the batches. Identities are counted from 100
/// on.
/// </summary>
sealed class ProducingBrokers : IAsyncDisposable
{
    readonly FakeBroker[] brokers = [new() { NodeId = 0 }, new() { NodeId = 1 }];
    int identities = 99;

    public ProducingBrokers()
    {
        foreach (var broker in brokers)
        {
            broker.Handler = (_, body) => Answer(broker, body);
        }

        Cluster = new KafkaCluster([("127.0.0.1", brokers[0].Port)], new KafkaClientOptions
        {
            RequestTimeout = TimeSpan.FromSeconds(20),
            ConnectTimeout = TimeSpan.FromSeconds(20),
        });
    }

    public KafkaCluster Cluster { get; }

    /// <summary>By partition.</summary>
    public int[] Leaders { get; } = [0, 1, 0, 1];

    public List<TakenBatch> Taken { get; } = [];

    public List<IKafkaRequest> Asked { get; } = [];

    /// <summary>The error of a batch; null: the whole request is not answered. All succeed unless set.</summary>
    public Func<TakenBatch, ErrorCode?> Decide { get; set; } = _ => ErrorCode.None;

    /// <summary>What else is asked; null: as a broker that is well answers.</summary>
    public Func<IKafkaRequest, IKafkaResponse?> Other { get; set; } = _ => null;

    /// <summary>Both brokers have this API in these versions. Before anything connects to them.</summary>
    public void Offer(ApiKey key, short min, short max) => Array.ForEach(brokers, broker => broker.Versions[key] = (min, max));

    public RecordProducer Producer(ProducerOptions? options = null) => new(Cluster, options ?? new());

    public static ProducerRecord Record(int? partition = 0, string value = "v") =>
        new("t", partition, null, System.Text.Encoding.UTF8.GetBytes(value), 1000);

    IKafkaResponse? Answer(FakeBroker broker, IKafkaRequest body)
    {
        lock (Asked)
        {
            Asked.Add(body);
            return Other(body) ?? body switch
            {
                MetadataRequest => Metadata(),
                InitProducerIdRequest => new InitProducerIdResponse { ProducerId = ++identities },
                ProduceRequest produce => Produced(broker, produce),
                FindCoordinatorRequest find => new FindCoordinatorResponse
                {
                    Coordinators = [.. find.CoordinatorKeys.Select(key => new FindCoordinatorResponse.Coordinator
                    {
                        Key = key, NodeId = 1, Host = "127.0.0.1", Port = brokers[1].Port,
                    })],
                },
                AddPartitionsToTxnRequest add => new AddPartitionsToTxnResponse
                {
                    ResultsByTopicV3AndBelow = [.. add.V3AndBelowTopics.Select(
                        topic => new AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult { Name = topic.Name })],
                },
                AddOffsetsToTxnRequest => new AddOffsetsToTxnResponse(),
                TxnOffsetCommitRequest => new TxnOffsetCommitResponse { Topics = [new() { Name = "t", Partitions = [new()] }] },
                EndTxnRequest => new EndTxnResponse(),
                _ => null,
            };
        }
    }

    MetadataResponse Metadata()
    {
        var answer = brokers[0].Metadata(brokers);
        answer.Topics =
        [
            new()
            {
                Name = "t",
                Partitions = [.. Leaders.Select((leader, index) => new MetadataResponse.MetadataResponsePartition
                {
                    PartitionIndex = index, LeaderId = leader,
                })],
            },
        ];
        return answer;
    }

    ProduceResponse? Produced(FakeBroker broker, ProduceRequest request)
    {
        var answers = new List<ProduceResponse.PartitionProduceResponse>();
        foreach (var data in request.TopicData[0].PartitionData)
        {
            var batch = new RecordBatch(data.Records!.Value);
            var taken = new TakenBatch(broker.NodeId, data.Index, batch.ProducerId, batch.BaseSequence, batch.RecordCount);
            Taken.Add(taken);
            if (Decide(taken) is not { } error)
            {
                return null;
            }

            answers.Add(new()
            {
                Index = data.Index,
                ErrorCode = (short)error,
                BaseOffset = error == ErrorCode.None ? 10 * Taken.Count : -1,
            });
        }

        return request.Acks == 0 ? null : new ProduceResponse { Responses = [new() { Name = "t", PartitionResponses = answers }] };
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        foreach (var broker in brokers)
        {
            await broker.DisposeAsync();
        }
    }
}
