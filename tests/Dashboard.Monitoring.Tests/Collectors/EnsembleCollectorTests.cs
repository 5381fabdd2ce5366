using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Monitoring.Tests.Collectors;

/// <summary>
/// What servers say of themselves, as a monitor shows it. Its polls are an hour apart: all that is read here was asked for.
/// </summary>
public sealed class EnsembleCollectorTests : IAsyncLifetime
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(30);
    static readonly TimeSpan again = TimeSpan.FromSeconds(3);

    readonly TempDirectory directory = new();
    readonly FakeZooKeeperServer[] servers = [new(1), new(2), new(3)];
    ClusterMonitor monitor = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Lead(3, epoch: 4, last: 0x4_0000_0007, "zk_leader_uptime\t90000\n");
        monitor = Monitor("t", servers, TimeSpan.FromHours(1));
        monitor.Start();
        await ReadAsync(e => e.Servers.All(s => s.Error is null));
    }

    public async ValueTask DisposeAsync()
    {
        await monitor.DisposeAsync();
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }

        directory.Dispose();
    }

    /// <summary>
    /// As Apache's: the leader's zxid is of its epoch before it serves, its followers' stay in the epoch before until the first write.
    /// </summary>
    [Fact]
    public async Task The_epoch_is_the_leaders_at_once_and_the_first_write_changes_nothing()
    {
        Lead(2, epoch: 5, last: 0x4_0000_0007, "zk_leader_uptime\t1500\n");
        var after = await ReadAsync(e => e.LeaderId == 2 && e.Servers.All(s => s.Epoch == 5));
        Assert.Equal((5, true), (after.Epoch, after.LeaderSaysSince));
        Assert.InRange(DateTimeOffset.UtcNow - after.LeaderSince!.Value, TimeSpan.FromSeconds(1.5), TimeSpan.FromMinutes(1));
        var told = Assert.Single(monitor.History.Events, e => e is { Kind: EventKind.EnsembleLeaderChanged });
        Assert.Equal(["3", "2", "5"], told.Arguments);

        Lead(2, epoch: 5, last: 0x5_0000_0001, "zk_leader_uptime\t9500\n");
        var written = await ReadAsync(e => e.Servers.All(s => s.Zxid >= 0x5_0000_0000));
        Assert.Equal((after.Epoch, after.LeaderSince), (written.Epoch, written.LeaderSince));
        Assert.Single(monitor.History.Events, e => e is { Kind: EventKind.EnsembleLeaderChanged });
    }

    /// <summary>As our own servers, which tell the epoch themselves.</summary>
    [Fact]
    public async Task An_epoch_that_a_server_tells_goes_before_its_zxid()
    {
        Lead(3, epoch: 6, last: 0x4_0000_0007, "zk_leader_uptime\t10\nzk_current_epoch\t6\n");
        servers[2].Zxid = 0x4_0000_0007;
        var table = await ReadAsync(e => e.Epoch != 4);
        Assert.Equal(6, table.Epoch);
        // the same leader again, in an epoch of its own
        Assert.Equal(["3", "3", "6"], Assert.Single(monitor.History.Events, e => e is { Kind: EventKind.EnsembleLeaderChanged }).Arguments);
    }

    [Fact]
    public async Task One_that_is_cut_off_and_still_thinks_that_it_leads_does_not()
    {
        Lead(2, epoch: 5, last: 0x4_0000_0007, "zk_leader_uptime\t10\n");
        (servers[2].Mode, servers[2].Zxid) = ("leader", 0x4_0000_0009);
        Assert.Equal(2, (await ReadAsync(e => e.Epoch == 5)).LeaderId);
    }

    /// <summary>A silent server is waited for until its own deadline, by nobody else.</summary>
    [Fact]
    public async Task The_others_do_not_wait_for_one_that_is_silent()
    {
        servers[0].IsSilent = true;
        Lead(2, epoch: 5, last: 0x4_0000_0007, "zk_leader_uptime\t10\n");
        var early = await ReadAsync(e => e.LeaderId == 2);
        Assert.Equal((ServerRole.Follower, (SectionError?)null), (early.Servers[0].Role, early.Servers[0].Error));
        var late = await ReadAsync(e => e.Servers[0].Role == ServerRole.Down);
        Assert.Equal(SectionErrorKind.TimedOut, late.Servers[0].Error!.Kind);
    }

    [Fact]
    public async Task Where_mntr_is_not_whitelisted_srvr_tells_all_but_the_watches()
    {
        Array.ForEach(servers, s => s.Refused.Add("mntr"));
        var table = await ReadAsync(e => e.Servers.All(s => s.Watches is null && s.Error is null) && !e.LeaderSaysSince);
        Assert.Equal((3, 4L), (table.LeaderId, table.Epoch));
        Assert.All(table.Servers, s => Assert.Equal((1, 0.5, 5L, "3.9.5"), (s.Sessions, s.LatencyMs, s.Znodes, s.Version!.Split(' ')[^1])));
        // what the leader does not say was first seen now
        Assert.NotNull(table.LeaderSince);
    }

    /// <summary>It is no server that is down: what it is, it may not say.</summary>
    [Fact]
    public async Task A_server_that_allows_no_word_is_not_called_down_and_the_words_are_named()
    {
        Array.ForEach(["srvr", "mntr"], word => servers[0].Refused.Add(word));
        var table = await ReadAsync(e => e.Servers[0].Role == ServerRole.Unknown);
        Assert.Equal(["mntr", "srvr"], table.Refused);
        Assert.Contains("4lw.commands.whitelist", table.Servers[0].Error!.Message, StringComparison.Ordinal);
        Assert.Null(monitor.Current.Health.Find(FindingKind.EnsembleLost, FindingKind.EnsembleDegraded));
    }

    [Fact]
    public async Task Where_srvr_alone_is_not_whitelisted_mntr_tells_the_role()
    {
        servers[2].Refused.Add("srvr");
        var table = await ReadAsync(e => e.Refused.Contains("srvr"));
        Assert.Equal((ServerRole.Leader, (long?)null), (table.Servers[2].Role, table.Servers[2].Zxid));
    }

    [Fact]
    public async Task Servers_without_a_quorum_answer_and_serve_nothing()
    {
        Array.ForEach(servers, s => s.IsLooking = true);
        var table = await ReadAsync(e => e.Servers.All(s => s.Role == ServerRole.Looking));
        Assert.Equal((null, null, null, 0), (table.LeaderId, table.Epoch, table.LeaderSince, table.Serving));
        Assert.All(table.Servers, s => Assert.Null(s.Error));
        // the figures of before stay
        Assert.All(table.Servers, s => Assert.Equal(5, s.Znodes));
        Assert.NotNull(monitor.Current.Health.Find(FindingKind.EnsembleLost));
    }

    [Fact]
    public async Task A_server_that_is_gone_greys_its_own_row_and_is_told_since_when()
    {
        await servers[0].DisposeAsync();
        var gone = (await ReadAsync(e => e.Servers[0].Role == ServerRole.Down)).Servers;
        Assert.Equal(SectionErrorKind.Unreachable, gone[0].Error!.Kind);
        Assert.All(gone.Skip(1), s => Assert.Null(s.Error));
        Assert.Single(monitor.History.Events, e => e is { Kind: EventKind.ServerDown, Subject: "zk1" });

        var asOf = gone[1].AsOf;
        var still = (await ReadAsync(e => e.Servers[1].AsOf > asOf && e.Servers[0].Error is not null)).Servers[0];
        Assert.Equal(gone[0].Error!.Since, still.Error!.Since);
    }

    [Fact]
    public async Task An_observer_serves_and_counts_for_nothing()
    {
        servers[0].Mode = "observer";
        var table = await ReadAsync(e => e.Servers[0].Role == ServerRole.Observer);
        Assert.Equal((3, 2, 2, 0), (table.Serving, table.Voting, table.Majority, table.Spare));
        Assert.Equal(table.Epoch, table.Servers[0].Epoch);
    }

    [Fact]
    public async Task Where_ids_are_not_told_servers_are_numbered_as_they_were_given()
    {
        FakeZooKeeperServer[] others = [new(7), new(9)];
        Array.ForEach(others, s => s.Refused.Add("conf"));
        (others[0].Mode, others[0].Zxid) = ("standalone", 0x2_0000_0001);
        await using var other = Monitor("o", others, TimeSpan.FromSeconds(2));
        other.Start();
        var snapshot = await other.WaitForAsync(
            s => s.Ensemble.Value is { } e && e.Servers.All(server => server.Error is null), deadline, Cancellation);
        var table = snapshot.Ensemble.Value!;
        Assert.Equal(
            [(1, "zk1", ServerRole.Standalone), (2, "zk2", ServerRole.Follower)], table.Servers.Select(s => (s.ServerId, s.Name, s.Role)));
        Assert.Equal((1, 2L), (table.LeaderId, table.Epoch));
        await other.DisposeAsync();
        foreach (var server in others)
        {
            await server.DisposeAsync();
        }
    }

    ClusterMonitor Monitor(string id, IEnumerable<FakeZooKeeperServer> of, TimeSpan interval)
    {
        var options = new ClusterMonitorOptions
        {
            Id = id,
            Name = id,
            Kind = ClusterKind.Remote,
            ZooKeeper = string.Join(',', of.Select(s => s.Address)),
            EnsembleInterval = interval,
        };
        return new(options, new FileAuditLog(directory.Path), NullLoggerFactory.Instance, TimeProvider.System);
    }

    /// <param name="last">The last zxid of its followers.</param>
    void Lead(int leader, long epoch, long last, string mntr)
    {
        foreach (var server in servers)
        {
            (server.Mode, server.Zxid, server.Mntr) =
                server.Id == leader ? ("leader", Math.Max(last, epoch << 32), mntr) : ("follower", last, "");
        }
    }

    /// <summary>Asks until the answers are as expected: on a busy machine one server's may be late, or miss its deadline.</summary>
    async Task<EnsembleTable> ReadAsync(Func<EnsembleTable, bool> condition)
    {
        var until = DateTime.UtcNow + deadline;
        while (true)
        {
            monitor.RequestEnsembleRefresh();
            try
            {
                var snapshot = await monitor.WaitForAsync(
                    s => s.Ensemble.Value is { } table && condition(table), again, Cancellation);
                return snapshot.Ensemble.Value!;
            }
            catch (TimeoutException) when (DateTime.UtcNow < until)
            {
            }
        }
    }
}
