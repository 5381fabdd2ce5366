using Kafka.Broker.Configuration;
using Kafka.Broker.Groups;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Records;
using Testing;

namespace Kafka.Broker.Tests.Groups;

/// <summary>Records of __consumer_offsets, as Kafka writes and reads them.</summary>
public sealed class GroupRecordsTests
{
    static readonly TopicPartition partition = new("t", 3);

    [Fact]
    public void Keys_and_offsets_have_Kafkas_bytes()
    {
        Assert.Equal("0001" + "000167" + "000174" + "00000003", Convert.ToHexString(GroupRecords.OffsetKey("g", partition)));
        Assert.Equal("0002" + "000167", Convert.ToHexString(GroupRecords.GroupKey("g")));
        Assert.Equal(
            "0003" + "0000000000000005" + "00000007" + "00026D64" + "0000000000000009",
            Convert.ToHexString(GroupRecords.OffsetValue(new StoredOffset(5, 7, "md", 9))));
        Assert.Equal(
            "0001" + "0000000000000005" + "00026D64" + "0000000000000009" + "000000000000000B",
            Convert.ToHexString(GroupRecords.OffsetValue(new StoredOffset(5, -1, "md", 9, 11))));
    }

    [Fact]
    public void Values_are_read_back()
    {
        var offset = new StoredOffset(5, 7, "md", 9);
        Assert.Equal(offset, GroupRecords.ReadOffset(GroupRecords.OffsetValue(offset)));
        var expiring = new StoredOffset(5, -1, "", 9, 11);
        Assert.Equal(expiring, GroupRecords.ReadOffset(GroupRecords.OffsetValue(expiring)));
        Assert.Equal(("g", partition), GroupRecords.ReadKey(GroupRecords.OffsetKey("g", partition)));
        Assert.Equal(("g", null), GroupRecords.ReadKey(GroupRecords.GroupKey("g")));
        Assert.Null(GroupRecords.ReadKey(new byte[] { 0, 9, 1, 2, 3 }));

        var world = new GroupWorld();
        var ids = world.Stable(2, "one");
        var read = GroupRecords.ReadGroup(
            "readers", GroupRecords.GroupValue(world.Group, ids.ToDictionary(id => id, _ => new byte[] { 7 })));
        Assert.Equal(
            (GroupState.Stable, 1, "consumer", "range", ids[0]),
            (read.State, read.Generation, read.ProtocolType, read.ProtocolName, read.LeaderId));
        Assert.Equal(world.Group.StateTimestamp, read.StateTimestamp);
        Assert.Equal(ids[0], read.StaticMember("one"));
        Assert.All(
            read.Members.Values,
            member => Assert.Equal((10_000, 60_000, 7), (member.SessionTimeout, member.RebalanceTimeout, member.Assignment[0])));
    }

    [Fact]
    public async Task Kafka_dump_log_decodes_what_is_stored()
    {
        var home = External.Require("KAFKA_HOME");
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["__consumer_offsets-0"], new LogConfig());
        var world = new GroupWorld();
        var ids = world.Stable(1);
        using var batch = new RecordBatchBuilder();
        batch.Add(
            GroupRecords.GroupKey("readers"),
            GroupRecords.GroupValue(world.Group, new Dictionary<string, byte[]> { [ids[0]] = [0, 1, 0, 0, 0, 0, 255, 255, 255, 255] }),
            1000);
        batch.Add(GroupRecords.OffsetKey("readers", partition), GroupRecords.OffsetValue(new StoredOffset(5, 7, "md", 9)), 1000);
        batch.Add(
            GroupRecords.OffsetKey("readers", new TopicPartition("t", 4)),
            GroupRecords.OffsetValue(new StoredOffset(6, -1, "", 9, 11)),
            1000);
        batch.Add(GroupRecords.OffsetKey("readers", partition), null, 1000);
        log.Log.AppendAsLeader(batch.Build(), 0, false);
        log.Log.Close();
        var file = Directory.EnumerateFiles(directory["__consumer_offsets-0"], "*.log").Single();
        var result = await External.KafkaToolAsync(home, "kafka-dump-log.sh", ["--offsets-decoder", "--files", file]);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains(
            """key: {"type":"1","data":{"group":"readers","topic":"t","partition":3}} """
            + """payload: {"version":"3","data":{"offset":5,"leaderEpoch":7,"metadata":"md","commitTimestamp":9}}""",
            result.Output);
        Assert.Contains(
            """payload: {"version":"1","data":{"offset":6,"metadata":"","commitTimestamp":9,"expireTimestamp":11}}""", result.Output);
        Assert.Contains(
            """key: {"type":"2","data":{"group":"readers"}} """
            + """payload: {"version":"3","data":{"protocolType":"consumer","generation":1,"protocol":"range","leader":"client-""",
            result.Output);
        Assert.Contains("\"rebalanceTimeout\":60000,\"sessionTimeout\":10000", result.Output);
    }
}
