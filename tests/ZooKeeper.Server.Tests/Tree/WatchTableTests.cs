using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Tests.Tree;

public sealed class WatchTableTests
{
    readonly WatchTable table = new();
    readonly Watcher watcher = new();

    [Fact]
    public void A_watch_fires_once()
    {
        table.Add("/a", watcher);
        Fire("/a");
        Fire("/a");
        Assert.Equal(["/a"], watcher.Seen);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_watch_set_twice_is_one_watch()
    {
        table.Add("/a", watcher);
        table.Add("/a", watcher);
        Assert.Equal(1, table.Count);
        Fire("/a");
        Assert.Single(watcher.Seen);
    }

    [Fact]
    public void A_persistent_watch_stays_and_a_standard_one_on_the_same_path_does_not()
    {
        table.Add("/a", watcher, WatchModes.Persistent);
        table.Add("/a", watcher);
        Fire("/a");
        Assert.False(table.Contains("/a", watcher, WatchModes.Standard));
        Fire("/a");
        Assert.Equal(2, watcher.Seen.Count);
    }

    [Fact]
    public void A_recursive_watch_sees_everything_below_until_it_is_removed()
    {
        table.Add("/a", watcher, WatchModes.PersistentRecursive);
        Fire("/a/b/c");
        Fire("/ab");
        Fire("/a");
        Assert.Equal(["/a/b/c", "/a"], watcher.Seen);
        Assert.True(table.Remove("/a", watcher, WatchModes.PersistentRecursive));
        Fire("/a/b");
        Assert.Equal(2, watcher.Seen.Count);
    }

    [Fact]
    public void A_recursive_watch_on_the_root_sees_all()
    {
        table.Add("/", watcher, WatchModes.PersistentRecursive);
        Fire("/x/y");
        Assert.Equal(["/x/y"], watcher.Seen);
    }

    [Fact]
    public void A_connection_that_ends_takes_its_watches_along()
    {
        var other = new Watcher();
        table.Add("/a", watcher);
        table.Add("/a", other);
        table.Add("/b", watcher, WatchModes.PersistentRecursive);
        table.RemoveWatcher(watcher);
        Fire("/a");
        Fire("/b");
        Assert.Empty(watcher.Seen);
        Assert.Single(other.Seen);
        Assert.Equal(0, table.Count);
        Assert.Empty(table.ByWatcher);
    }

    void Fire(string path) => table.Trigger(new WatchedChange(WatchEventType.NodeDataChanged, path, 1), null);

    sealed class Watcher : IWatcher
    {
        public List<string> Seen { get; } = [];

        public long SessionId => 1;

        public void Process(in WatchedChange watchEvent, List<ACL>? acl) => Seen.Add(watchEvent.Path);
    }
}
