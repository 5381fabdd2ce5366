using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>OffsetForLeaderEpoch v0 to v4 (KIP-101, KIP-320): where an epoch ends in the leader's log.</summary>
sealed class OffsetForLeaderEpochHandler(ReplicaManager replicas)
    : RequestHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(
        ApiKey.OffsetForLeaderEpoch,
        OffsetForLeaderEpochRequest.MinVersion,
        OffsetForLeaderEpochRequest.MaxVersion,
        OffsetForLeaderEpochRequest.Read)
{
    protected override async ValueTask<OffsetForLeaderEpochResponse?> HandleAsync(
        OffsetForLeaderEpochRequest request, RequestContext context, CancellationToken stopping) =>
        await replicas.Loop.InvokeAsync(() =>
        {
            var response = new OffsetForLeaderEpochResponse();
            foreach (var topic in request.Topics)
            {
                response.Topics.Add(new()
                {
                    Topic = topic.Topic,
                    Partitions = topic.Partitions.ConvertAll(partition => Answer(topic.Topic, partition)),
                });
            }

            return response;
        }).ConfigureAwait(false);

    OffsetForLeaderEpochResponse.EpochEndOffset Answer(string topic, OffsetForLeaderEpochRequest.OffsetForLeaderPartition asked)
    {
        var answer = new OffsetForLeaderEpochResponse.EpochEndOffset { Partition = asked.Partition };
        var error = replicas.FindLeader(new TopicPartition(topic, asked.Partition), out var partition);
        error = error == ErrorCode.None ? ReplicaManager.CheckEpoch(partition, asked.CurrentLeaderEpoch) : error;
        answer.ErrorCode = (short)error;
        if (error == ErrorCode.None)
        {
            (answer.LeaderEpoch, answer.EndOffset) = partition.Log!.Epochs.EndOf(asked.LeaderEpoch, partition.Log.LogEndOffset);
        }

        return answer;
    }
}
