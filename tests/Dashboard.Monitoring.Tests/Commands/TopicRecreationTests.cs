using System.Collections.Immutable;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Commands.Running;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Commands;

/// <summary>A topic that is made anew: what is asked before anything goes, and what is left in hand where it does not come again.</summary>
public sealed class TopicRecreationTests : IAsyncDisposable
{
    readonly ScriptedCluster cluster = new();
    readonly ScriptedTopic topic = new();
    readonly TestAudit audit = new();
    readonly List<string> steps = [];
    readonly KafkaCluster kafka;
    ErrorCode refuseCreation;
    ErrorCode refuseDeletion;
    ClusterSnapshot snapshot = Snapshot(
        [Topic("orders", Partition(0, 0, [0, 1], [0, 1]), Partition(1, 1, [1, 0], [0, 1]))],
        groups: [Group("billing") with { Offsets = [new("orders", 0, 40, 100, 60, null, null, null)] }]);

    public TopicRecreationTests()
    {
        kafka = new([("127.0.0.1", cluster.Port)], new KafkaClientOptions
        {
            RequestTimeout = Eventually.Deadline,
            OperationTimeout = TimeSpan.FromMilliseconds(1),
            ConnectTimeout = Eventually.Deadline,
            SilentPatience = Eventually.Deadline,
        });
        cluster.Topics["orders"] = [new(0, 0, [0]), new(1, 0, [0])];
        cluster.Refuse = Refuse;
        cluster.Other = request => request is DeleteTopicsRequest delete ? Delete(delete) : topic.Answer(request);
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    ClusterCommands Commands => new(
        () => new() { Id = "t", Name = "t", Kind = ClusterKind.Remote, CommandLookUp = TimeSpan.FromMilliseconds(600) },
        () => false, kafka, () => snapshot, audit, () => { }, TimeProvider.System);

    Task<CommandResult> RunAsync(Actor? actor = null) =>
        Commands.RunAsync(new RecreateTopic("orders"), actor ?? Actor.Program("me"), new Steps(steps), Token);

    public async ValueTask DisposeAsync()
    {
        await kafka.DisposeAsync();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_plan_has_the_placement_and_the_topics_own_settings_and_says_what_is_lost()
    {
        var plan = await Commands.PlanAsync(new RecreateTopic("orders"), Token);
        Assert.True(plan.CanRun, string.Join("; ", plan.Refusals));
        Assert.Equal([0], plan.Again!.Assignment![1]);
        Assert.Equal("86400000", plan.Again.Configs["retention.ms"]);
        Assert.Equal(2, plan.Again.Configs.Count);
        Assert.Equal("billing", Assert.Single(plan.Groups).GroupId);
        Assert.Empty(audit.Entries);
        Assert.Equal(0, cluster.Asked<DeleteTopicsRequest>());
        Assert.All(cluster.All<CreateTopicsRequest>(), asked => Assert.True(asked.ValidateOnly));
    }

    [Fact]
    public async Task It_is_deleted_and_created_again_as_it_was_each_once()
    {
        var result = await RunAsync();
        Assert.Equal((CommandEnd.Done, 1), (result.End, result.Done));
        Assert.Null(result.Again);
        var made = Assert.Single(cluster.All<CreateTopicsRequest>(), asked => !asked.ValidateOnly);
        Assert.Equal([0, 1], made.Topics[0].Assignments.Select(a => a.PartitionIndex).Order());
        Assert.Equal(["retention.ms", "segment.ms"], made.Topics[0].Configs.Select(c => c.Name).Order());
        Assert.Equal(1, cluster.Asked<DeleteTopicsRequest>());
        Assert.Equal(["Reading", "Deleting", "Going", "Creating"], steps.Where(step => step is not ("Sent" or "Answered")));
        var entry = Assert.Single(audit.Entries);
        Assert.Equal(("topic.recreate", "done"), (entry.Action, entry.Outcome));
        Assert.Contains("0: 0  1: 0, retention.ms=86400000", entry.Before, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_Kafka_would_not_create_it_again_it_is_not_deleted()
    {
        refuseCreation = ErrorCode.PolicyViolation;
        var plan = await Commands.PlanAsync(new RecreateTopic("orders"), Token);
        Assert.Equal("POLICY_VIOLATION", Assert.Single(plan.Refusals).Code);
        var result = await RunAsync();
        Assert.Equal(CommandEnd.Refused, result.End);
        Assert.Contains("not deleted", result.Refusals[0].Message, StringComparison.Ordinal);
        Assert.Equal(0, cluster.Asked<DeleteTopicsRequest>());
        Assert.Equal("refused", audit.Entries[0].Outcome);
    }

    [Fact]
    public async Task A_deletion_that_is_refused_creates_nothing()
    {
        refuseDeletion = ErrorCode.TopicDeletionDisabled;
        var result = await RunAsync();
        Assert.Equal((CommandEnd.Refused, "TOPIC_DELETION_DISABLED"), (result.End, result.Refusals[0].Code));
        Assert.Null(result.Again);
        Assert.DoesNotContain(cluster.All<CreateTopicsRequest>(), asked => !asked.ValidateOnly);
    }

    [Fact]
    public async Task A_creation_that_is_refused_after_the_deletion_leaves_all_it_takes()
    {
        cluster.Refuse = request =>
            request is CreateTopicsRequest { ValidateOnly: false } ? ErrorCode.InvalidReplicationFactor : Refuse(request);
        var result = await RunAsync();
        Assert.Equal((CommandEnd.Refused, "INVALID_REPLICATION_FACTOR"), (result.End, result.Refusals[0].Code));
        Assert.Equal(2, result.Again!.Assignment!.Count);
        Assert.Equal("3600000", result.Again.Configs["segment.ms"]);
        Assert.Equal("refused", audit.Entries[0].Outcome);
        Assert.Equal("deleted, and not created again", audit.Entries[0].After);

        cluster.Refuse = _ => ErrorCode.None;
        Assert.Equal(CommandEnd.Done, (await Commands.RunAsync(result.Again, Actor.Program("me"), null, Token)).End);
    }

    [Fact]
    public async Task The_name_is_waited_for_while_the_controller_still_has_the_topic()
    {
        var busy = 3;
        cluster.Refuse = request => request is CreateTopicsRequest { ValidateOnly: true } asked && asked.Topics[0].Name == "orders"
            && busy-- > 0 ? ErrorCode.TopicAlreadyExists : ErrorCode.None;
        Assert.Equal(CommandEnd.Done, (await RunAsync()).End);
        Assert.True(busy < 0);
    }

    [Fact]
    public async Task Replicas_on_a_broker_that_is_down_keep_it_from_being_deleted()
    {
        cluster.Topics["orders"] = [new(0, 0, [0, 77])];
        var plan = await Commands.PlanAsync(new RecreateTopic("orders"), Token);
        Assert.Contains("77", Assert.Single(plan.Refusals).Message, StringComparison.Ordinal);
        Assert.Equal(CommandEnd.Refused, (await RunAsync()).End);
        Assert.Equal(0, cluster.Asked<DeleteTopicsRequest>());
    }

    [Theory]
    [InlineData(AccessAction.Delete)]
    [InlineData(AccessAction.Create)]
    public async Task It_takes_both_to_delete_and_to_create(AccessAction lacks)
    {
        var result = await RunAsync(new Actor("me", null, new AllBut(lacks)));
        Assert.Equal((CommandEnd.Refused, Refusal.DeniedCode), (result.End, result.Refusals[0].Code));
        Assert.Equal(0, cluster.Asked<DeleteTopicsRequest>());
    }

    ErrorCode Refuse(IKafkaRequest request) => request is CreateTopicsRequest ? refuseCreation : ErrorCode.None;

    DeleteTopicsResponse Delete(DeleteTopicsRequest request)
    {
        var name = request.Topics.FirstOrDefault()?.Name ?? request.TopicNames.First();
        if (refuseDeletion == ErrorCode.None)
        {
            cluster.Topics.TryRemove(name, out _);
        }

        return new() { Responses = [new() { Name = name, ErrorCode = (short)refuseDeletion }] };
    }

    sealed class AllBut(AccessAction lacks) : IPermissions
    {
        public bool May(Permission permission) => permission.Action != lacks;

        public string RolesOn(string? cluster) => "some";

        public ImmutableArray<FieldMask> Masks(string cluster, string topic) => [];
    }

    sealed class Steps(List<string> steps) : IProgress<CommandProgress>
    {
        public void Report(CommandProgress value) => steps.Add(value.Key);
    }
}
