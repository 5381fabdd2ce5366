using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Nodes.Tests.Elections;

/// <summary>
/// What real coordinators do is told as what it was.
/// With RECORD_ELECTIONS=DIR the traces are written there, for <see cref="ElectionMergeTests"/>.
/// </summary>
public sealed class HostedElectionsTests : IAsyncLifetime
{
    readonly TempDirectory directory = new();
    readonly string? recordings = Environment.GetEnvironmentVariable("RECORD_ELECTIONS");
    NodeHost host = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new HostingOptions { DataDirectory = directory.Path, Brokers = 0, FirstCoordinatorPort = FreePorts.Take(1)[0] };
        host = new NodeHost(options, NullLogger<NodeHost>.Instance, TimeProvider.System);
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
    public async Task Elections_rejoins_and_restarts_are_pictures_of_their_own()
    {
        var first = await SettledAsync(0, "somebody was elected at the start");

        await DoAsync(NodeAction.Kill, first);
        var second = await SettledAsync(first, "the other two elect one of them");
        var election = host.Elections[0];
        Assert.Equal(HostedElectionKind.Election, election.Kind);
        Assert.DoesNotContain(election.Steps, s => s.Server == first || s.From == first);
        Record("kill-leader");

        await DoAsync(NodeAction.Start, first);
        await Eventually.TrueAsync(
            () => host.Elections[0] is { Kind: HostedElectionKind.Rejoin, EndedAt: not null, Epoch: not null },
            "it asks and is told");
        var rejoin = host.Elections[0];
        Assert.Equal((second, election.Epoch), (rejoin.LeaderId, rejoin.Epoch));
        Assert.Equal([first], rejoin.Steps.Where(s => s.Kind == "initial").Select(s => s.Server));
        // the election is what it was
        var before = host.Elections[1];
        Assert.Equal(
            (election.StartedAt, election.EndedAt, election.Steps.Length),
            (before.StartedAt, before.EndedAt, before.Steps.Length));
        Record("rejoin");

        int[] others = [.. Enumerable.Range(1, 3).Where(id => id != second)];
        foreach (var other in others)
        {
            await DoAsync(NodeAction.Kill, other);
        }

        await Eventually.TrueAsync(
            () => host.Elections[0] is { Kind: HostedElectionKind.Unanswered, EndedAt: null },
            "one that is left alone asks, and nobody answers");
        Assert.Null(host.Elections[0].LeaderId);
        await DoAsync(NodeAction.Start, others[0]);
        var third = await SettledAsync(0, "two of three elect", epochAfter: rejoin.Epoch);
        await DoAsync(NodeAction.Start, others[1]);
        await Eventually.TrueAsync(
            () => host.Elections[0] is { Kind: HostedElectionKind.Rejoin, Epoch: not null } r && r.LeaderId == third,
            "the last one asks and is told");
        Record("minority");

        foreach (var id in Enumerable.Range(1, 3))
        {
            await DoAsync(NodeAction.Kill, id);
        }

        foreach (var id in Enumerable.Range(1, 3))
        {
            await DoAsync(NodeAction.Start, id);
        }

        await SettledAsync(0, "all three elect anew", epochAfter: host.Elections.Max(e => e.Epoch));
        Record("full-restart");
    }

    async Task<int> SettledAsync(int not, string what, long? epochAfter = 0)
    {
        await Eventually.TrueAsync(() => Last(not, epochAfter) is not null, what);
        return Last(not, epochAfter)!.LeaderId!.Value;
    }

    HostedElection? Last(int not, long? epochAfter) =>
        host.Elections.FirstOrDefault(e =>
            e is { Kind: HostedElectionKind.Election, EndedAt: not null } && e.LeaderId != not && e.Epoch > epochAfter);

    Task DoAsync(NodeAction action, int server) => host.ActAsync($"zk{server}", action, "test", Cancellation);

    void Record(string name)
    {
        if (recordings is not null)
        {
            File.WriteAllText(Path.Combine(recordings, name + ".txt"), TraceText.Write(host.ElectionTraces));
        }
    }
}
