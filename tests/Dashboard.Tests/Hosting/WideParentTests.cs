using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using ZooKeeper.Client;
using ZooKeeper.Client.FourLetterWords;

namespace Dashboard.Tests.Hosting;

/// <summary>A parent with very many children, at a real coordinator.</summary>
public sealed class WideParentTests
{
    const int Many = 3000;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Its_children_are_read_once_for_all_who_look_and_again_when_they_change() => RunAsync(async (monitor, client, address) =>
    {
        await using var one = monitor.Znodes.WatchAsync("/wide", Cancellation).GetAsyncEnumerator(Cancellation);
        await using var other = monitor.Znodes.WatchAsync("/wide", Cancellation).GetAsyncEnumerator(Cancellation);
        var (first, second) = (await NextAsync(one), await NextAsync(other));
        Assert.Equal((Many, Many), (first.Children.Count, first.Stat.NumChildren));
        Assert.Same(first.Children, second.Children);
        Assert.Equal(["c0000", "c0001"], first.Children.Part(0, 2).Names);
        Assert.Same(first.Children, (await monitor.Znodes.ReadAsync("/wide", Cancellation)).Children);
        Assert.Equal(0, (await monitor.Znodes.ReadAsync("/wide", Cancellation, withChildren: false)).Children.Count);
        Assert.Equal(0, (await monitor.Znodes.StatAsync("/wide/c0001", Cancellation))!.NumChildren);
        Assert.Null(await monitor.Znodes.StatAsync("/wide/none", Cancellation));

        await client.CreateAsync("/wide/b", Array.Empty<byte>(), cancellationToken: Cancellation);
        (first, second) = (await NextAsync(one), await NextAsync(other));
        Assert.Equal("b", first.Children.Part(0, 1).Names[0]);
        Assert.Same(first.Children, second.Children);

        await one.DisposeAsync();
        await other.DisposeAsync();
        await Eventually.TrueAsync(async () => await WatchesAsync(address) == 0, "what nobody has open is not watched");
    });

    [Fact]
    public Task Pages_that_only_read_it_share_one_list_while_it_is_true() => RunAsync(async (monitor, client, address) =>
    {
        var first = await monitor.Znodes.ReadAsync("/wide", Cancellation);
        Assert.Equal(Many, first.Children.Count);
        Assert.Same(first.Children, (await monitor.Znodes.ReadAsync("/wide", Cancellation)).Children);
        await client.SetDataAsync("/wide", new byte[] { 1 }, cancellationToken: Cancellation);
        Assert.Same(first.Children, (await monitor.Znodes.ReadAsync("/wide", Cancellation)).Children);

        await client.DeleteAsync("/wide/c0000", cancellationToken: Cancellation);
        await client.CreateAsync("/wide/b", Array.Empty<byte>(), cancellationToken: Cancellation);
        var changed = await monitor.Znodes.ReadAsync("/wide", Cancellation);
        Assert.Equal((Many, "b"), (changed.Children.Count, changed.Children.Part(0, 1).Names[0]));
        Assert.Same(changed.Children, (await monitor.Znodes.ReadAsync("/wide", Cancellation)).Children);
        Assert.Equal(0, await WatchesAsync(address));
    });

    static async Task RunAsync(Func<ClusterMonitor, ZooKeeperClient, string, Task> test)
    {
        using var directory = new TempDirectory();
        HostedPorts.Remember(directory.Path);
        using var host = new NodeHost(
            new HostingOptions { DataDirectory = directory.Path, Coordinators = 1, Brokers = 0 },
            NullLogger<NodeHost>.Instance,
            TimeProvider.System);
        await host.StartAsync(Cancellation);
        await Eventually.TrueAsync(() => host.AllReady, "the coordinator is ready");
        var address = host.ZooKeeperConnect!.Split('/')[0];
        await using (var client = new ZooKeeperClient(ZooKeeperClientOptions.Parse(address)))
        await using (var monitor = new ClusterMonitor(
            new ClusterMonitorOptions { Id = "t", Name = "t", Kind = ClusterKind.Remote, ZooKeeper = address },
            new FakeAudit(), NullLoggerFactory.Instance, TimeProvider.System))
        {
            await client.CreateAsync("/wide", Array.Empty<byte>(), cancellationToken: Cancellation);
            var children = Enumerable.Range(0, Many).Select(i => Op.Create($"/wide/c{i:0000}", Array.Empty<byte>()));
            await client.MultiAsync([.. children], Cancellation);
            await test(monitor, client, address);
        }

        await host.StopAsync(CancellationToken.None);
    }

    static async Task<long?> WatchesAsync(string address)
    {
        var told = await FourLetterWord.SendAsync(
            "127.0.0.1", Port(address), "mntr", TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken: Cancellation);
        return Mntr.Parse(told).WatchCount;
    }

    static int Port(string address) =>
        int.Parse(address[(address.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    static async Task<ZnodeView> NextAsync(IAsyncEnumerator<Section<ZnodeView>> views)
    {
        Assert.True(await views.MoveNextAsync());
        return views.Current.Value!;
    }
}
