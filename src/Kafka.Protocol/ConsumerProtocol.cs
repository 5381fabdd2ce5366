using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Protocol;

/// <summary>What consumers send each other inside JoinGroup, SyncGroup and DescribeGroups: bytes that Kafka itself only carries.</summary>
public static class ConsumerProtocol
{
    /// <summary>The protocol type of groups of consumers.</summary>
    public const string Type = "consumer";

    /// <summary>
    /// The topics of a subscription (ConsumerProtocolSubscription: int16 version, topics, …); null for bytes that are none.
    /// </summary>
    public static IReadOnlyList<string>? ReadTopics(ReadOnlyMemory<byte> subscription)
    {
        try
        {
            var reader = new WireReader(subscription);
            reader.Skip(sizeof(short));
            var topics = new string[reader.CheckCount(reader.ReadInt32(), sizeof(short))];
            for (var i = 0; i < topics.Length; i++)
            {
                topics[i] = reader.ReadUtf8(reader.CheckCount(reader.ReadInt16()));
            }

            return topics;
        }
        catch (WireFormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// The partitions of an assignment (an int16 version, then ConsumerProtocolAssignment); none for bytes that are not one.
    /// </summary>
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
            return
            [
                .. from topic in assignment.AssignedPartitions
                   from partition in topic.Partitions
                   select new TopicPartition(topic.Topic, partition),
            ];
        }
        catch (WireFormatException)
        {
            return []; // a client's own assignor may write what it likes
        }
    }
}
