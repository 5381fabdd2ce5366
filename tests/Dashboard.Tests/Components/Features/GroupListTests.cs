using System.Collections.Immutable;
using Dashboard.Components.Features.Groups;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Components.Pictures;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Kafka.Protocol;

namespace Dashboard.Tests.Components.Features;

public sealed class GroupListTests : PageContext
{
    [Fact]
    public void Those_that_fall_behind_stand_first_then_those_that_are_read_and_the_empty_ones_last()
    {
        ImmutableArray<GroupInfo> groups =
        [
            .. Enumerable.Range(0, 100).Select(i => FakeGroups.Of($"left-{i:00}", "orders", 1, 0, DateTimeOffset.UnixEpoch, lag: 9_000)),
            FakeGroups.Of("forsaken", "orders", 1, 0, DateTimeOffset.UnixEpoch, lag: 9_001, growing: true),
            FakeGroups.Of("calm", "orders", 1, 1, DateTimeOffset.UnixEpoch, lag: 0),
            FakeGroups.Of("slow", "orders", 1, 1, DateTimeOffset.UnixEpoch, lag: 10, growing: true),
            FakeGroups.Of("busy", "orders", 1, 1, DateTimeOffset.UnixEpoch, lag: 400),
        ];
        var read = Section<GroupTable>.Unread.Read(GroupTable.Of(groups), DateTimeOffset.UnixEpoch);
        var snapshot = Cluster.Snapshot() with { Groups = read };
        var list = ListState.Of("groups", null, null, null, null, "-urgency", 25);
        Assert.Equal(["slow", "busy", "calm", "forsaken"], GroupList.Of(snapshot).Rows.Part(list).Rows.Take(4).Select(g => g.GroupId));
    }

    [Fact]
    public void What_a_member_reads_names_its_topics()
    {
        TopicPartition[] read = [new("payments", 2), new("orders", 0), new("orders", 1), new("payments", 3), new("orders", 5)];
        Assert.Equal("orders 0–1, 5; payments 2–3", ReadersPicture.Assigned(read, named: true));
        Assert.Equal("0–1", ReadersPicture.Assigned(read[1..3], named: false));
    }
}
