using Dashboard.Messages.Subjects;
using Dashboard.Messages.Tests.Registry;
using Dashboard.Monitoring.Commands;
using Dashboard.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.Schemas;

/// <summary>What changes a registry: planned, sent once, looked up when no answer came, audited.</summary>
public sealed class SchemaCommandTests : IAsyncLifetime
{
    readonly FakeAudit audit = new();
    readonly FakeActor who = new();
    FakeClusterMonitor cluster = null!;
    SchemaWorld world = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var time = new FakeTimeProvider();
        var fake = new FakeCluster("local", Monitoring.Model.ClusterKind.Hosted, time).With(3, ("orders", 4, 2));
        cluster = new FakeClusterMonitor(fake.Snapshot()) { Commands = new FakeCommands(fake, audit, time) };
        world = await SchemaWorld.StartAsync();
        world.Server.Add("orders-value", "AVRO", SchemaWorld.One);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_version_is_compared_registered_and_audited()
    {
        var command = Register(SchemaWorld.Two);
        var plan = await world.Commands.PlanAsync(cluster, command, Token);
        Assert.True(plan.CanRun);
        Assert.Equal((null, true, true, "BACKWARD"), (plan.Known, plan.Latest!.IsCompatible, plan.All!.IsCompatible, plan.Level));
        var (result, registered) = await RunAsync(command);
        Assert.Equal(CommandEnd.Done, result.End);
        Assert.Equal(("orders-value", 2, 2), (registered!.Places[0].Subject, registered.Places[0].Version, registered.Id));
        var entry = (await audit.ReadLastAsync(1, Token))[0];
        Assert.Equal(("schema.register", "orders-value"), (entry.Action, entry.Subject));
        Assert.Equal(("versions 1", "version 2, id 2"), (entry.Before, entry.After));
        Assert.Equal(2, (await world.Commands.PlanAsync(cluster, command, Token)).Known!.Version);
    }

    [Fact]
    public async Task Of_a_read_only_cluster_each_plan_says_first_that_it_would_be_refused()
    {
        var locked = new FakeClusterMonitor(cluster.Current with { ReadOnly = true });
        CommandPlan[] plans =
        [
            await world.Commands.PlanAsync(locked, Register(SchemaWorld.Strict), Token),
            await world.Commands.PlanAsync(locked, new DeleteSchema("orders-value", null, false), null, Token),
            await world.Commands.PlanAsync(locked, new SetCompatibility("orders-value", "NONE"), Token),
        ];
        Assert.All(plans, plan => Assert.Equal((false, Refusal.ReadOnlyCode), (plan.CanRun, plan.Refusals[0].Code)));
        Assert.Equal([2, 1, 1], plans.Select(plan => plan.Refusals.Length));
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_in_the_registrys_words()
    {
        var plan = await world.Commands.PlanAsync(cluster, Register(SchemaWorld.Strict), Token);
        Assert.Equal(SchemaRefusals.Incompatible, plan.Refusals.Single().Code);
        Assert.Contains("READER_FIELD_MISSING_DEFAULT_VALUE: amount", plan.Refusals[0].Message, StringComparison.Ordinal);
        var (result, registered) = await RunAsync(Register(SchemaWorld.Strict));
        Assert.Equal((CommandEnd.Refused, SchemaRefusals.Incompatible), (result.End, result.Refusals.Single().Code));
        Assert.Null(registered);
        Assert.Equal(SchemaRefusals.Invalid, (await world.Commands.PlanAsync(cluster, Register("{"), Token)).Refusals.Single().Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    public async Task A_registration_without_an_answer_is_looked_up_and_not_sent_again(int status)
    {
        world.Server.Fault = request => IsRegistration(request) ? new FaultyAnswer(status, "{}", Done: true) : null;
        var (result, registered) = await RunAsync(Register(SchemaWorld.Two));
        Assert.Equal(CommandEnd.Done, result.End);
        Assert.NotNull(result.Reason);
        Assert.Equal((true, "SchemaThere"), (result.Seen.Single().Happened, result.Seen[0].Key));
        Assert.Equal(2, registered!.Places[0].Version);
        Assert.Equal(1, world.Server.Requests["POST /subjects/orders-value/versions"]);
    }

    [Fact]
    public async Task What_is_not_seen_is_unknown_and_not_failed()
    {
        world.Server.Fault = request => IsRegistration(request) ? new FaultyAnswer(0, "", Done: false) : null;
        var (result, registered) = await RunAsync(Register(SchemaWorld.Two));
        Assert.Equal((CommandEnd.Unknown, null), (result.End, registered));
        Assert.Equal("SchemaMissing", result.Seen.Single().Key);
        Assert.Equal(1, world.Server.Requests["POST /subjects/orders-value/versions"]);
    }

    [Fact]
    public async Task A_subject_is_deleted_and_then_for_good()
    {
        world.Usage = new([new TopicUsage("orders", true, 50, 12, null)], 1, 50, 0, 0);
        var soft = new DeleteSchema("orders-value", null, false);
        var plan = await world.Commands.PlanAsync(cluster, soft, who.Actor, Token);
        Assert.Equal((1, 12), (plan.Versions.Length, plan.Usage!.Topics[0].Found));
        var early = await world.Commands.PlanAsync(cluster, soft with { Permanent = true }, null, Token);
        Assert.Equal(SchemaRefusals.NotDeleted, early.Refusals.Single().Code);
        Assert.Equal(CommandEnd.Refused, (await RunAsync(soft with { Permanent = true })).Result.End);

        Assert.Equal(CommandEnd.Done, (await RunAsync(soft)).Result.End);
        Assert.Equal(SchemaRefusals.AlreadyDeleted, (await world.Commands.PlanAsync(cluster, soft, null, Token)).Refusals.Single().Code);
        Assert.True((await world.Commands.PlanAsync(cluster, soft with { Permanent = true }, null, Token)).CanRun);
        Assert.Equal(CommandEnd.Done, (await RunAsync(soft with { Permanent = true })).Result.End);
        Assert.Equal(SchemaRefusals.Unknown, (await world.Commands.PlanAsync(cluster, soft, null, Token)).Refusals.Single().Code);
    }

    [Fact]
    public async Task What_other_schemas_need_is_not_deleted()
    {
        world.Server.Add("all-value", "AVRO", SchemaWorld.Two, ("Order", "orders-value", 1));
        var plan = await world.Commands.PlanAsync(cluster, new DeleteSchema("orders-value", 1, false), null, Token);
        Assert.Equal(SchemaRefusals.Referenced, plan.Refusals.Single().Code);
        Assert.Equal("all-value", plan.ReferencedBy.Single().Subject);
        var (result, _) = await RunAsync(new DeleteSchema("orders-value", 1, false));
        Assert.Equal(SchemaRefusals.Referenced, result.Refusals.Single().Code);
    }

    [Fact]
    public async Task Levels_are_changed_and_given_back()
    {
        var own = new SetCompatibility("orders-value", "FULL");
        Assert.Equal(("BACKWARD", false), await NowAsync(own));
        Assert.Equal(CommandEnd.Done, (await RunAsync(own)).Result.End);
        Assert.Equal(("FULL", true), await NowAsync(own));
        Assert.Equal(CommandEnd.Done, (await RunAsync(own with { Level = null })).Result.End);
        Assert.Equal(("BACKWARD", false), await NowAsync(own));
        Assert.Equal(CommandEnd.Done, (await RunAsync(new SetCompatibility(null, "NONE"))).Result.End);
        Assert.Equal("NONE", world.Server.Level);
        var entry = (await audit.ReadLastAsync(1, Token))[0];
        Assert.Equal(("all subjects", "BACKWARD", "NONE"), (entry.Subject, entry.Before, entry.After));

        async Task<(string?, bool)> NowAsync(SetCompatibility command) =>
            await world.Commands.PlanAsync(cluster, command, Token) is var plan ? (plan.Before, plan.WasOwn) : default;
    }

    [Fact]
    public async Task Who_may_not_sends_nothing()
    {
        who.Actor = FakeActor.With("viewer");
        var asked = world.Server.Asked;
        var (result, _) = await RunAsync(Register(SchemaWorld.Two));
        Assert.Equal(Refusal.DeniedCode, result.Refusals.Single().Code);
        Assert.Equal(asked, world.Server.Asked);
    }

    [Fact]
    public async Task Without_a_registry_it_says_what_is_missing()
    {
        world.IsConfigured = false;
        Assert.Equal(SchemaRefusals.None, (await RunAsync(Register(SchemaWorld.Two))).Result.Refusals.Single().Code);
        Assert.Contains(
            "schemaRegistry", (await world.Commands.PlanAsync(cluster, Register(SchemaWorld.Two), Token)).Refusals.Single().Message,
            StringComparison.Ordinal);
    }

    static bool IsRegistration(Microsoft.AspNetCore.Http.HttpRequest request) =>
        request.Method == "POST" && request.Path.Value!.EndsWith("/versions", StringComparison.Ordinal)
        && request.Path.StartsWithSegments("/subjects");

    static RegisterSchema Register(string text) => new(new("orders-value", "AVRO", text, []));

    Task<(CommandResult Result, Messages.Registry.RegisteredSchema? Registered)> RunAsync(SchemaCommand command) =>
        world.Commands.RunAsync(cluster, command, who.Actor, Token);
}
