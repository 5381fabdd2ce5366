using System.Text;
using Kafka.Protocol.Znodes;

namespace Kafka.Protocol.Tests;

/// <summary>As kafka-preferred-replica-election.sh and kafka-reassign-partitions.sh of Kafka 2.3 wrote them.</summary>
public sealed class AdminZNodesTests
{
    [Fact]
    public void Elections_are_asked_for_by_partition()
    {
        var data = AdminZNodes.EncodePartitions([new("orders", 0), new("orders", 1)]);
        Assert.Equal(
            """{"version":1,"partitions":[{"topic":"orders","partition":0},{"topic":"orders","partition":1}]}""",
            Encoding.UTF8.GetString(data));
        Assert.Equal([new("orders", 0), new("orders", 1)], AdminZNodes.DecodePartitions(data));
    }

    [Fact]
    public void Moves_name_the_wanted_replicas()
    {
        var data = AdminZNodes.EncodeReassignments([new(new("orders", 0), [2, 0])]);
        Assert.Equal(
            """{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[2,0]}]}""", Encoding.UTF8.GetString(data));
        Assert.Equal([2, 0], AdminZNodes.DecodeReassignments(data)[new("orders", 0)]);
    }
}
