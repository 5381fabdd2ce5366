using System.Collections.Immutable;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Commands.Running;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Tests;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using static Dashboard.Monitoring.Tests.Build;
using ElectionType = Kafka.Protocol.ElectionType;

namespace Dashboard.Monitoring.Tests.Commands;

/// <summary>What a command is said to have come to, against a controller that answers late, wrongly or not at all.</summary>
public sealed partial class CommandTests : IAsyncDisposable
{
    readonly ScriptedCluster cluster = new();
    readonly TestAudit audit = new();
    readonly KafkaCluster kafka;
    ClusterSnapshot snapshot = Snapshot([Topic("orders", Partition(0, 1, [0, 1], [0, 1]), Partition(1, 1, [1, 0], [0, 1]))]);

    public CommandTests()
    {
        kafka = Connect(Eventually.Deadline);
        cluster.Topics["orders"] = [new(0, 1, [0, 1]), new(1, 1, [1, 0])];
    }

    static CreateTopic Create(string name, int partitions = 2) => new(name, partitions, 1, null, ImmutableDictionary<string, string>.Empty);
    static CancellationToken Token => TestContext.Current.CancellationToken;

    static ImmutableDictionary<int, ImmutableArray<int>> Targets(params int[] replicas) =>
        ImmutableDictionary<int, ImmutableArray<int>>.Empty.Add(0, [.. replicas]);

    public async ValueTask DisposeAsync()
    {
        await kafka.DisposeAsync();
        await cluster.DisposeAsync();
    }

    KafkaCluster Connect(TimeSpan deadline) => new([("127.0.0.1", cluster.Port)], new KafkaClientOptions
    {
        RequestTimeout = deadline,
        OperationTimeout = TimeSpan.FromMilliseconds(1),
        ConnectTimeout = Eventually.Deadline,
        SilentPatience = Eventually.Deadline,
    });

    /// <param name="patience">Null: until it is seen to be done; zero: a look or two.</param>
    ClusterCommands Commands(TimeSpan? patience = null, KafkaCluster? other = null) =>
        CommandsOf(new() { Id = "t", Name = "t", Kind = ClusterKind.Remote, CommandLookUp = patience ?? Eventually.Deadline }, other);

    ClusterCommands CommandsOf(ClusterMonitorOptions options, KafkaCluster? other = null) =>
        new(() => options, () => false, other ?? kafka, () => snapshot, audit, () => { }, TimeProvider.System);

    Task<CommandResult> RunAsync(ClusterCommand command, TimeSpan? patience = null) =>
        Commands(patience).RunAsync(command, Actor.Program("me"), null, Token);

    /// <summary>For what comes to nothing, however long is waited.</summary>
    static TimeSpan? PatienceFor(CommandEnd end) => end == CommandEnd.Unknown ? TimeSpan.FromMilliseconds(600) : null;

    [Fact]
    public async Task A_creation_that_is_not_answered_is_done_when_the_topic_is_there()
    {
        cluster.Silent = request => Do(request, () => cluster.Topics["new"] = [new(0, 0, [0]), new(1, 1, [1])]);
        await using var hasty = Connect(TimeSpan.FromSeconds(2));
        await hasty.MetadataAsync([], Token);
        var result = await Commands(other: hasty).RunAsync(Create("new"), Actor.Program("me"), null, Token);
        Assert.Equal((CommandEnd.Done, 1, "TopicThere"), (result.End, result.Done, Assert.Single(result.Seen).Key));
        Assert.Equal("REQUEST_TIMED_OUT", result.Reason!.Code);
        Assert.Contains("CreateTopics", result.Reason.Message, StringComparison.Ordinal);
        var entry = Assert.Single(audit.Entries);
        Assert.Equal(("done", "the topic is there, with 2 partitions"), (entry.Outcome, entry.Seen));
    }

    [Fact]
    public async Task A_creation_that_is_not_answered_and_not_seen_is_neither_failed_nor_done_nor_sent_again()
    {
        cluster.Cut = api => api == ApiKey.CreateTopics && cluster.CutOff == 0;
        var result = await RunAsync(Create("new"), PatienceFor(CommandEnd.Unknown));
        Assert.True(cluster.Last<CreateTopicsRequest>().ValidateOnly, "the controller is asked whether the name is taken, no more");
        Assert.Equal((CommandEnd.Unknown, 0, "TopicMissing"), (result.End, result.Done, Assert.Single(result.Seen).Key));
        Assert.Empty(result.Refusals);
        Assert.Equal(("unknown", "the topic is not there so far"), (audit.Entries[0].Outcome, audit.Entries[0].Seen));
        Assert.Equal(1, cluster.CutOff);
    }

    [Fact]
    public async Task A_creation_that_brokers_do_not_show_yet_is_done_when_the_controller_has_the_topic()
    {
        cluster.Cut = api => api == ApiKey.CreateTopics && cluster.CutOff == 0;
        cluster.Refuse = _ => cluster.CutOff > 0 ? ErrorCode.TopicAlreadyExists : ErrorCode.None;
        var result = await RunAsync(Create("new"));
        Assert.Equal((CommandEnd.Done, "TopicTaken"), (result.End, Assert.Single(result.Seen).Key));
        Assert.True(cluster.Last<CreateTopicsRequest>().ValidateOnly);
        Assert.Equal("done", audit.Entries[0].Outcome);
    }

    [Fact]
    public async Task A_cluster_that_is_too_busy_to_be_looked_at_is_looked_at_for_longer()
    {
        await using var hasty = Connect(TimeSpan.FromSeconds(1));
        await hasty.MetadataAsync([], Token);
        var looks = 0;
        cluster.Cut = api => api == ApiKey.CreateTopics && cluster.CutOff == 0;
        cluster.Silent = request => cluster.CutOff > 0
            && request is MetadataRequest { Topics.Count: > 0 } or CreateTopicsRequest { ValidateOnly: true }
            && Interlocked.Increment(ref looks) <= 2;
        cluster.Refuse = _ => cluster.CutOff > 0 ? ErrorCode.TopicAlreadyExists : ErrorCode.None;
        var result = await Commands(TimeSpan.FromSeconds(2), hasty).RunAsync(Create("new"), Actor.Program("me"), null, Token);
        Assert.Equal((CommandEnd.Done, "TopicTaken"), (result.End, Assert.Single(result.Seen).Key));
        Assert.True(looks > 2);
    }

    [Fact]
    public async Task Many_creations_at_once_wait_for_their_turn_before_their_deadline_begins()
    {
        await using var hasty = Connect(TimeSpan.FromSeconds(3));
        await hasty.MetadataAsync([], Token);
        cluster.Late = request => request is CreateTopicsRequest ? Task.Delay(250, CancellationToken.None) : null;
        var commands = Commands(other: hasty);
        var results = await Task.WhenAll(
            Enumerable.Range(0, 120).Select(_ => commands.RunAsync(Create("new"), Actor.Program("me"), null, Token)));
        Assert.All(results, result => Assert.Equal((CommandEnd.Done, null), (result.End, result.Reason?.Message)));
    }

    [Fact]
    public async Task A_creation_is_done_when_the_controller_has_the_topic_though_no_broker_answers_for_it()
    {
        await using var hasty = Connect(TimeSpan.FromSeconds(2));
        await hasty.MetadataAsync([], Token);
        cluster.Cut = api => api == ApiKey.CreateTopics && cluster.CutOff == 0;
        cluster.Silent = request => request is MetadataRequest { Topics.Count: > 0 } && cluster.CutOff > 0;
        cluster.Refuse = _ => cluster.CutOff > 0 ? ErrorCode.TopicAlreadyExists : ErrorCode.None;
        var result = await Commands(other: hasty).RunAsync(Create("new"), Actor.Program("me"), null, Token);
        Assert.Equal((CommandEnd.Done, "TopicTaken"), (result.End, Assert.Single(result.Seen).Key));
    }

    [Fact]
    public async Task A_topic_that_was_there_before_does_not_stand_for_the_new_one()
    {
        cluster.Cut = api => api == ApiKey.CreateTopics;
        Assert.Equal(CommandEnd.Unknown, (await RunAsync(Create("orders"), PatienceFor(CommandEnd.Unknown))).End);
    }

    [Fact]
    public async Task A_controller_that_waits_in_vain_for_a_leader_has_made_the_topic()
    {
        cluster.Refuse = request => Do(request, () => cluster.Topics["new"] = [new(0, 1, [1]), new(1, -1, [77])])
            ? ErrorCode.RequestTimedOut
            : ErrorCode.None;
        var result = await RunAsync(Create("new"));
        Assert.Equal((CommandEnd.Done, "TopicWithoutLeader"), (result.End, Assert.Single(result.Seen).Key));
        Assert.Equal("the topic is there, with 2 partitions; no leader: 1", audit.Entries[0].Seen);
    }

    [Fact]
    public async Task A_refusal_is_one_and_nothing_is_looked_up()
    {
        cluster.Refuse = request => request is CreateTopicsRequest ? ErrorCode.TopicAlreadyExists : ErrorCode.None;
        var result = await RunAsync(Create("orders"));
        Assert.Equal((CommandEnd.Refused, "TOPIC_ALREADY_EXISTS"), (result.End, result.Refusals[0].Code));
        Assert.Null(result.Reason);
        Assert.Equal("refused", audit.Entries[0].Outcome);
    }

    [Fact]
    public async Task What_could_not_be_sent_changed_nothing()
    {
        await cluster.DisposeAsync();
        var result = await RunAsync(Create("new"));
        Assert.Equal((CommandEnd.NotSent, "NETWORK_EXCEPTION"), (result.End, result.Reason!.Code));
        Assert.Equal("failed", audit.Entries[0].Outcome);
    }

    [Theory]
    [InlineData(true, CommandEnd.Done)]
    [InlineData(false, CommandEnd.Unknown)]
    public async Task A_deletion_whose_connection_is_lost_is_looked_up(bool happens, CommandEnd end)
    {
        cluster.Cut = api => api == ApiKey.DeleteTopics && Do(() => _ = happens && cluster.Topics.TryRemove("orders", out _));
        var result = await RunAsync(new DeleteTopic("orders"), PatienceFor(end));
        Assert.Equal((end, "NETWORK_EXCEPTION"), (result.End, result.Reason!.Code));
        Assert.Equal(end == CommandEnd.Done ? "done" : "unknown", audit.Entries[0].Outcome);
        Assert.Equal(1, cluster.CutOff);
    }

    [Theory]
    [InlineData(true, CommandEnd.Done, "Moves")]
    [InlineData(false, CommandEnd.Unknown, "Unmoved")]
    public async Task A_reassignment_that_is_not_answered_is_done_when_it_runs(bool happens, CommandEnd end, string seen)
    {
        cluster.Cut = api => api == ApiKey.AlterPartitionReassignments
            && Do(() => cluster.Moving = happens ? new(0, [2, 1, 0], [2], [0]) : null);
        var result = await RunAsync(new Reassign("orders", Targets(2, 1)), PatienceFor(end));
        Assert.Equal((end, seen, "orders-0"), (result.End, Assert.Single(result.Seen).Key, result.Seen[0].Subject));
    }

    [Theory]
    [InlineData(new[] { 0, 1 }, CommandEnd.Done, "Moved")]
    [InlineData(new[] { 2, 1 }, CommandEnd.Refused, "MovedAnyway")]
    public async Task A_cancellation_that_is_not_answered_is_told_from_a_move_that_was_complete_before(
        int[] replicas, CommandEnd end, string seen)
    {
        cluster.Moving = new(0, [2, 1, 0], [2], [0]);
        cluster.Cut = api => api == ApiKey.AlterPartitionReassignments && Do(() =>
        {
            cluster.Moving = null;
            cluster.Topics["orders"] = [new(0, 1, replicas), new(1, 1, [1, 0])];
        });
        var result = await RunAsync(new CancelReassignment("orders", null));
        Assert.Equal((end, seen), (result.End, Assert.Single(result.Seen).Key));
    }

    [Theory]
    [InlineData(0, CommandEnd.Done, "Leads")]
    [InlineData(1, CommandEnd.Unknown, "LeadsStill")]
    [InlineData(-1, CommandEnd.Unknown, "NoLeader")]
    public async Task An_election_that_is_not_answered_is_done_when_the_preferred_replica_leads(int leader, CommandEnd end, string seen)
    {
        cluster.Cut = api => api == ApiKey.ElectLeaders && Do(() => cluster.Topics["orders"] = [new(0, leader, [0, 1]), new(1, 1, [1, 0])]);
        var result = await RunAsync(new ElectLeaders(ElectionType.Preferred, "orders", [0]), PatienceFor(end));
        Assert.Equal((end, seen), (result.End, Assert.Single(result.Seen).Key));
    }

    [Theory]
    [InlineData(DefinitionSource.Kept, "PUT /api/clusters/t")]
    [InlineData(DefinitionSource.File, "clusters.yaml")]
    [InlineData(DefinitionSource.Settings, "appsettings.json")]
    public async Task A_cluster_that_is_read_only_is_planned_and_not_changed(DefinitionSource source, string where)
    {
        var commands = CommandsOf(new() { Id = "t", Name = "t", Kind = ClusterKind.Remote, ReadOnly = true, Source = source });
        var plan = await commands.PlanAsync(Create("new"), Token);
        Assert.Equal((false, "CLUSTER_READ_ONLY"), (plan.CanRun, Assert.Single(plan.Refusals).Code));
        Assert.NotEmpty(plan.Placement);
        foreach (var command in (ClusterCommand[])
            [
                Create("new"), new DeleteTopic("orders"), new ElectLeaders(ElectionType.Preferred, null, null),
                new Reassign("orders", Targets(1, 0)), new CancelReassignment("orders", null),
            ])
        {
            var result = await commands.RunAsync(command, Actor.Program("me"), null, Token);
            Assert.Equal(CommandEnd.Refused, result.End);
            var refusal = Assert.Single(result.Refusals);
            Assert.Equal(("CLUSTER_READ_ONLY", null), (refusal.Code, refusal.Number));
            Assert.Contains("Cluster t is read-only", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(where, refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(5, audit.Entries.Count);
        Assert.All(audit.Entries, entry => Assert.Equal("refused", entry.Outcome));
        Assert.All(audit.Entries, entry => Assert.Contains("CLUSTER_READ_ONLY", entry.Error, StringComparison.Ordinal));
        var changing = (Func<int>[])
            [cluster.Asked<DeleteTopicsRequest>, cluster.Asked<ElectLeadersRequest>, cluster.Asked<AlterPartitionReassignmentsRequest>];
        Assert.All(changing, asked => Assert.Equal(0, asked()));
        Assert.True(cluster.Asked<CreateTopicsRequest>() <= 1, "more than the plan's question");
    }

    [Fact]
    public async Task Who_may_not_is_refused_before_anything_is_sent_and_written_down()
    {
        var anna = new Actor("anna", "10.0.0.7", new OnlyElections());
        foreach (var command in (ClusterCommand[])
            [
                Create("new"), new DeleteTopic("orders"), new ElectLeaders(ElectionType.Preferred, null, null),
                new Reassign("orders", Targets(1, 0)), new CancelReassignment("orders", null),
            ])
        {
            var refusal = Assert.Single((await Commands().RunAsync(command, anna, null, Token)).Refusals);
            Assert.Equal("ACCESS_DENIED", refusal.Code);
            Assert.Matches("^helper anna may not .* on t.*: it takes a role with '[a-z]+' on topics there; .*yaml", refusal.Message);
        }

        Assert.Equal(0, cluster.Asked<CreateTopicsRequest>() + cluster.Asked<DeleteTopicsRequest>() + cluster.Asked<ElectLeadersRequest>());
        Assert.All(audit.Entries, entry => Assert.Equal(("anna", "10.0.0.7", "refused"), (entry.User, entry.Address, entry.Outcome)));
        Assert.Equal(5, audit.Entries.Count);
        Assert.Equal("0: 1,0", audit.Entries[3].After);

        cluster.Cut = api => api == ApiKey.ElectLeaders && Do(() => cluster.Topics["orders"] = [new(0, 0, [0, 1]), new(1, 1, [1, 0])]);
        var elected = await Commands().RunAsync(new ElectLeaders(ElectionType.Preferred, "orders", [0]), anna, null, Token);
        Assert.Equal(CommandEnd.Done, elected.End);
    }

    /// <summary>Elects leaders of the topic orders.</summary>
    sealed class OnlyElections : IPermissions
    {
        public bool May(Permission permission) => permission is { Action: AccessAction.Elect, Name: "orders" };

        public string RolesOn(string? cluster) => "helper";

        public ImmutableArray<FieldMask> Masks(string cluster, string topic) => [];
    }

    [Fact]
    public async Task A_poll_that_times_out_leaves_a_slow_command_alone()
    {
        var options = new ClusterMonitorOptions
        {
            Id = "t",
            Name = "t",
            Kind = ClusterKind.Remote,
            Kafka = $"127.0.0.1:{cluster.Port}",
            CallDeadline = TimeSpan.FromMilliseconds(500),
            CommandDeadline = Eventually.Deadline,
        };
        cluster.Silent = request => request is ListGroupsRequest or DescribeLogDirsRequest;
        var answer = new TaskCompletionSource();
        cluster.Late = request => request is CreateTopicsRequest ? answer.Task : null;
        await using var monitor = new ClusterMonitor(options, audit, NullLoggerFactory.Instance, TimeProvider.System);
        monitor.Start();
        await monitor.WaitForAsync(s => s.Topics.Value is not null, Eventually.Deadline, Token);
        var creation = monitor.Commands.RunAsync(Create("new"), Actor.Program("me"), null, Token);
        await Eventually.TrueAsync(() => cluster.Asked<CreateTopicsRequest>() == 1, "the creation is asked for");
        monitor.RequestRefresh();
        var polls = cluster.Asked<DescribeLogDirsRequest>();
        await Eventually.TrueAsync(
            () =>
            {
                monitor.RequestRefresh();
                return cluster.Asked<DescribeLogDirsRequest>() > polls + 1;
            },
            "polls have timed out meanwhile");
        await monitor.WaitForAsync(
            s => s.LogDirs.Error is { } error && error.Message.Contains("DescribeLogDirs", StringComparison.Ordinal),
            Eventually.Deadline,
            Token);
        Assert.Null(monitor.Current.Topics.Error);
        answer.SetResult();
        var result = await creation;
        Assert.Equal((CommandEnd.Done, null), (result.End, result.Reason?.Code));
    }

    /// <summary>True for the creation, once it has taken its effect.</summary>
    static bool Do(IKafkaRequest request, Action effect) => request is CreateTopicsRequest && Do(effect);

    static bool Do(Action effect)
    {
        effect();
        return true;
    }
}
