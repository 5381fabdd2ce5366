using System.Collections.Concurrent;
using Kafka.Broker.Controller;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Tests.Support;

/// <summary>Brokers that take every request and answer at once; a broker can be made to leave StopReplica unanswered.</summary>
sealed class FakeChannels : IBrokerChannels
{
    readonly ConcurrentDictionary<int, bool> added = new();

    public ConcurrentQueue<(int Broker, IKafkaRequest Request)> Sent { get; } = new();

    /// <summary>The error of each partition in answers to StopReplica.</summary>
    public Func<int, ErrorCode> StopError { get; set; } = _ => ErrorCode.None;

    /// <summary>The error of each partition in answers to LeaderAndIsr.</summary>
    public Func<int, TopicPartition, ErrorCode> LeaderError { get; set; } = (_, _) => ErrorCode.None;

    public IEnumerable<T> Requests<T>(int broker) => Sent.Where(item => item.Broker == broker).Select(item => item.Request).OfType<T>();

    public void Add(LiveBroker broker) => added[broker.Id] = true;

    public void Remove(int broker) => added.TryRemove(broker, out _);

    public void Send<TResponse>(int broker, IKafkaRequest<TResponse> request, Action<TResponse>? answered = null)
        where TResponse : class, IKafkaResponse
    {
        if (!added.ContainsKey(broker))
        {
            return;
        }

        Sent.Enqueue((broker, request));
        object? answer = request switch
        {
            LeaderAndIsrRequest roles => Answer(broker, roles),
            StopReplicaRequest stopped => Answer(broker, stopped),
            UpdateMetadataRequest => new UpdateMetadataResponse(),
            _ => null,
        };
        answered?.Invoke((TResponse)answer!);
    }

    public void Abort() => added.Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    LeaderAndIsrResponse Answer(int broker, LeaderAndIsrRequest request) => new()
    {
        Topics = [.. request.TopicStates.Select(topic => new LeaderAndIsrResponse.LeaderAndIsrTopicError
        {
            TopicId = topic.TopicId,
            PartitionErrors = [.. topic.PartitionStates.Select(state => new LeaderAndIsrResponse.LeaderAndIsrPartitionError
            {
                PartitionIndex = state.PartitionIndex,
                ErrorCode = (short)LeaderError(broker, new TopicPartition(topic.TopicName, state.PartitionIndex)),
            })],
        })],
    };

    StopReplicaResponse Answer(int broker, StopReplicaRequest request) => new()
    {
        PartitionErrors = [.. request.TopicStates.SelectMany(topic => topic.PartitionStates.Select(
            state => new StopReplicaResponse.StopReplicaPartitionError
            {
                TopicName = topic.TopicName,
                PartitionIndex = state.PartitionIndex,
                ErrorCode = (short)StopError(broker),
            }))],
    };
}
