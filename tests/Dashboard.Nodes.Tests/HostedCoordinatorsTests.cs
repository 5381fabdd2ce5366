using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using ZooKeeper.Client;
using ZooKeeper.Client.FourLetterWords;

namespace Dashboard.Nodes.Tests;

/// <summary>Three coordinators as background services, seen from outside through a client, as every other program sees them.</summary>
public sealed class HostedCoordinatorsTests : IAsyncLifetime
{
    readonly TempDirectory directory = new();
    NodeHost host = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = New();
        await host.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => host.AllReady, "three coordinators are ready");
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task A_write_outlives_the_death_of_any_coordinator_and_of_all()
    {
        await using var client = Client();
        await client.CreateAsync("/kept", new byte[] { 1, 2, 3 }, cancellationToken: Cancellation);
        foreach (var node in host.Nodes)
        {
            await host.ActAsync(node.Name, NodeAction.Kill, "test", Cancellation);
            await ReadAsync(client);
            await host.ActAsync(node.Name, NodeAction.Start, "test", Cancellation);
            await Eventually.TrueAsync(() => host.Nodes.All(n => n.State == NodeState.Running), $"{node.Name} is back");
        }

        foreach (var node in host.Nodes)
        {
            await host.ActAsync(node.Name, NodeAction.Kill, "test", Cancellation);
        }

        foreach (var node in host.Nodes)
        {
            await host.ActAsync(node.Name, NodeAction.Start, "test", Cancellation);
        }

        await Eventually.TrueAsync(() => host.Nodes.All(n => n.State == NodeState.Running), "all are back");
        await ReadAsync(client);
    }

    [Fact]
    public async Task A_minority_serves_nothing_and_says_so_by_its_state()
    {
        await host.ActAsync("zk1", NodeAction.Kill, "test", Cancellation);
        await host.ActAsync("zk2", NodeAction.Pause, "test", Cancellation);
        await using var client = Client();
        var failure = await Assert.ThrowsAsync<ZooKeeperException>(
            () => client.GetDataAsync("/zookeeper", cancellationToken: Cancellation));
        Assert.NotNull(failure);
        await host.ActAsync("zk2", NodeAction.Resume, "test", Cancellation);
        await Eventually.TrueAsync(
            async () =>
            {
                await using var again = Client();
                await again.GetDataAsync("/zookeeper", cancellationToken: Cancellation);
                return true;
            },
            "two of three serve again");
    }

    [Fact]
    public async Task The_last_election_is_told_vote_by_vote()
    {
        // A server that comes when the two others have settled has an election of its own after theirs, in which it follows.
        HostedElection? election = null;
        await Eventually.TrueAsync(
            () => (election = host.Elections.FirstOrDefault(e => e.Steps.Any(Led))) is not null, "an election was traced");
        Assert.NotNull(election!.LeaderId);
        Assert.Equal(election.Steps.OrderBy(s => s.At), election.Steps);

        static bool Led(HostedVote step) => step is { Kind: "decided", Verdict: "leading" };
    }

    /// <summary>kazoo's LockingQueue, transactions and create with include_data ask envi first, and fail without an answer.</summary>
    [Fact]
    public async Task Words_that_clients_ask_for_are_answered()
    {
        var port = host.Nodes[0].Port;
        var answer = await FourLetterWord.SendAsync("127.0.0.1", port, "envi", TimeSpan.FromSeconds(5), cancellationToken: Cancellation);
        Assert.Contains("zookeeper.version=", answer);
    }

    static async Task ReadAsync(ZooKeeperClient client) =>
        await Eventually.TrueAsync(
            async () => (await client.GetDataAsync("/kept", cancellationToken: Cancellation)).Data is [1, 2, 3],
            "what was acknowledged is there");

    ZooKeeperClient Client() =>
        new(ZooKeeperClientOptions.Parse(host.ZooKeeperConnect!.Split('/')[0]) with
        {
            RequestTimeout = TimeSpan.FromSeconds(3),
            SessionTimeout = TimeSpan.FromSeconds(20),
        });

    NodeHost New()
    {
        var options = new HostingOptions { DataDirectory = directory.Path, Brokers = 0, FirstCoordinatorPort = FreePorts.Take(1)[0] };
        return new NodeHost(options, NullLogger<NodeHost>.Instance, TimeProvider.System);
    }
}
