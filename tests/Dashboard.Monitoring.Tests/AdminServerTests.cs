using System.Collections.Frozen;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using Wire;
using ZooKeeper.Client;

namespace Dashboard.Monitoring.Tests;

/// <summary>A server of Apache's with the whitelist that it has by default: what else there is, its AdminServer says.</summary>
public sealed class AdminServerTests : IAsyncLifetime
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(30);

    readonly TempDirectory directory = new();
    ApacheZooKeeper apache = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => apache = await ApacheZooKeeper.StartAsync(1, "4lw.commands.whitelist=srvr");

    public async ValueTask DisposeAsync()
    {
        await (apache?.DisposeAsync() ?? ValueTask.CompletedTask);
        directory.Dispose();
    }

    [Fact]
    public async Task What_a_word_may_not_tell_the_AdminServer_tells_or_else_it_is_named()
    {
        await using var client = new ZooKeeperClient(ZooKeeperClientOptions.Parse(apache.ConnectString));
        await client.CreateAsync("/mine", new byte[] { 1 }, ZooKeeper.Protocol.CreateMode.Ephemeral, cancellationToken: Cancellation);
        await client.ExistsAsync("/mine", _ => { }, Cancellation);

        await AdminServerAnswersAsync();
        await using var monitor = Monitor(apache.AdminPort(1));
        monitor.Start();
        var table = await EnsembleAsync(monitor);
        Assert.True(table.Servers[0].ByAdminServer);
        Assert.Equal((ServerRole.Standalone, true), (table.Servers[0].Role, table.Servers[0].Watches >= 1));
        Assert.Empty(table.Refused);
        var sessions = (await monitor.Sessions.ReadAsync(Cancellation)).Value!;
        var own = Assert.Single(sessions.Sessions, s => s.SessionId == client.SessionId);
        Assert.Equal((1, 1), (own.Watches, own.Ephemerals));
        Assert.NotNull(own.Since);
        Assert.True(own.Timeout > TimeSpan.Zero);
        Assert.Empty(sessions.Refused);

        await using var without = Monitor(adminPort: 0);
        without.Start();
        var words = await EnsembleAsync(without);
        Assert.Equal(["conf", "mntr"], words.Refused);
        Assert.Equal((ServerRole.Standalone, (long?)null), (words.Servers[0].Role, words.Servers[0].Watches));
        var unknown = await without.Sessions.ReadAsync(Cancellation);
        Assert.Null(unknown.Value); // and not an empty list: there are sessions
        Assert.Equal((SectionErrorKind.Refused, FailureReason.Authorization), (unknown.Error!.Kind, unknown.Error.Reason));
        Assert.Contains("cons is not in its 4lw.commands.whitelist", unknown.Error.Message, StringComparison.Ordinal);
    }

    static async Task<EnsembleTable> EnsembleAsync(ClusterMonitor monitor) =>
        (await monitor.WaitForAsync(s => s.Ensemble.Value?.Servers[0].Version is not null, deadline, Cancellation)).Ensemble.Value!;

    /// <summary>It begins after the words do, and one that does not answer is left alone for longer than a test waits.</summary>
    async Task AdminServerAnswersAsync()
    {
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync($"http://127.0.0.1:{apache.AdminPort(1)}/commands/ruok", Cancellation);
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the AdminServer answers");
    }

    ClusterMonitor Monitor(int adminPort) => new(
        new ClusterMonitorOptions
        {
            Id = "t",
            Name = "t",
            Kind = ClusterKind.Remote,
            ZooKeeper = apache.ConnectString,
            ZooKeeperProperties = new Dictionary<string, string> { ["zookeeper.admin.serverPort"] = $"{adminPort}" }.ToFrozenDictionary(),
        },
        new FileAuditLog(directory.Path), NullLoggerFactory.Instance, TimeProvider.System);
}
