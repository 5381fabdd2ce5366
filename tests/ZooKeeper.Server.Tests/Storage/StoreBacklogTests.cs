namespace ZooKeeper.Server.Tests.Storage;

/// <summary>Senders of a store that its disk cannot follow.</summary>
public sealed class StoreBacklogTests
{
    [Fact]
    public async Task Senders_wait_while_more_than_the_limit_waits_for_the_disk_and_nothing_is_lost()
    {
        await using var slow = new StoreHarness { Backlog = 1000 };
        await slow.OpenAsync();
        slow.Disk.Hold();
        slow.Append(1);
        Assert.True(slow.Store.RoomAsync(TestContext.Current.CancellationToken).IsCompleted);
        slow.Append(Enumerable.Range(2, 30).Select(i => (long)i));
        var room = slow.Store.RoomAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(room.IsCompleted);
        slow.Disk.Release();
        await room.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await slow.Store.FlushAsync();
        Assert.Equal(31, StoreHarness.Created(await slow.ReopenAsync()).Count());
    }

    [Fact]
    public async Task Senders_do_not_wait_for_a_disk_that_has_failed()
    {
        await using var slow = new StoreHarness { Backlog = 1000 };
        await slow.OpenAsync();
        slow.Disk.Hold();
        slow.Append(Enumerable.Range(1, 30).Select(i => (long)i));
        var room = slow.Store.RoomAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(room.IsCompleted);
        slow.Disk.IsFull = true;
        slow.Disk.Release();
        await room.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<IOException>(slow.Store.FlushAsync);
    }
}
