using System.Collections.Immutable;
using Bunit;
using Dashboard.Components.Pictures;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Tests.Components.Pictures;

/// <summary>The walkthrough's picture draws records where the cluster says they are.</summary>
public sealed class WalkPictureTests : PageContext
{
    static readonly TopicPartition partition = new("demo", 0);

    [Fact]
    public void A_follower_out_of_the_ISR_lacks_as_many_records_as_its_broker_says()
    {
        var picture = Draw(new(0, 0, 1, [0, 1], [0], [], 1), end: 9, behind: 4);
        Assert.Equal(9, picture.FindAll(".on-lead .rec:not(.free):not(.next)").Count);
        Assert.Equal((5, 4), (picture.FindAll(".on-off .rec:not(.free):not(.next)").Count, picture.FindAll(".on-off .rec.next").Count));
    }

    [Fact]
    public void A_replica_on_a_dead_broker_shows_no_records()
    {
        Cluster.Kill(1);
        var picture = Draw(new(0, 0, 1, [0, 1], [0], [1], 1), end: 9, behind: 0);
        Assert.Empty(picture.FindAll(".on-off .rec:not(.free)"));
    }

    IRenderedComponent<WalkPicture> Draw(PartitionInfo live, long end, long behind)
    {
        var sizes = ImmutableDictionary<ReplicaKey, ReplicaInfo>.Empty.Add(new(partition.Topic, 0, 1), new(0, behind, false));
        var offsets = ImmutableDictionary<TopicPartition, PartitionOffsets>.Empty.Add(partition, new(0, end, Time.GetUtcNow(), 0));
        return Render<WalkPicture>(p => p
            .Add(w => w.Brokers, Cluster.Snapshot().Brokers.Value!.Brokers)
            .Add(w => w.Placement, [live.Replicas])
            .Add(w => w.Placed, 1)
            .Add(w => w.Topic, new TopicInfo(partition.Topic, Guid.Empty, false, [live]))
            .Add(w => w.Offsets, new OffsetTable(offsets, ImmutableDictionary<int, SectionError>.Empty))
            .Add(w => w.LogDirs, new LogDirTable(sizes, ImmutableDictionary<int, BrokerLogDirs>.Empty)));
    }
}
