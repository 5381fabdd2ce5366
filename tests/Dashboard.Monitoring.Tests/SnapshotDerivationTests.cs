using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests;

public sealed class SnapshotDerivationTests
{
    readonly SnapshotDerivation derivation = new(new HistoryStore());
    MonitorState state = new(new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote });

    [Fact]
    public void What_did_not_change_keeps_its_reference()
    {
        var topic = Topic("a", Partition(0, 0, [0], [0]));
        var metadata = new MetadataReading("id", 0, CoordinationMode.ZooKeeper, [new BrokerEndpoint(0, "h", 9092, null)], TopicTable.Of([topic]));
        Apply(state with { Metadata = state.Metadata.Read(metadata, Start) });
        var before = state.Snapshot;
        Apply(state with { Metadata = state.Metadata.Read(state.Metadata.Value!, Start.AddSeconds(2)) });
        Assert.Equal(Start.AddSeconds(2), state.Snapshot.Topics.AsOf);
        Assert.Same(before.Topics.Value, state.Snapshot.Topics.Value);
        Assert.Same(before.Brokers.Value, state.Snapshot.Brokers.Value);
        Assert.Same(before.Identity.Value, state.Snapshot.Identity.Value);
    }

    [Fact]
    public void The_data_of_a_broker_that_went_down_is_as_old_as_its_own_last_answer()
    {
        var topics = TopicTable.Of([Topic("a", Partition(0, 0, [0, 1], [0, 1]))]);
        var both = new MetadataReading("id", 0, CoordinationMode.KRaft, [new BrokerEndpoint(0, "h", 9092, null), new BrokerEndpoint(1, "h", 9093, null)], topics);
        Apply(state with { Metadata = state.Metadata.Read(both, Start) });
        Apply(WithLogDirs(Start, Start));
        Assert.All(state.Snapshot.Brokers.Value!.Brokers, b => Assert.Equal((7, null), (b.Bytes, b.DataAsOf)));

        Apply(state with { Metadata = state.Metadata.Read(both with { Brokers = [both.Brokers[0]] }, Start.AddSeconds(8)) });
        Apply(WithLogDirs(Start.AddSeconds(10), Start));
        Assert.Equal((7, null), (state.Snapshot.Brokers.Value!.Find(0)!.Bytes, state.Snapshot.Brokers.Value.Find(0)!.DataAsOf));
        Assert.Equal((7, Start), (state.Snapshot.Brokers.Value.Find(1)!.Bytes, state.Snapshot.Brokers.Value.Find(1)!.DataAsOf));
    }

    /// <summary>What brokers 0 and 1 told of their one log dir, and when.</summary>
    MonitorState WithLogDirs(params DateTimeOffset[] told)
    {
        var byBroker = told.Index().ToImmutableDictionary(t => t.Index, t => new BrokerLogDirs([new LogDirInfo("/d", 7, 100, 50, null)], t.Item));
        var table = new LogDirTable(ImmutableDictionary<ReplicaKey, ReplicaSize>.Empty, byBroker);
        return state with { Snapshot = state.Snapshot with { LogDirs = state.Snapshot.LogDirs.Read(table, told.Max()) } };
    }

    void Apply(MonitorState change) => state = derivation.Derive(state, change, Start);
}
