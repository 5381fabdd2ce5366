using ZooKeeper.Client.Watches;
using ZooKeeper.Protocol;

namespace ZooKeeper.Client.Tests;

public class WatchRegistryTests
{
    readonly WatchRegistry watches = new();
    readonly Action<WatchEvent> callback = _ => { };

    [Theory]
    [InlineData(nameof(WatchKind.Data), WatchEventType.NodeDataChanged, WatchEventType.NodeDeleted)]
    [InlineData(nameof(WatchKind.Exist), WatchEventType.NodeCreated, WatchEventType.NodeDataChanged, WatchEventType.NodeDeleted)]
    [InlineData(nameof(WatchKind.Child), WatchEventType.NodeChildrenChanged, WatchEventType.NodeDeleted)]
    public void A_one_time_watch_fires_for_its_events_and_is_gone(string kind, params WatchEventType[] types)
    {
        foreach (var type in types)
        {
            watches.Add(Enum.Parse<WatchKind>(kind), "/a", callback);
            Assert.Empty(watches.Fire(type, "/b"));
            Assert.Single(watches.Fire(type, "/a"));
            Assert.Empty(watches.Fire(type, "/a"));
        }

        Assert.True(watches.IsEmpty);
    }

    [Fact]
    public void A_change_of_data_leaves_the_watch_of_the_children()
    {
        watches.Add(WatchKind.Child, "/a", callback);
        Assert.Empty(watches.Fire(WatchEventType.NodeDataChanged, "/a"));
        Assert.False(watches.IsEmpty);
    }

    [Fact]
    public void A_callback_registered_twice_is_called_once()
    {
        watches.Add(WatchKind.Data, "/a", callback);
        watches.Add(WatchKind.Data, "/a", callback);
        watches.Add(WatchKind.Child, "/a", callback);
        watches.Add(WatchKind.Data, "/a", e => _ = e.Path);
        Assert.Equal(2, watches.Fire(WatchEventType.NodeDeleted, "/a").Count);
    }

    [Fact]
    public void Persistent_watches_stay_and_only_the_plain_ones_hear_of_children()
    {
        watches.Add(WatchKind.Persistent, "/a", callback);
        watches.Add(WatchKind.PersistentRecursive, "/", e => _ = e.Path);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(2, watches.Fire(WatchEventType.NodeDataChanged, "/a").Count);
            Assert.Single(watches.Fire(WatchEventType.NodeChildrenChanged, "/a"));
            Assert.Single(watches.Fire(WatchEventType.NodeCreated, "/a/b/c"));
        }
    }

    [Fact]
    public void A_recursive_watch_hears_of_its_own_subtree_alone()
    {
        watches.Add(WatchKind.PersistentRecursive, "/a", callback);
        Assert.Single(watches.Fire(WatchEventType.NodeCreated, "/a/b"));
        Assert.Empty(watches.Fire(WatchEventType.NodeCreated, "/ab"));
        Assert.Empty(watches.Fire(WatchEventType.NodeCreated, "/"));
    }

    [Fact]
    public void Removal_takes_the_kinds_that_were_meant()
    {
        watches.Add(WatchKind.Data, "/a", callback);
        watches.Add(WatchKind.Exist, "/a", callback);
        watches.Add(WatchKind.Child, "/a", callback);
        Assert.Equal(2, watches.Remove(WatcherType.Data, "/a"));
        Assert.Equal(1, watches.Remove(WatcherType.Any, "/a"));
        Assert.True(watches.IsEmpty);
    }

    [Fact]
    public void The_end_of_a_session_takes_each_callback_once_for_each_path()
    {
        watches.Add(WatchKind.Data, "/a", callback);
        watches.Add(WatchKind.Child, "/a", callback);
        watches.Add(WatchKind.Child, "/b", callback);
        Assert.Equal(["/a", "/b"], watches.TakeAll().Select(one => one.Path).Order());
        Assert.True(watches.IsEmpty);
    }
}
