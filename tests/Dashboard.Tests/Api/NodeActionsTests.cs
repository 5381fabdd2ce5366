using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Operations;
using Dashboard.Tests.Fakes;
using Testing;

namespace Dashboard.Tests.Api;

public sealed class NodeActionsTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_action_whose_asker_leaves_meanwhile_is_seen_through_and_written_down()
    {
        using var directory = new TempDirectory();
        using var audit = new FileAuditLog(directory.Path);
        using var leaving = new CancellationTokenSource();
        var cluster = new FakeCluster("local", ClusterKind.Hosted, TimeProvider.System).With(3);
        var host = new FakeNodeHost(cluster, TimeProvider.System) { BeforeActing = leaving.Cancel };
        var me = Actor.Program("me");
        Assert.Null(await NodeActions.RunAsync(host, audit, TimeProvider.System, "local", "kafka1", NodeAction.Kill, me, leaving.Token));
        Assert.Equal([("kafka1", NodeAction.Kill)], host.Acted);
        var viewer = FakeActor.With("viewer");
        var refused = await NodeActions.RunAsync(
            host, audit, TimeProvider.System, "local", "kafka2", NodeAction.Kill, viewer, Cancellation);
        Assert.StartsWith("viewer anna may not start and stop nodes on local (kafka2)", refused, StringComparison.Ordinal);
        Assert.Equal([("kafka1", NodeAction.Kill)], host.Acted);
        var written = (await audit.ReadLastAsync(2, Cancellation)).Select(e => (e.User, e.Address, e.Outcome));
        Assert.Equal([("anna", "10.0.0.7", "refused"), ("me", null, "done")], written);
        Assert.Equal(("node.kill", "done"), (await audit.ReadLastAsync(9, Cancellation)).Select(e => (e.Action, e.Outcome)).Last());
    }
}
