using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Commands.Running;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Access;

/// <summary>The gate of what changes a cluster by other ways than commands.</summary>
public sealed class GuardTests
{
    readonly TestAudit audit = new();
    int ran;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    GuardedAction Action(Func<Task<CommandResult>>? run = null) => new(
        "record.produce", "orders", "key 1 bytes", id => new Permission(AccessKind.Records, AccessAction.Write, id, "orders"),
        () =>
        {
            ran++;
            return run?.Invoke() ?? Task.FromResult(new CommandResult(CommandEnd.Done, 1, [], default));
        })
    { After = () => "offset 5" };

    ClusterCommands Commands(bool readOnly = false, bool removed = false) => new(
        () => new() { Id = "t", Name = "t", Kind = ClusterKind.Remote, ReadOnly = readOnly }, () => removed, null, () => Snapshot([]),
        audit, () => { }, TimeProvider.System);

    [Fact]
    public async Task What_is_done_is_in_the_audit_log()
    {
        Assert.True((await Commands().RunAsync(Action(), Actor.Program("me"), Token)).Succeeded);
        var entry = Assert.Single(audit.Entries);
        Assert.Equal(
            ("record.produce", "orders", "me", "done", "key 1 bytes", "offset 5"),
            (entry.Action, entry.Subject, entry.User, entry.Outcome, entry.Details, entry.After));
    }

    [Theory]
    [InlineData(true, false, true, "CLUSTER_READ_ONLY", "refused")]
    [InlineData(false, false, false, "ACCESS_DENIED", "refused")]
    [InlineData(false, true, true, "UNKNOWN_CLUSTER", "failed")]
    public async Task Nothing_is_done_where_it_may_not_be(bool readOnly, bool removed, bool may, string code, string outcome)
    {
        var actor = new Actor("anna", null, may ? Permissions.Unlimited : Permissions.None);
        var result = await Commands(readOnly, removed).RunAsync(Action(), actor, Token);
        Assert.Equal((0, code), (ran, Assert.Single(result.Faults).Code));
        Assert.Equal(outcome, Assert.Single(audit.Entries).Outcome);
    }

    [Fact]
    public async Task A_refusal_of_Kafka_is_one_and_a_fault_on_the_way_is_unknown()
    {
        var refused = await Commands().RunAsync(
            Action(() => throw new KafkaException(ErrorCode.MessageTooLarge)), Actor.Program("me"), Token);
        Assert.Equal((CommandEnd.Refused, "MESSAGE_TOO_LARGE"), (refused.End, refused.Refusals[0].Code));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Commands().RunAsync(
            Action(() => throw new InvalidOperationException("x")), Actor.Program("me"), Token));
        Assert.Equal(["refused", "unknown"], audit.Entries.Select(e => e.Outcome));
    }
}
