using Kafka.Broker.Log;
using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>DescribeLogDirs v0 to v4 (KIP-113): sizes of the replicas by directory, and the room on its disk.</summary>
sealed class DescribeLogDirsHandler(ReplicaManager replicas) : RequestHandler<DescribeLogDirsRequest, DescribeLogDirsResponse>(
    ApiKey.DescribeLogDirs, DescribeLogDirsRequest.MinVersion, DescribeLogDirsRequest.MaxVersion, DescribeLogDirsRequest.Read)
{
    protected override ValueTask<DescribeLogDirsResponse?> HandleAsync(
        DescribeLogDirsRequest request, RequestContext context, CancellationToken stopping)
    {
        var wanted = request.Topics?
            .SelectMany(topic => topic.Partitions.Select(index => new TopicPartition(topic.Topic, index))).ToHashSet();
        var response = new DescribeLogDirsResponse();
        foreach (var directory in replicas.Logs.Directories)
        {
            response.Results.Add(Describe(directory, wanted));
        }

        return new(response);
    }

    DescribeLogDirsResponse.DescribeLogDirsResult Describe(LogDir directory, HashSet<TopicPartition>? wanted)
    {
        var result = new DescribeLogDirsResponse.DescribeLogDirsResult { LogDir = directory.Path };
        if (directory.IsOffline)
        {
            result.ErrorCode = (short)ErrorCode.KafkaStorageError;
            return result;
        }

        var logs = replicas.Logs.LogsOf(directory).Where(log => wanted?.Contains(log.TopicPartition) != false);
        foreach (var topic in logs.GroupBy(log => log.TopicPartition.Topic))
        {
            result.Topics.Add(new()
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(log => new DescribeLogDirsResponse.DescribeLogDirsPartition
                {
                    PartitionIndex = log.TopicPartition.Partition,
                    PartitionSize = log.Size,
                    OffsetLag = Math.Max(0, log.HighWatermark - log.LogEndOffset), // as Kafka: only a log that lost its committed tail lags
                })],
            });
        }

        try
        {
            var drive = new DriveInfo(directory.Path);
            (result.TotalBytes, result.UsableBytes) = (drive.TotalSize, drive.AvailableFreeSpace);
        }
        catch (IOException)
        {
            // sizes stay -1: unknown
        }

        return result;
    }
}
