using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Client.Admin;

/// <summary>The consumers' own bytes inside JoinGroup, SyncGroup and DescribeGroups.</summary>
public static class ConsumerProtocol
{
    /// <summary>The protocol type of groups of consumers.</summary>
    public const string Type = "consumer";

    /// <summary>The partitions of an assignment (an int16 version, then ConsumerProtocolAssignment); none for bytes that are not one.</summary>
    public static IReadOnlyList<TopicPartition> ReadAssignment(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < 2)
        {
            return [];
        }

        try
        {
            var reader = new WireReader(bytes);
            var version = Math.Clamp(reader.ReadInt16(), ConsumerProtocolAssignment.MinVersion, ConsumerProtocolAssignment.MaxVersion);
            var assignment = ConsumerProtocolAssignment.Read(ref reader, version);
            return [.. from topic in assignment.AssignedPartitions from partition in topic.Partitions select new TopicPartition(topic.Topic, partition)];
        }
        catch (WireFormatException)
        {
            return []; // a client's own assignor may write what it likes
        }
    }
}
