using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Connect;
using Dashboard.Messages.Tests.Connect;
using Dashboard.Messages.Tests.Registry;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.Connect;

/// <summary>What is read of Connect, and what changes it: checked by the plugin, sent once, asked again only while it rebalances.</summary>
public sealed class ConnectCommandTests : IAsyncLifetime
{
    readonly FakeAudit audit = new();
    readonly FakeActor who = new();
    FakeClusterMonitor cluster = null!;
    ConnectWorld world = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    ConnectCatalog Catalog => world.Of("local")[0];

    public async ValueTask InitializeAsync()
    {
        var time = new FakeTimeProvider();
        var fake = new FakeCluster("local", ClusterKind.Hosted, time).With(3, ("orders", 4, 2));
        cluster = new FakeClusterMonitor(fake.Snapshot()) { Commands = new FakeCommands(fake, audit, time) };
        world = await ConnectWorld.StartAsync();
        world.Server.Add("sink", config: [("topics", "orders"), ("token", "planted"), ("tasks.max", "1")]);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Connectors_are_read_with_what_they_failed_of()
    {
        world.Server.Add("broken", trace: "java.lang.Error: no\n\tat a.b(C.java:1)\nCaused by: java.io.IOException: disk");
        var read = (await Catalog.ReadAsync()).Value!;
        Assert.Equal(("3.9.2", "10.0.0.1:8083"), (read.Version, read.Workers.Single()));
        var broken = read.Find("broken")!;
        Assert.Equal((true, 1, "RUNNING"), (broken.HasFailed, broken.FailedTasks, broken.State));
        Assert.Equal("connect-sink", read.Find("sink")!.Group);
        Assert.Equal("orders", (await Catalog.TopicsAsync("sink", Token))!.Value.Single());
        world.Server.Fault = _ => new FaultyAnswer(500, "", false);
        Catalog.Forget();
        var stale = await Catalog.ReadAsync();
        Assert.True(stale.IsStale);
        Assert.Equal(2, stale.Value!.Connectors.Length);
    }

    [Fact]
    public async Task A_config_is_checked_at_its_settings_and_secrets_stay_hidden()
    {
        var plan = await PlanAsync(new ConfigureConnector("main", "new", Config(("tasks.max", "12")), true));
        Assert.Equal(
            ["topics: Missing required configuration \"topics\"", "tasks.max: Invalid value 12 for configuration tasks.max"],
            plan.Refusals.Select(r => r.Message));
        Assert.Equal("INVALID_CONFIG", plan.Refusals[0].Code);

        var change = new ConfigureConnector(
            "main", "sink", Config(("topics", "orders,payments"), ("token", ClusterDefinition.KeepSecret), ("tasks.max", "1")), false);
        plan = await PlanAsync(change);
        Assert.True(plan.CanRun);
        Assert.Equal("topics", plan.Changes);
        Assert.DoesNotContain("planted", JsonSerializer.Serialize(plan), StringComparison.Ordinal);
        Assert.Equal(CommandEnd.Done, (await RunAsync(change)).End);
        Assert.Equal(("planted", "orders,payments"), (world.Server.ConfigOf("sink")!["token"], world.Server.ConfigOf("sink")!["topics"]));
        var entry = (await audit.ReadLastAsync(1, Token))[0];
        Assert.Equal(("connector.config", "main/sink"), (entry.Action, entry.Subject));
        Assert.Contains("topics=orders,payments", entry.After, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", $"{entry.Before} {entry.After}", StringComparison.Ordinal);

        var unkept = Config(("topics", "a"), ("other.secret", ClusterDefinition.KeepSecret));
        var refused = await PlanAsync(new ConfigureConnector("main", "sink", unkept, false));
        Assert.Contains("other.secret", refused.Refusals[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rebalance_is_waited_for()
    {
        world.Server.Rebalances = 2;
        var result = await RunAsync(new OperateConnector("main", "sink", ConnectorVerb.Pause));
        Assert.Equal(CommandEnd.Done, result.End);
        Assert.Equal(3, world.Server.Requests["PUT /connectors/sink/pause"]);
        Assert.Equal("PAUSED", (await Catalog.ReadAsync()).Value!.Find("sink")!.State);
        var entry = (await audit.ReadLastAsync(1, Token))[0];
        Assert.Equal(("RUNNING", "PAUSED"), (entry.Before, entry.After));
    }

    [Theory]
    [InlineData(true, CommandEnd.Done)]
    [InlineData(false, CommandEnd.Unknown)]
    public async Task What_is_not_answered_is_looked_up_and_not_sent_again(bool done, CommandEnd end)
    {
        world.Server.Fault = request => request.Method == "DELETE" ? new FaultyAnswer(0, "", done) : null;
        var result = await RunAsync(new DeleteConnector("main", "sink"));
        Assert.Equal(end, result.End);
        Assert.Equal(done ? "ConnectorGone" : "ConnectorStays", result.Seen.Single().Key);
        Assert.Equal(1, world.Server.Requests["DELETE /connectors/sink"]);
    }

    [Fact]
    public async Task Offsets_are_changed_of_what_is_stopped()
    {
        var reset = new SetConnectorOffsets("main", "sink", null);
        Assert.Equal(ConnectRefusals.NotStopped, (await PlanAsync(reset)).Refusals.Single().Code);
        Assert.Equal(ConnectRefusals.NotStopped, (await RunAsync(reset)).Refusals.Single().Code);
        Assert.Equal(CommandEnd.Done, (await RunAsync(new OperateConnector("main", "sink", ConnectorVerb.Stop))).End);
        Assert.Equal("SinkBeginsAnew", (await PlanAsync(reset)).Notes.Single().Key);
        var offset = new ConnectorOffset(
            JsonSerializer.SerializeToElement(new { kafka_partition = 0 }), JsonSerializer.SerializeToElement(new { kafka_offset = 3 }));
        Assert.Equal(CommandEnd.Done, (await RunAsync(reset with { Offsets = [offset] })).End);
        Assert.Equal("""{"kafka_offset":3}""", (await Catalog.OffsetsAsync("sink", Token))!.Value.Single().Offset.GetRawText());
        Assert.Equal(CommandEnd.Done, (await RunAsync(reset)).End);
        Assert.Empty((await Catalog.OffsetsAsync("sink", Token))!.Value);
    }

    [Fact]
    public async Task What_becomes_of_offsets_is_told_before_and_what_cannot_be_taken_is_named()
    {
        await RunAsync(new OperateConnector("main", "sink", ConnectorVerb.Stop));
        await RunAsync(Set(At(0, 100), At(1, 50), At(2, 7)));

        var plan = await PlanAsync(Set(At(0, 40), At(1, 60), At(2, null), At(3, 5)));
        Assert.True(plan.CanRun);
        Assert.Equal(
            ["0 100 → 40 -60", "1 50 → 60 10", "2 7 → – ", "3 – → 5 "],
            plan.Offsets.Select(o =>
                $"{SinkOffset.Of(o.Partition, null)!.Partition} {Told(o, o.Before)} → {Told(o, o.After)} {o.Difference}"));
        Assert.Equal(
            ["SinkForgets", "SinkReadsAgain 60", "SinkSkips 10"],
            plan.Notes.Select(n => $"{n.Key} {n.Arguments.FirstOrDefault()}".Trim()));
        Assert.Equal(3, (await PlanAsync(new SetConnectorOffsets("main", "sink", null))).Offsets.Count(o => o.After is null));
        await RunAsync(Set(At(10, 1), At(9, 1), At(0, 100), At(2, 7), At(1, 50)));
        Assert.Equal(
            [0, 1, 2, 9, 10],
            (await Catalog.OffsetsAsync("sink", Token))!.Value.Select(o => SinkOffset.Of(o.Partition, o.Offset)!.Partition));

        var twice = await PlanAsync(Set(At(0, 1), At(0, 2)));
        Assert.Contains("twice", Assert.Single(twice.Refusals).Message, StringComparison.Ordinal);
        var odd = new ConnectorOffset(Json("""{"file":"a"}"""), Json("""{"position":3}"""));
        Assert.Contains("kafka_partition", Assert.Single((await PlanAsync(Set(odd))).Refusals).Message, StringComparison.Ordinal);

        Assert.Equal(CommandEnd.Done, (await RunAsync(Set(At(1, 60)))).End);
        var entry = (await audit.ReadLastAsync(1, Token))[0];
        Assert.Equal("connector.offsets", entry.Action);
        Assert.EndsWith("""{"kafka_offset":50}""", entry.Before, StringComparison.Ordinal);
        Assert.EndsWith("""{"kafka_offset":60}""", entry.After, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, CommandEnd.Done, "ConnectorOffsetsAsAsked")]
    [InlineData(false, CommandEnd.Unknown, "ConnectorOffsetsNotAsAsked")]
    public async Task Offsets_that_were_not_answered_are_looked_up(bool done, CommandEnd end, string seen)
    {
        await RunAsync(new OperateConnector("main", "sink", ConnectorVerb.Stop));
        world.Server.Fault = request => request.Method == "PATCH" ? new FaultyAnswer(0, "", done) : null;
        var result = await RunAsync(Set(At(0, 40)));
        Assert.Equal((end, seen), (result.End, result.Seen.Single().Key));
        Assert.Equal(1, world.Server.Requests["PATCH /connectors/sink/offsets"]);
    }

    [Fact]
    public async Task A_viewer_changes_nothing_and_what_is_not_there_is_named()
    {
        Assert.Equal(
            ConnectRefusals.Unknown, (await RunAsync(new OperateConnector("main", "nobody", ConnectorVerb.Pause))).Refusals[0].Code);
        Assert.Equal(ConnectRefusals.None, (await RunAsync(new DeleteConnector("other", "sink"))).Refusals[0].Code);
        Assert.Equal(
            ConnectRefusals.Exists,
            (await RunAsync(new ConfigureConnector("main", "sink", Config(("topics", "a")), true))).Refusals[0].Code);
        who.Actor = FakeActor.With("viewer");
        var before = world.Server.Requests.Values.Sum();
        Assert.Equal(Refusal.DeniedCode, (await RunAsync(new DeleteConnector("main", "sink"))).Refusals[0].Code);
        Assert.Equal(before, world.Server.Requests.Values.Sum());
    }

    [Theory]
    [InlineData("url=http://c:8083", "connect")]
    [InlineData("main.url=http://c:8083;main.basic.auth.user.info=u:p;archive.url=https://d", "archive,main")]
    public void Connect_clusters_are_named_by_their_properties(string text, string names)
    {
        var read = ConnectSettings.Of(text.Split(';').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]));
        Assert.Equal(names, string.Join(',', read.Select(c => c.Name)));
        Assert.Equal(names.Contains("main", StringComparison.Ordinal) ? "u" : null, read[^1].Access.User);
        var wrong = Assert.Throws<ClusterDefinitionException>(() =>
            ConnectSettings.Of(new Dictionary<string, string> { ["main.url"] = "connect:8083" }));
        Assert.Equal("connect.main.url", wrong.Field);
    }

    static ImmutableSortedDictionary<string, string> Config(params (string Key, string Value)[] settings) =>
        settings.Append(("connector.class", TestConnect.Plugin)).ToImmutableSortedDictionary(s => s.Item1, s => s.Item2);

    static SetConnectorOffsets Set(params ConnectorOffset[] offsets) => new("main", "sink", [.. offsets]);

    static ConnectorOffset At(int partition, long? offset) => new SinkOffset("orders", partition, offset).ToConnect();

    static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    static string Told(ConnectorOffsetChange change, JsonElement? offset) =>
        SinkOffset.Of(change.Partition, offset)!.Offset is { } at ? $"{at}" : "–";

    Task<ConnectorPlan> PlanAsync(ConnectorCommand command) => world.Commands.PlanAsync(cluster, command, Token);

    Task<CommandResult> RunAsync(ConnectorCommand command) => world.Commands.RunAsync(cluster, command, who.Actor, Token);
}
