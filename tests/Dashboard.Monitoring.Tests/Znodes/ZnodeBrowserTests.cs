using System.Text;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Tests.Support;
using Dashboard.Monitoring.Znodes;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring.Tests.Znodes;

/// <summary>Znodes as people open, watch and leave them, on a scripted server.</summary>
public sealed class ZnodeBrowserTests : IAsyncDisposable
{
    readonly ScriptedZooKeeper server = new();
    readonly ZooKeeperLink link;
    readonly ZnodeBrowser browser;

    public ZnodeBrowserTests()
    {
        link = new ZooKeeperLink(ZooKeeperClientOptions.Parse($"{server.Address}/kafka"), NullLoggerFactory.Instance);
        browser = new ZnodeBrowser(link, TimeProvider.System);
        server.Set("/kafka/controller", """{"brokerid":1}""");
        server.Set("/kafka/brokers/ids/1", "x");
        server.Set("/kafka/brokers/ids/2", "y");
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await link.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_znode_has_its_data_its_children_who_may_do_what_and_what_it_is_to_Kafka()
    {
        var ids = await browser.ReadAsync("/kafka/brokers/ids", Token);
        Assert.Equal(["1", "2"], ids.Children.All());
        Assert.Equal(new ZnodeAcl("world", "anyone", "acdrw"), Assert.Single(ids.Acl));
        Assert.Equal(("Brokers", true), (ids.Meaning!.Kind, ids.Exists));
        var controller = await browser.ReadAsync("/kafka/controller", Token, withChildren: false);
        Assert.Equal("""{"brokerid":1}""", Encoding.UTF8.GetString(controller.Data.AsSpan()));
        Assert.Equal((0, "brokers/1"), (controller.Children.Count, controller.Meaning!.Href));
    }

    [Theory]
    [InlineData("/kafka/none", ZooKeeperError.NoNode)]
    [InlineData("no/path", ZooKeeperError.BadArguments)]
    [InlineData("/a/", ZooKeeperError.BadArguments)]
    public async Task What_cannot_be_read_is_refused_in_ZooKeepers_words(string path, ZooKeeperError error)
    {
        var refusal = await Assert.ThrowsAsync<ZnodeException>(() => browser.ReadAsync(path, Token));
        Assert.Equal((error, error.Name(), false), (refusal.Error, refusal.Code, refusal.IsUnanswered));
    }

    [Fact]
    public async Task Without_ZooKeeper_there_are_no_znodes()
    {
        var none = new ZnodeBrowser(null, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<ZnodeException>(() => none.ReadAsync("/", Token));
        Assert.Equal((ZooKeeperError.Unimplemented, ""), (failure.Error, none.Chroot));
    }

    [Fact]
    public async Task Who_may_not_see_the_acl_may_still_see_the_data()
    {
        server.Refuse = (code, _) => code == OpCode.GetAcl ? ZooKeeperError.NoAuth : ZooKeeperError.Ok;
        var znode = await browser.ReadAsync("/kafka/controller", Token);
        Assert.Equal((true, 14), (znode.Acl.IsEmpty, znode.Data.Length));
        server.Refuse = (code, _) => code == OpCode.GetData ? ZooKeeperError.NoAuth : ZooKeeperError.Ok;
        var failure = await Assert.ThrowsAsync<ZnodeException>(() => browser.ReadAsync("/kafka/controller", Token));
        Assert.Equal(ZooKeeperError.NoAuth, failure.Error);
    }

    [Fact]
    public async Task Whether_there_is_a_znode_is_one_small_request()
    {
        Assert.NotNull(await browser.StatAsync("/kafka/controller", Token));
        Assert.Null(await browser.StatAsync("/kafka/none", Token));
        Assert.Equal(0, server.Count(OpCode.GetData, "/kafka/controller"));
    }

    /// <summary>A server before 3.6 has one-time watches alone; before 3.5 they cannot be taken off either.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_is_open_follows_its_data_its_children_its_deletion_and_its_return(bool isOld)
    {
        server.Refuse = (code, _) => isOld && code is (OpCode.AddWatch or OpCode.RemoveWatches or OpCode.SetWatches2)
            ? ZooKeeperError.Unimplemented
            : ZooKeeperError.Ok;
        await using var seen = browser.WatchAsync("/kafka/brokers/ids", Token).GetAsyncEnumerator(Token);
        Assert.Equal(["1", "2"], (await NextAsync(seen)).Value!.Children.All());
        server.Set("/kafka/brokers/ids/3");
        Assert.Equal(["1", "2", "3"], (await UntilAsync(seen, z => z.Children.Count == 3)).Children.All());
        server.Set("/kafka/brokers/ids", "changed");
        Assert.Equal("changed", Encoding.UTF8.GetString((await UntilAsync(seen, z => z.Data.Length > 0)).Data.AsSpan()));

        foreach (var path in new[] { "/kafka/brokers/ids/1", "/kafka/brokers/ids/2", "/kafka/brokers/ids/3", "/kafka/brokers/ids" })
        {
            server.Delete(path);
        }

        var gone = await UntilAsync(seen, z => !z.Exists);
        Assert.Equal(("changed", 0), (Encoding.UTF8.GetString(gone.Data.AsSpan()), gone.Children.Count));
        server.Set("/kafka/brokers/ids", "back");
        Assert.Equal("back", Encoding.UTF8.GetString((await UntilAsync(seen, z => z.Exists)).Data.AsSpan()));
    }

    [Fact]
    public async Task A_parent_that_several_have_open_is_listed_once_for_all()
    {
        await using var one = browser.WatchAsync("/kafka/brokers/ids", Token).GetAsyncEnumerator(Token);
        await NextAsync(one);
        await using var other = browser.WatchAsync("/kafka/brokers/ids", Token).GetAsyncEnumerator(Token);
        Assert.Equal(2, (await NextAsync(other)).Value!.Children.Count);
        Assert.Equal(1, server.Count(OpCode.GetChildren, "/kafka/brokers/ids"));
        server.Set("/kafka/brokers/ids/3");
        await UntilAsync(one, z => z.Children.Count == 3);
        await UntilAsync(other, z => z.Children.Count == 3);
        Assert.InRange(server.Count(OpCode.GetChildren, "/kafka/brokers/ids"), 2, 3);
    }

    [Fact]
    public async Task One_that_nobody_looks_at_any_longer_is_not_watched()
    {
        var seen = browser.WatchAsync("/kafka/brokers/ids", Token).GetAsyncEnumerator(Token);
        await NextAsync(seen);
        await seen.DisposeAsync();
        await Eventually.TrueAsync(() => server.Count(OpCode.RemoveWatches, "/kafka/brokers/ids") > 0, "the watches are taken off");
        var listed = server.Count(OpCode.GetChildren, "/kafka/brokers/ids");
        server.Set("/kafka/brokers/ids/9");
        Assert.Equal(3, (await browser.ReadAsync("/kafka/brokers/ids", Token)).Children.Count);
        Assert.Equal(listed + 1, server.Count(OpCode.GetChildren, "/kafka/brokers/ids"));
    }

    [Fact]
    public async Task One_that_is_opened_again_is_followed_where_its_watch_could_not_be_taken_off()
    {
        server.Refuse = (code, _) => code is OpCode.AddWatch or OpCode.RemoveWatches ? ZooKeeperError.Unimplemented : ZooKeeperError.Ok;
        for (var i = 3; i < 6; i++)
        {
            var seen = browser.WatchAsync("/kafka/brokers/ids", Token).GetAsyncEnumerator(Token);
            await NextAsync(seen);
            server.Set($"/kafka/brokers/ids/{i}");
            var children = i;
            await UntilAsync(seen, z => z.Children.Count == children);
            await seen.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_refusal_is_shown_with_what_was_known_and_tried_again()
    {
        await using var seen = browser.WatchAsync("/kafka/controller", Token).GetAsyncEnumerator(Token);
        var known = (await NextAsync(seen)).Value;
        server.Refuse = (code, _) => code == OpCode.GetData ? ZooKeeperError.NoAuth : ZooKeeperError.Ok;
        server.Set("/kafka/controller", """{"brokerid":2}""");
        var refused = await NextAsync(seen);
        Assert.Equal(("NOAUTH", SectionErrorKind.Refused), (refused.Error!.Code, refused.Error.Kind));
        Assert.Same(known, refused.Value);
        server.Refuse = (_, _) => ZooKeeperError.Ok;
        Assert.Equal("brokers/2", (await UntilAsync(seen, z => z.Meaning!.Href == "brokers/2")).Meaning!.Href);
    }

    static async Task<Section<ZnodeView>> NextAsync(IAsyncEnumerator<Section<ZnodeView>> seen)
    {
        Assert.True(await seen.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token));
        return seen.Current;
    }

    static async Task<ZnodeView> UntilAsync(IAsyncEnumerator<Section<ZnodeView>> seen, Func<ZnodeView, bool> condition)
    {
        for (var i = 0; i < 20; i++)
        {
            if (await NextAsync(seen) is { Value: { } znode, Error: null } && condition(znode))
            {
                return znode;
            }
        }

        throw new Xunit.Sdk.XunitException("The znode did not become so.");
    }
}
