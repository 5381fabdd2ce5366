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

    void Apply(MonitorState change) => state = derivation.Derive(state, change, Start);
}
