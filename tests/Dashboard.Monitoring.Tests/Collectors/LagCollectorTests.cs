using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client.Admin;
using Kafka.Protocol.Messages;
using Testing;
using static Dashboard.Monitoring.Tests.Build;
using static Dashboard.Monitoring.Tests.Collectors.CollectorWorld;

namespace Dashboard.Monitoring.Tests.Collectors;

/// <summary>Both sides of lag, of one group on one topic, and the lane for what is on a screen.</summary>
public sealed class LagCollectorTests : IAsyncDisposable
{
    readonly CollectorWorld world = new(1);
    readonly LagCollector collector;
    readonly List<string> seen = [];
    long end = 100, committed = 40;
    bool listOffsets = true, listGroups = true;

    public LagCollectorTests()
    {
        collector = new LagCollector(world.Context, world.Kafka, () => seen);
        world.On<ListOffsetsRequest>((_, request) =>
            !listOffsets ? null : At(request.Topics[0].Partitions[0].Timestamp == ListOffsetsCalls.Earliest ? 0 : end));
        world.On<ListGroupsRequest>((_, _) => !listGroups ? null : new ListGroupsResponse
        {
            Groups = [new() { GroupId = "g", ProtocolType = "consumer", GroupState = "Empty", GroupType = "Classic" }],
        });
        world.On<OffsetFetchRequest>((_, request) => new OffsetFetchResponse
        {
            Groups = [.. request.Groups.Select(g => new OffsetFetchResponse.OffsetFetchResponseGroup
            {
                GroupId = g.GroupId,
                Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, CommittedOffset = committed }] }],
            })],
        });
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Both_sides_are_posted_as_one_change()
    {
        await FirstAsync();
        var offsets = world.State.Groups.Value!.Groups["g"].Offsets;
        Assert.Equal((100L, 40L), (world.Snapshot.Offsets.Value!.Find("t", 0)!.End, Assert.Single(offsets).Offset));
        var posts = world.Posts;
        await world.AgainAsync(collector);
        Assert.Equal(posts + 1, world.Posts);
    }

    [Fact]
    public async Task Before_any_topic_is_known_nobody_is_asked()
    {
        world.Run(collector);
        await UntilAsync(() => world.Readings > 0, "a reading of nothing");
        Assert.Equal((0, 0), (world.Asked<ListOffsetsRequest>(), world.Asked<ListGroupsRequest>()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_side_that_fails_takes_nothing_from_the_other(bool offsetsFail)
    {
        await using var hasty = new CollectorWorld(1, TimeSpan.FromSeconds(1));
        (listOffsets, listGroups) = (!offsetsFail, offsetsFail);
        hasty.On<ListOffsetsRequest>((_, _) => offsetsFail ? null : At(end));
        hasty.On<ListGroupsRequest>((_, _) => offsetsFail ? new ListGroupsResponse() : null);
        hasty.Know(Topic("t", Partition(0, 0, [0], [0])));
        hasty.Run(new LagCollector(hasty.Context, hasty.Kafka, () => []));
        await UntilAsync(() => hasty.Snapshot.Offsets.WasAsked && hasty.State.Groups.WasAsked, "both sides are told");
        var (offsets, groups) = (hasty.Snapshot.Offsets, hasty.State.Groups);
        Assert.Equal(
            (offsetsFail, !offsetsFail),
            (offsets.Error is { Kind: SectionErrorKind.TimedOut }, groups.Error is { Kind: SectionErrorKind.TimedOut }));
        Assert.Equal((!offsetsFail, offsetsFail), (offsets.Value is not null, groups.Value is not null));
    }

    [Fact]
    public async Task What_is_on_a_screen_is_read_in_between_and_only_what_changed_is_posted()
    {
        await FirstAsync();
        Derive();
        seen.Add("g");
        var (posts, readings, asked) = (world.Posts, world.Readings, world.Asked<ListGroupsRequest>());
        collector.WakeFast();
        await UntilAsync(() => world.Readings > readings, "a reading of what is seen");
        Assert.Equal((posts, asked), (world.Posts, world.Asked<ListGroupsRequest>()));

        (end, committed) = (130, 90);
        world.Time.Advance(TimeSpan.FromMilliseconds(500));
        collector.WakeFast();
        await UntilAsync(() => world.Posts > posts, "what changed is posted");
        var table = world.Snapshot.Offsets.Value!;
        Assert.Equal((130L, 90L), (table.Find("t", 0)!.End, Assert.Single(world.State.Groups.Value!.Groups["g"].Offsets).Offset));
        // sections are as old as the reading of everything, and rates are between two of these
        Assert.Equal((Start, Start), (world.Snapshot.Offsets.AsOf!.Value, world.State.Groups.AsOf!.Value));
        Assert.Equal(100, table.RatesFrom.Find("t", 0)!.End);
        Assert.Equal(asked, world.Asked<ListGroupsRequest>());
    }

    [Fact]
    public async Task A_group_with_an_error_or_nobody_knows_is_left_to_the_reading_of_everything()
    {
        await FirstAsync();
        Derive(error: new SectionError(SectionErrorKind.TimedOut, "x", null, "x", Start));
        seen.AddRange(["g", "unknown"]);
        var (asked, readings) = (world.Asked<OffsetFetchRequest>(), world.Readings);
        collector.WakeFast();
        await UntilAsync(() => world.Readings > readings, "a reading of what is seen");
        Assert.Equal(asked, world.Asked<OffsetFetchRequest>());
    }

    [Fact]
    public async Task Everything_is_read_again_after_its_interval_though_somebody_looks()
    {
        await FirstAsync();
        seen.Add("g");
        var asked = world.Asked<ListGroupsRequest>();
        await Eventually.TrueAsync(
            () =>
            {
                world.Time.Advance(TimeSpan.FromMilliseconds(200));
                return world.Asked<ListGroupsRequest>() > asked;
            },
            "the next reading of everything");
    }

    async Task FirstAsync()
    {
        world.Know(Topic("t", Partition(0, 0, [0], [0])));
        world.Run(collector);
        await UntilAsync(
            () => world.Snapshot.Offsets.Value is not null && world.State.Groups.Value is not null && world.Readings > 0,
            "the first reading");
    }

    /// <summary>The group as the monitor's loop would make it of the reading.</summary>
    void Derive(SectionError? error = null)
    {
        var offset = new GroupOffset("t", 0, committed, end, end - committed, null, null, null);
        var group = Group("g", end - committed) with { Offsets = [offset], Error = error };
        world.Set(s => s with { Groups = s.Groups.Read(GroupTable.Of([group]), Start) });
    }

    static ListOffsetsResponse At(long offset) =>
        new() { Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, Offset = offset }] }] };
}
