using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Microsoft.Extensions.Time.Testing;
using Testing;

namespace Kafka.Broker.Tests.Replication;

/// <summary>Long waits, with a clock that the test moves.</summary>
public sealed class ParkedWorkTests
{
    [Fact]
    public async Task A_fetch_waits_for_data_and_is_woken_by_it()
    {
        await using var world = new ReplicaWorld(new FakeTimeProvider());
        var leader = world.Start(0);
        await world.LeadAsync(0, 1, [0]);
        var fetch = leader.FetchAsync(0, maxWait: 500);
        await Eventually.TrueAsync(() => leader.Replicas.Loop.Parked == 1, "the fetch waits");

        await leader.ProduceAsync(1, "a");

        Assert.True((await fetch).Records!.Value.Length > 0);
        Assert.Equal(0, leader.Replicas.Loop.Parked);
    }

    [Fact]
    public async Task A_fetch_that_finds_nothing_is_answered_at_its_deadline_and_not_before()
    {
        var time = new FakeTimeProvider();
        await using var world = new ReplicaWorld(time);
        var leader = world.Start(0);
        await world.LeadAsync(0, 1, [0]);
        var fetch = leader.FetchAsync(0, maxWait: 500);
        await Eventually.TrueAsync(() => leader.Replicas.Loop.Parked == 1, "the fetch waits");

        time.Advance(TimeSpan.FromMilliseconds(499));
        await leader.Replicas.Loop.InvokeAsync(() => { });
        Assert.False(fetch.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(2));

        Assert.Equal(0, (await fetch).Records!.Value.Length);
    }

    [Fact]
    public async Task A_fetch_waits_until_there_are_min_bytes()
    {
        await using var world = new ReplicaWorld(new FakeTimeProvider());
        var leader = world.Start(0);
        await world.LeadAsync(0, 1, [0]);
        var fetch = leader.FetchAsync(0, maxWait: 500, minBytes: 200);
        await Eventually.TrueAsync(() => leader.Replicas.Loop.Parked == 1, "the fetch waits");

        await leader.ProduceAsync(1, "a");
        await leader.Replicas.Loop.InvokeAsync(() => { });
        Assert.False(fetch.IsCompleted);
        await leader.ProduceAsync(1, new string('x', 200));

        Assert.True((await fetch).Records!.Value.Length > 200);
    }

    [Fact]
    public async Task A_produce_with_acks_all_that_no_follower_replicates_times_out()
    {
        var time = new FakeTimeProvider();
        await using var world = new ReplicaWorld(time);
        var leader = world.Start(0);
        await world.LeadAsync(0, 1, [0, 1]);
        var produce = leader.ProduceAsync(-1, "a"); // 10 s
        await Eventually.TrueAsync(() => leader.Replicas.Loop.Parked == 1, "the produce waits");

        time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(ErrorCode.RequestTimedOut, (await produce).Error);
        Assert.Equal(1, leader.State.LogEndOffset);
    }

    [Fact]
    public async Task The_loop_goes_on_after_its_work_threw()
    {
        await using var world = new ReplicaWorld(new FakeTimeProvider());
        var leader = world.Start(0);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => leader.Replicas.Loop.InvokeAsync(() => throw new InvalidOperationException("surprise")));

        Assert.Equal(1, await leader.Replicas.Loop.InvokeAsync(() => 1));
    }
}
