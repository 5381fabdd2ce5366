using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Model;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using static Dashboard.Monitoring.Tests.Build;
using static Dashboard.Monitoring.Tests.Collectors.CollectorWorld;

namespace Dashboard.Monitoring.Tests.Collectors;

/// <summary>Begin and end offsets of two partitions on two leaders, of which each may fail in its own way.</summary>
public sealed class OffsetReaderTests : IAsyncDisposable
{
    static readonly TopicTable topics = TopicTable.Of([Build.Topic("t", Partition(0, 0, [0, 1], [0, 1]), Partition(1, 1, [1, 0], [1, 0]))]);

    readonly CollectorWorld world = new(2, TimeSpan.FromSeconds(1));
    readonly OffsetReader reader;
    readonly Dictionary<int, ErrorCode> refused = [];
    readonly long[] begins = [5, 0], ends = [100, 50];

    public OffsetReaderTests()
    {
        reader = new OffsetReader(world.Context, world.Kafka);
        world.On<ListOffsetsRequest>((_, request) => new ListOffsetsResponse
        {
            Topics = [.. request.Topics.Select(t => new ListOffsetsResponse.ListOffsetsTopicResponse
            {
                Name = t.Name,
                Partitions = [.. t.Partitions.Select(p => new ListOffsetsResponse.ListOffsetsPartitionResponse
                {
                    PartitionIndex = p.PartitionIndex,
                    ErrorCode = (short)refused.GetValueOrDefault(p.PartitionIndex),
                    Offset = (p.Timestamp == ListOffsetsCalls.Earliest ? begins : ends)[p.PartitionIndex],
                })],
            })],
        });
    }

    Section<OffsetTable> Section => world.Snapshot.Offsets;

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Rates_are_known_from_the_second_reading_on()
    {
        await ReadAsync();
        Assert.Equal(new PartitionOffsets(5, 100, Start, null), Section.Value!.Find("t", 0));
        (ends[0], ends[1]) = (160, 50);
        await ReadAsync(after: 3);
        Assert.Equal((20.0, 0.0), (Section.Value!.Find("t", 0)!.RecordsPerSecond, Section.Value.Find("t", 1)!.RecordsPerSecond));
        Assert.Equal((155L, Start.AddSeconds(3)), (Section.Value.Find("t", 0)!.Records, Section.AsOf!.Value));
    }

    [Fact]
    public async Task Ends_are_asked_for_each_time_and_begins_every_sixth()
    {
        for (var i = 0; i < 12; i++)
        {
            await ReadAsync(after: 2);
        }

        Assert.Equal((12, 2), (Asked(ListOffsetsCalls.Latest, 0), Asked(ListOffsetsCalls.Earliest, 0)));
        Assert.Equal((12, 2), (Asked(ListOffsetsCalls.Latest, 1), Asked(ListOffsetsCalls.Earliest, 1)));
    }

    [Fact]
    public async Task The_begin_of_a_partition_that_is_new_is_asked_for_at_once()
    {
        await ReadAsync(TopicTable.Of([Build.Topic("t", topics.Topics[0].Partitions[0])]));
        Assert.Null(Section.Value!.Find("t", 1));
        await ReadAsync(after: 1);
        Assert.Equal((0L, 50L), (Section.Value!.Find("t", 1)!.Begin, Section.Value.Find("t", 1)!.End));
    }

    [Fact]
    public async Task A_leader_that_does_not_answer_keeps_its_offsets_without_a_rate()
    {
        await ReadAsync();
        await ReadAsync(after: 1);
        world.Silent[1] = true;
        (ends[0], ends[1]) = (110, 60);
        await ReadAsync(after: 1);
        Assert.Equal((110L, 10.0), (Section.Value!.Find("t", 0)!.End, Section.Value.Find("t", 0)!.RecordsPerSecond));
        Assert.Equal(new PartitionOffsets(0, 50, Start.AddSeconds(1), null) { AskedAt = Start.AddSeconds(1) }, Section.Value.Find("t", 1));
        Assert.Equal([1], Section.Value.BrokerErrors.Keys);
        Assert.Equal((SectionErrorKind.TimedOut, Start.AddSeconds(1)), (Section.Error!.Kind, Section.AsOf!.Value));

        world.Silent.Clear();
        await ReadAsync(after: 1);
        Assert.Equal((null, 5.0), (Section.Error, Section.Value!.Find("t", 1)!.RecordsPerSecond));
    }

    [Fact]
    public async Task A_leader_that_has_just_moved_is_no_trouble_of_its_brokers()
    {
        await ReadAsync();
        refused[1] = ErrorCode.NotLeaderOrFollower;
        await ReadAsync(after: 1);
        var partition = Section.Value!.Find("t", 1)!;
        Assert.Equal((50L, (double?)null, Start), (partition.End, partition.RecordsPerSecond, partition.AsOf));
        Assert.Empty(Section.Value.BrokerErrors);
        Assert.Null(Section.Error);
    }

    [Fact]
    public async Task A_partition_that_was_refused_from_the_first_is_not_known_and_the_others_are()
    {
        refused[1] = ErrorCode.TopicAuthorizationFailed;
        await ReadAsync();
        Assert.Equal((100L, (PartitionOffsets?)null), (Section.Value!.Find("t", 0)!.End, Section.Value.Find("t", 1)));
    }

    [Fact]
    public async Task An_end_that_fell_after_an_unclean_election_is_no_negative_rate()
    {
        await ReadAsync();
        ends[0] = 40;
        await ReadAsync(after: 1);
        Assert.Equal((40L, (double?)null), (Section.Value!.Find("t", 0)!.End, Section.Value.Find("t", 0)!.RecordsPerSecond));
    }

    [Fact]
    public async Task With_all_leaders_gone_nothing_is_read()
    {
        await ReadAsync();
        var before = Section.Value;
        world.Cut[0] = world.Cut[1] = true;
        await ReadAsync(after: 1);
        Assert.Same(before, Section.Value);
        Assert.Equal((SectionErrorKind.Unreachable, Start), (Section.Error!.Kind, Section.AsOf!.Value));
    }

    [Fact]
    public async Task Without_any_leader_nobody_can_be_asked()
    {
        await ReadAsync(TopicTable.Of([Build.Topic("t", Partition(0, -1, [0], [0]))]));
        Assert.Equal((SectionErrorKind.Unreachable, (OffsetTable?)null), (Section.Error!.Kind, Section.Value));
        Assert.Equal(0, world.Asked<ListOffsetsRequest>());
    }

    [Fact]
    public async Task A_cluster_without_topics_has_no_offsets_and_no_error()
    {
        await ReadAsync(TopicTable.Of([]));
        Assert.Equal((0, (SectionError?)null), (Section.Value!.Partitions.Count, Section.Error));
    }

    [Fact]
    public async Task A_topic_that_is_gone_is_gone_from_the_offsets()
    {
        await ReadAsync();
        await ReadAsync(TopicTable.Of([Build.Topic("t", topics.Topics[0].Partitions[0])]), after: 1);
        Assert.Equal([new TopicPartition("t", 0)], Section.Value!.Partitions.Keys);
    }

    int Asked(long timestamp, int broker) => world.Requests<ListOffsetsRequest>(broker)
        .Count(r => r.Topics.All(t => t.Partitions.All(p => p.Timestamp == timestamp)));

    async Task ReadAsync(TopicTable? of = null, int after = 0)
    {
        world.Time.Advance(TimeSpan.FromSeconds(after));
        world.Post(await reader.ReadAsync(of ?? topics, Token));
    }
}
