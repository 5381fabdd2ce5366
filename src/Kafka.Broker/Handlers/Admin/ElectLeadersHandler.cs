using Kafka.Broker.Controller;
using Kafka.Broker.Metadata;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>
/// ElectLeaders v0 to v2 (KIP-183, KIP-460), at the controller. Answers once this broker knows the new leaders, or at the timeout.
/// </summary>
sealed class ElectLeadersHandler(MetadataCache metadata, KafkaController controller, TimeProvider time)
    : RequestHandler<ElectLeadersRequest, ElectLeadersResponse>(
        ApiKey.ElectLeaders, ElectLeadersRequest.MinVersion, ElectLeadersRequest.MaxVersion, ElectLeadersRequest.Read)
{
    protected override async ValueTask<ElectLeadersResponse?> HandleAsync(
        ElectLeadersRequest request, RequestContext context, CancellationToken stopping)
    {
        var partitions = request.TopicPartitions?
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition))).Distinct().ToList();
        var outcome = await controller.ElectLeadersAsync((ElectionType)request.ElectionType, partitions).ConfigureAwait(false);
        bool Known(Metadata.MetadataImage image, TopicPartition name) =>
            image.Partition(name.Topic, name.Partition)?.Leader == outcome.Leaders[name];
        await metadata.WaitAsync(
            image => outcome.Leaders.Keys.All(name => Known(image, name)),
            TimeSpan.FromMilliseconds(Math.Max(0, request.TimeoutMs)),
            time,
            stopping).ConfigureAwait(false);
        var now = metadata.Current;
        var results = outcome.Results
            // asked for all partitions, Kafka says nothing of those that need no election
            .Where(result => partitions is not null || result.Value.Code != ErrorCode.ElectionNotNeeded)
            .Select(result => outcome.Leaders.ContainsKey(result.Key) && !Known(now, result.Key)
                ? KeyValuePair.Create(result.Key, new ApiError(ErrorCode.RequestTimedOut))
                : result)
            .GroupBy(result => result.Key.Topic);
        return new ElectLeadersResponse
        {
            // v0 has one for each partition only (KIP-460)
            ErrorCode = context.Version >= 1 ? (short)outcome.Error : (short)0,
            ReplicaElectionResults = [.. results.Select(topic => new ElectLeadersResponse.ReplicaElectionResult
            {
                Topic = topic.Key,
                PartitionResult = [.. topic.Select(result => new ElectLeadersResponse.PartitionResult
                {
                    PartitionId = result.Key.Partition,
                    ErrorCode = (short)result.Value.Code,
                    ErrorMessage = result.Value.Message,
                })],
            })],
        };
    }
}
