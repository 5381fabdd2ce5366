using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

/// <summary>Topics from metadata, and as they are shown: joined with configs and with who is down.</summary>
public sealed class TopicTablesTests
{
    [Fact]
    public void What_did_not_change_keeps_its_reference_down_to_the_table()
    {
        var first = TopicTables.From(Metadata(Of("b", (0, 1, [1, 2], [1, 2])), Of("a", (0, 0, [0], [0]))), null);
        Assert.Equal(["a", "b"], first.Topics.Select(t => t.Name));
        Assert.Same(first, TopicTables.From(Metadata(Of("a", (0, 0, [0], [0])), Of("b", (0, 1, [1, 2], [1, 2]))), first));

        var second = TopicTables.From(Metadata(Of("a", (0, 0, [0], [0])), Of("b", (0, 1, [1, 2], [1]))), first);
        Assert.NotSame(first, second);
        Assert.Same(first.Find("a"), second.Find("a"));
        Assert.Equal([1], second.Find("b")!.Partitions[0].Isr);
    }

    [Fact]
    public void What_a_broker_says_that_was_cut_off_changes_nothing_while_it_is_the_same_topic()
    {
        var id = Guid.NewGuid();
        var known = TopicTables.From(Metadata(At(id, (5, -1), (2, 1))), null);
        Assert.Same(known, TopicTables.From(Metadata(At(id, (4, 0), (2, 1))), known));
        var mixed = TopicTables.From(Metadata(At(id, (4, 0), (3, 0))), known);
        Assert.Equal([-1, 0], mixed.Find("a")!.Partitions.Select(p => p.Leader));
        Assert.Equal([0, 0], TopicTables.From(Metadata(At(id, (6, 0), (3, 0))), mixed).Find("a")!.Partitions.Select(p => p.Leader));
        Assert.Equal(0, TopicTables.From(Metadata(At(Guid.NewGuid(), (0, 0))), known).Find("a")!.Partitions[0].Leader);
        var unknown = TopicTables.From(Metadata(At(Guid.Empty, (5, -1))), null); // without ids it may have been made anew
        Assert.Equal(0, TopicTables.From(Metadata(At(Guid.Empty, (0, 0))), unknown).Find("a")!.Partitions[0].Leader);

        static MetadataResponse.MetadataResponseTopic At(Guid id, params (int Epoch, int Leader)[] partitions)
        {
            var topic = Of("a", [.. partitions.Index().Select(p => (p.Index, p.Item.Leader, new[] { 0, 1 }, new[] { 0, 1 }))]);
            topic.TopicId = id;
            foreach (var (partition, (epoch, _)) in topic.Partitions.Zip(partitions))
            {
                partition.LeaderEpoch = epoch;
            }

            return topic;
        }
    }

    [Theory]
    [InlineData("leader")]
    [InlineData("epoch")]
    [InlineData("replicas")]
    [InlineData("order of replicas")]
    [InlineData("isr")]
    [InlineData("offline")]
    [InlineData("partitions")]
    [InlineData("id")]
    public void Any_change_of_a_partition_is_seen(string what)
    {
        var before = TopicTables.From(Metadata(Of("a", (0, 0, [0, 1], [0, 1]))), null);
        var topic = Of("a", (0, 0, [0, 1], [0, 1]));
        var partition = topic.Partitions[0];
        switch (what)
        {
            case "leader": partition.LeaderId = 1; break;
            case "epoch": partition.LeaderEpoch = 9; break;
            case "replicas": partition.ReplicaNodes = [0, 2]; break;
            case "order of replicas": partition.ReplicaNodes = [1, 0]; break;
            case "isr": partition.IsrNodes = [0]; break;
            case "offline": partition.OfflineReplicas = [1]; break;
            case "partitions": topic.Partitions.Add(new() { PartitionIndex = 1 }); break;
            default: topic.TopicId = Guid.NewGuid(); break;
        }

        Assert.NotSame(before.Find("a"), TopicTables.From(Metadata(topic), before).Find("a"));
    }

    [Fact]
    public void A_topic_that_came_or_went_changes_the_table_and_the_others_stay()
    {
        var one = TopicTables.From(Metadata(Of("a", (0, 0, [0], [0]))), null);
        var two = TopicTables.From(Metadata(Of("a", (0, 0, [0], [0])), Of("b", (0, 0, [0], [0]))), one);
        Assert.Equal(2, two.Topics.Length);
        Assert.Same(one.Find("a"), two.Find("a"));
        var gone = Of("b");
        gone.ErrorCode = (short)ErrorCode.UnknownTopicOrPartition;
        var back = TopicTables.From(Metadata(Of("a", (0, 0, [0], [0])), gone), two);
        Assert.Equal(["a"], back.Topics.Select(t => t.Name));
    }

    [Fact]
    public void Partitions_come_by_number_whatever_the_order_of_the_answer_and_with_one_that_is_missing()
    {
        var table = TopicTables.From(Metadata(Of("a", (3, 1, [1], [1]), (0, 0, [0], [0]))), null);
        Assert.Equal([0, 3], table.Topics[0].Partitions.Select(p => p.Partition));
        Assert.Equal((1, null), (table.Topics[0].Find(3)!.Leader, table.Topics[0].Find(1)));
        // the next answer is the same, though a partition is not at its own place
        Assert.Same(table, TopicTables.From(Metadata(Of("a", (3, 1, [1], [1]), (0, 0, [0], [0]))), table));
    }

    [Fact]
    public void The_minimum_is_that_of_the_topics_configs_and_unknown_before_they_were_read()
    {
        var partition = Partition(0, 0, [0, 1], [0, 1], minIsr: null);
        var topics = TopicTable.Of([Topic("a", partition), Topic("b", partition)]);
        Assert.Same(topics, TopicTables.Joined(topics, null, null, new HashSet<int>(), isStale: false));
        var joined = TopicTables.Joined(topics, null, Configs(("a", "2"), ("b", "no number")), new HashSet<int>(), isStale: false);
        Assert.Equal((2, (int?)null), (joined.Find("a")!.Partitions[0].MinIsr, joined.Find("b")!.Partitions[0].MinIsr));
        // once more, nothing changed
        Assert.Same(joined, TopicTables.Joined(topics, joined, Configs(("a", "2")), new HashSet<int>(), isStale: false));
    }

    [Theory]
    [InlineData("", 0, "", 0, "")] // all is as it was read
    [InlineData("", 0, "0", 0, "0")] // the others may have taken over, and metadata will say so
    [InlineData("", 0, "0,1", -1, "0,1")] // nobody is left, whatever was read
    [InlineData("stale", 0, "0", -1, "0")] // nobody took over that anybody has heard of
    [InlineData("stale", 0, "1", 0, "1")]
    [InlineData("", -1, "1", -1, "1")]
    public void Who_is_down_leads_nothing_once_nobody_else_could(string stale, int leader, string down, int shownLeader, string offline)
    {
        var topics = TopicTable.Of([Topic("a", Partition(0, leader, [0, 1], [0, 1]))]);
        var joined = TopicTables.Joined(topics, null, null, Ids(down).ToHashSet(), isStale: stale.Length > 0).Topics[0].Partitions[0];
        Assert.Equal((shownLeader, offline), (joined.Leader, string.Join(',', joined.Offline)));
    }

    /// <summary>Brokers that were cut off and answer again know of no election, and name whom they knew.</summary>
    [Theory]
    [InlineData(7, "0", -1)]
    [InlineData(6, "0", -1)]
    [InlineData(8, "0", 0)] // elected since: it is back, and only its registration was not read yet
    [InlineData(7, "", 0)] // it came back
    public void Who_was_without_a_leader_gets_none_that_is_down(int epoch, string down, int shownLeader)
    {
        var shown = TopicTable.Of([Topic("a", Partition(0, -1, [0, 1], [0]) with { LeaderEpoch = 7, Offline = [0] })]);
        var told = TopicTable.Of([Topic("a", Partition(0, 0, [0, 1], [0]) with { LeaderEpoch = epoch })]);
        var joined = TopicTables.Joined(told, shown, null, Ids(down).ToHashSet(), isStale: false);
        Assert.Equal(shownLeader, joined.Topics[0].Partitions[0].Leader);
    }

    [Theory]
    [InlineData(3, 2, true)] // brokers ask for two then
    [InlineData(2, 2, true)]
    [InlineData(1, 1, false)]
    [InlineData(null, null, false)]
    public void No_more_replicas_are_required_than_there_are(int? min, int? required, bool isUnder)
    {
        var partition = Partition(0, 0, [0, 1], [0], minIsr: min);
        Assert.Equal((required, isUnder), (partition.Required, partition.IsUnderMinIsr));
    }

    [Fact]
    public void A_replica_that_metadata_calls_offline_is_not_listed_twice()
    {
        var topics = TopicTable.Of([Topic("a", Partition(0, 0, [0, 1, 2], [0, 1]) with { Offline = [1] })]);
        var joined = TopicTables.Joined(topics, null, null, new HashSet<int> { 1, 2 }, isStale: false);
        Assert.Equal([1, 2], joined.Topics[0].Partitions[0].Offline);
    }

    static MetadataResponse Metadata(params MetadataResponse.MetadataResponseTopic[] topics) => new() { Topics = [.. topics] };

    static MetadataResponse.MetadataResponseTopic Of(
        string name, params (int Index, int Leader, int[] Replicas, int[] Isr)[] partitions) => new()
        {
            Name = name,
            Partitions = [.. partitions.Select(p => new MetadataResponse.MetadataResponsePartition
        {
            PartitionIndex = p.Index, LeaderId = p.Leader, ReplicaNodes = [.. p.Replicas], IsrNodes = [.. p.Isr],
        })],
        };

    static ConfigTable Configs(params (string Topic, string MinIsr)[] configs) =>
        new(configs.ToImmutableDictionary(
            c => c.Topic,
            c => ImmutableArray.Create(new TopicConfig("min.insync.replicas", c.MinIsr, "DEFAULT_CONFIG", true, false, false))));

    static IEnumerable<int> Ids(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);
}
