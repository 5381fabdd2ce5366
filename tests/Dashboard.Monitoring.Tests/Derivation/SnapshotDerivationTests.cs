using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Protocol;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

public sealed class SnapshotDerivationTests
{
    readonly HistoryStore history = new();
    readonly SnapshotDerivation derivation;
    MonitorState state = new(new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote });

    public SnapshotDerivationTests() => derivation = new(history);

    [Fact]
    public void What_did_not_change_keeps_its_reference()
    {
        var topic = Topic("a", Partition(0, 0, [0], [0]));
        var broker = new BrokerAddress(0, "h", 9092, null);
        var metadata = new MetadataReading("id", 0, [broker], TopicTable.Of([topic]));
        Apply(state with { Metadata = state.Metadata.Read(metadata, Start) });
        var before = state.Snapshot;
        Apply(state with { Metadata = state.Metadata.Read(state.Metadata.Value!, Start.AddSeconds(2)) });
        Assert.Equal(Start.AddSeconds(2), state.Snapshot.Topics.AsOf);
        Assert.Same(before.Topics.Value, state.Snapshot.Topics.Value);
        Assert.Same(before.Brokers.Value, state.Snapshot.Brokers.Value);
        Assert.Same(before.Identity.Value, state.Snapshot.Identity.Value);
    }

    /// <summary>At the same addresses: what was read and remembered of the one before is none of its own.</summary>
    [Fact]
    public void A_cluster_that_was_set_up_anew_begins_with_nothing_of_the_one_before()
    {
        var topics = TopicTable.Of([Topic("a", Partition(0, 0, [0, 1], [0])), Topic("gone", Partition(0, -1, [1], [1]))]);
        Apply(state with { Metadata = state.Metadata.Read(OfBoth(topics), Start) });
        Apply(WithLogDirs(Start, Start));
        var ends = ImmutableDictionary<TopicPartition, PartitionOffsets>.Empty.Add(new("a", 0), new(0, 5, Start, 1.5));
        var offsets = new OffsetTable(ends, ImmutableDictionary<int, SectionError>.Empty);
        Apply(state with { Snapshot = state.Snapshot with { Offsets = state.Snapshot.Offsets.Read(offsets, Start) } });
        Assert.NotNull(history.WrittenAt(new("a", 0), 5));
        Assert.NotNull(history.TopicRecordsIn("a"));
        Assert.NotEmpty(state.Snapshot.Health.Findings);

        var anew = new MetadataReading("other", 1, OfBoth(topics).Brokers, TopicTable.Of([Topic("a", Partition(0, 0, [0, 1], [0, 1]))]));
        Apply(state with { Metadata = state.Metadata.Read(anew, Start.AddMinutes(1)) });
        Assert.Equal(["a"], state.Snapshot.Topics.Value!.Topics.Select(t => t.Name));
        Assert.Equal(("other", null, null), (state.Snapshot.Identity.Value!.ClusterId, state.Snapshot.Offsets.Value, state.Snapshot.Rates));
        Assert.All(state.Snapshot.Brokers.Value!.Brokers, b => Assert.Null(b.Bytes));
        Assert.Empty(state.Snapshot.Health.Findings);
        Assert.Null(history.WrittenAt(new("a", 0), 5));
        Assert.Null(history.TopicRecordsIn("a"));
        // no deletion of topics, and no partition that came online: that it is another cluster is all that happened
        Assert.Equal(EventKind.ClusterIdChanged, Assert.Single(history.Events, e => e.At == history.Events[0].At).Kind);
    }

    [Fact]
    public void The_data_of_a_broker_that_went_down_is_as_old_as_its_own_last_answer()
    {
        var topics = TopicTable.Of([Topic("a", Partition(0, 0, [0, 1], [0, 1]))]);
        var both = OfBoth(topics);
        Apply(state with { Metadata = state.Metadata.Read(both, Start) });
        Apply(WithLogDirs(Start, Start));
        Assert.All(state.Snapshot.Brokers.Value!.Brokers, b => Assert.Equal((7, null), (b.Bytes, b.DataAsOf)));

        Apply(state with { Metadata = state.Metadata.Read(both with { Brokers = [both.Brokers[0]] }, Start.AddSeconds(8)) });
        Apply(WithLogDirs(Start.AddSeconds(10), Start));
        Assert.Equal((7, null), (state.Snapshot.Brokers.Value!.Find(0)!.Bytes, state.Snapshot.Brokers.Value.Find(0)!.DataAsOf));
        Assert.Equal((7, Start), (state.Snapshot.Brokers.Value.Find(1)!.Bytes, state.Snapshot.Brokers.Value.Find(1)!.DataAsOf));
    }

    /// <summary>The log dirs of none of them could be read, and they answer what else they are asked.</summary>
    [Fact]
    public void The_data_of_brokers_is_old_when_none_of_their_log_dirs_could_be_read_any_longer()
    {
        Apply(state with { Metadata = state.Metadata.Read(OfBoth(TopicTable.Of([])), Start) });
        Apply(WithLogDirs(Start, Start));
        var failed = state.Snapshot.LogDirs.Failed(
            new SectionError(SectionErrorKind.TimedOut, ErrorSource.LogDirs, null, "late", Start.AddSeconds(5)));
        Apply(state with { Snapshot = state.Snapshot with { LogDirs = failed } });
        Assert.All(state.Snapshot.Brokers.Value!.Brokers, b => Assert.Equal(Start, b.DataAsOf));
    }

    [Fact]
    public void What_a_broker_leads_is_as_old_as_its_own_answer()
    {
        var own = new SectionError(SectionErrorKind.TimedOut, "broker 1", null, "late", Start.AddSeconds(5));
        var table = new OffsetTable(
            ImmutableDictionary<TopicPartition, PartitionOffsets>.Empty, ImmutableDictionary<int, SectionError>.Empty.Add(1, own))
        {
            ReadAt = Start.AddSeconds(5),
        };
        var snapshot = state.Snapshot with { Offsets = new Section<OffsetTable>(table, own, Start) };
        Assert.Equal((null, Start.AddSeconds(5)), (snapshot.OffsetsOf(0).Error, snapshot.OffsetsOf(0).AsOf));
        Assert.Equal((own, Start), (snapshot.OffsetsOf(1).Error, snapshot.OffsetsOf(1).AsOf));
        // nobody answers any more
        snapshot = snapshot with { Offsets = new Section<OffsetTable>(table, own with { Since = Start.AddSeconds(9) }, Start) };
        Assert.Equal(SectionErrorKind.TimedOut, snapshot.OffsetsOf(0).Error?.Kind);
    }

    [Fact]
    public void Bytes_come_in_where_the_leaders_logs_grow_over_the_time_between_a_brokers_own_answers()
    {
        var topics = TopicTable.Of([Topic("a", Partition(0, 0, [0, 1], [0, 1]), Partition(1, 1, [1, 0], [0, 1]))]);
        var ends = ImmutableDictionary<TopicPartition, PartitionOffsets>.Empty.Add(new("a", 0), new(0, 5, Start, 1.5));
        var offsets = new OffsetTable(ends, ImmutableDictionary<int, SectionError>.Empty);
        Apply(state with { Metadata = state.Metadata.Read(OfBoth(topics), Start) });
        Apply(state with { Snapshot = state.Snapshot with { Offsets = state.Snapshot.Offsets.Read(offsets, Start) } });
        Apply(WithSizes(Start, Start, (0, 0, 1000), (0, 1, 900), (1, 1, 50), (1, 0, 50)));
        Assert.Null(state.Snapshot.Rates!.BytesInPerSecond);

        // broker 1 is slower to answer; what it follows does not count, and a log that became shorter did not shrink what came in
        Apply(WithSizes(Start.AddSeconds(10), Start.AddSeconds(20), (0, 0, 2000), (0, 1, 5000), (1, 1, 250), (1, 0, 10)));
        var rates = state.Snapshot.Rates;
        Assert.Equal((100.0, 10.0, 110.0), (rates.BytesInByBroker[0], rates.BytesInByBroker[1], rates.BytesInPerSecond));

        // broker 1 did not answer again: nothing is known of it
        Apply(WithSizes(Start.AddSeconds(30), Start.AddSeconds(20), (0, 0, 1000), (0, 1, 5000), (1, 1, 250), (1, 0, 10)));
        Assert.Equal(KeyValuePair.Create(0, 0.0), Assert.Single(state.Snapshot.Rates.BytesInByBroker));
    }

    static MetadataReading OfBoth(TopicTable topics) => new(
        "id", 0, [new BrokerAddress(0, "h", 9092, null), new BrokerAddress(1, "h", 9093, null)], topics);

    MonitorState WithSizes(DateTimeOffset first, DateTimeOffset second, params (int Partition, int Broker, long Bytes)[] sizes)
    {
        var with = WithLogDirs(first, second);
        var bytes = sizes.ToDictionary(s => new ReplicaKey("a", s.Partition, s.Broker), s => new ReplicaInfo(s.Bytes, 0, false));
        var table = with.Snapshot.LogDirs.Value! with { Sizes = bytes };
        return with with { Snapshot = with.Snapshot with { LogDirs = with.Snapshot.LogDirs with { Value = table } } };
    }

    /// <summary>What brokers 0 and 1 told of their one log dir, and when.</summary>
    MonitorState WithLogDirs(params DateTimeOffset[] told)
    {
        var byBroker = told.Index().ToImmutableDictionary(
            t => t.Index, t => new BrokerLogDirs([new LogDirInfo("/d", 7, 100, 50, null)], t.Item));
        var table = new LogDirTable(ImmutableDictionary<ReplicaKey, ReplicaInfo>.Empty, byBroker);
        return state with { Snapshot = state.Snapshot with { LogDirs = state.Snapshot.LogDirs.Read(table, told.Max()) } };
    }

    void Apply(MonitorState change) => state = derivation.Derive(state, change, Start);
}
