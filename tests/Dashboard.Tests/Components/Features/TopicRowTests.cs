using System.Collections.Immutable;
using Dashboard.Components.Features.Topics;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;

namespace Dashboard.Tests.Components.Features;

/// <summary>A topic's line in the list.</summary>
public sealed class TopicRowTests
{
    [Fact]
    public void A_topic_that_is_newer_than_the_last_reading_of_configs_and_log_directories_is_listed()
    {
        var snapshot = new FakeCluster("local", ClusterKind.Hosted, TimeProvider.System).With(3, ("orders", 4, 2)).Snapshot();
        var now = DateTimeOffset.UnixEpoch;
        var row = TopicRow.Of(snapshot.Topics.Value!.Topics[0], snapshot with
        {
            TopicConfigs = new(new(ImmutableDictionary<string, ImmutableArray<TopicConfig>>.Empty), null, now),
            LogDirs = new(
                new(ImmutableDictionary<ReplicaKey, ReplicaInfo>.Empty, ImmutableDictionary<int, BrokerLogDirs>.Empty), null, now),
        });
        Assert.Equal(("–", null), (row.Kept(new Text()), row.Size));
        Assert.Empty(snapshot.LogDirs.Value!.Of(7));
    }
}
