using Kafka.Broker.Controller;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Control;

/// <summary>AlterPartition v0 to v3 (KIP-497): leaders' ISR changes, at the controller.</summary>
sealed class AlterPartitionHandler(KafkaController controller) : RequestHandler<AlterPartitionRequest, AlterPartitionResponse>(
    ApiKey.AlterPartition, AlterPartitionRequest.MinVersion, AlterPartitionRequest.MaxVersion, AlterPartitionRequest.Read)
{
    protected override async ValueTask<AlterPartitionResponse?> HandleAsync(
        AlterPartitionRequest request, RequestContext context, CancellationToken stopping)
    {
        var changes = request.Topics.SelectMany(topic => topic.Partitions.Select(partition => new IsrChange(
            // by its id from v2 on (KIP-841)
            context.Version < 2 ? topic.TopicName : null,
            topic.TopicId,
            partition.PartitionIndex,
            partition.LeaderEpoch,
            // with the brokers' epochs from v3 on (KIP-903), which this controller does not look at
            context.Version < 3 ? partition.NewIsr : [.. partition.NewIsrWithEpochs.Select(replica => replica.BrokerId)],
            partition.PartitionEpoch,
            partition.LeaderRecoveryState))).ToList();
        // INELIGIBLE_REPLICA is new in v2 (KIP-841)
        var ineligible = context.Version < 2 ? ErrorCode.OperationNotAttempted : ErrorCode.IneligibleReplica;
        var (error, results) = await controller.AlterPartitionsAsync(
            request.BrokerId, request.BrokerEpoch, changes, ineligible).ConfigureAwait(false);
        var byTopic = results.GroupBy(result => (result.Change.Topic, result.Change.TopicId));
        return new AlterPartitionResponse
        {
            ErrorCode = (short)error,
            Topics = [.. byTopic.Select(topic => new AlterPartitionResponse.TopicData
            {
                TopicName = topic.Key.Topic ?? "",
                TopicId = topic.Key.TopicId,
                Partitions = [.. topic.Select(Result)],
            })],
        };
    }

    static AlterPartitionResponse.PartitionData Result(IsrChangeResult result) => result.State is { } state
        ? new()
        {
            PartitionIndex = result.Change.Partition,
            LeaderId = state.Leader,
            LeaderEpoch = state.LeaderEpoch,
            Isr = [.. state.Isr],
            LeaderRecoveryState = state.RecoveryState,
            PartitionEpoch = state.Version,
        }
        : new() { PartitionIndex = result.Change.Partition, ErrorCode = (short)result.Error };
}
