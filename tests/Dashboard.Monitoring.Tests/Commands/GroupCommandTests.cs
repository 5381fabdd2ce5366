using System.Collections.Immutable;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Commands.Running;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Positions;
using Kafka.Client;
using Kafka.Client.Admin.Groups;
using Kafka.Client.Tests;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;

namespace Dashboard.Monitoring.Tests.Commands;

/// <summary>What is planned and done to a group, against a coordinator that answers late, wrongly or not at all.</summary>
public sealed partial class GroupCommandTests : IAsyncDisposable
{
    /// <summary>The consumers' assignment of partition 0 of "orders": version, topics, no user data.</summary>
    static readonly byte[] orders0 = [0, 0, 0, 0, 0, 1, 0, 6, .. "orders"u8, 0, 0, 0, 1, 0, 0, 0, 0, 255, 255, 255, 255];

    readonly FakeBroker broker = new();
    readonly TestAudit audit = new();
    readonly KafkaCluster kafka;
    readonly Dictionary<TopicPartition, long> committed = new() { [new("orders", 0)] = 50, [new("orders", 1)] = 60 };
    readonly List<string> members = [];
    bool isShare;
    long written = -1;
    Func<ApiKey, bool> cut = _ => false;
    Func<TopicPartition, ErrorCode> refuse = _ => ErrorCode.None;

    public GroupCommandTests()
    {
        broker.Handler = (_, request) => Answer(request);
        broker.Raw = (connection, header) =>
        {
            if (cut(header.ApiKey))
            {
                connection.Abort("test");
                return true;
            }

            return false;
        };
        kafka = new([("127.0.0.1", broker.Port)], new KafkaClientOptions
        {
            RequestTimeout = Eventually.Deadline,
            ConnectTimeout = Eventually.Deadline,
            SilentPatience = Eventually.Deadline,
        });
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await kafka.DisposeAsync();
        await broker.DisposeAsync();
    }

    ClusterCommands Commands(bool readOnly = false, TimeSpan? patience = null)
    {
        var options = new ClusterMonitorOptions
        {
            Id = "t",
            Name = "t",
            Kind = ClusterKind.Remote,
            ReadOnly = readOnly,
            CommandLookUp = patience ?? Eventually.Deadline,
        };
        return new(() => options, () => false, kafka, () => Build.Snapshot([]), audit, () => { }, TimeProvider.System);
    }

    Task<ResetOffsetsPlan> PlanAsync(string to, string? topic = null, params int[] ids)
    {
        var none = ImmutableSortedDictionary<string, ImmutableArray<int>?>.Empty;
        var topics = topic is null ? null : none.Add(topic, ids.Length == 0 ? null : [.. ids]);
        return Commands().PlanAsync(new ResetOffsets("readers", topics, OffsetTarget.Parse(to)), Token);
    }

    Task<CommandResult> RunAsync(ClusterCommand command, TimeSpan? patience = null) =>
        Commands(patience: patience).RunAsync(command, Actor.Program("me"), null, Token);

    int Asked<T>() => broker.Asked.Count(asked => asked.Body is T);

    [Theory]
    [InlineData("earliest", 10, 10)]
    [InlineData("latest", 100, 100)]
    [InlineData("offset:70", 70, 70)]
    [InlineData("offset:5", 10, 10)]
    [InlineData("shift:-45", 10, 15)]
    [InlineData("shift:1000000", 100, 100)]
    [InlineData("time:2026-11-21T13:55:00Z", 33, 100)] // nothing as young in partition 1
    public async Task Each_target_is_worked_out_of_each_log(string to, long first, long second)
    {
        var plan = await PlanAsync(to);
        Assert.True(plan.CanRun, string.Join("; ", plan.Refusals));
        Assert.Equal([first, second], plan.Offsets.Select(o => o.After!.Value));
        Assert.Equal([50L, 60L], plan.Offsets.Select(o => o.Before!.Value));
        Assert.Equal(0, Asked<OffsetCommitRequest>());
    }

    /// <summary>A producer may say any number as its time: nothing of a preview depends on whether a calendar has it.</summary>
    [Theory]
    [InlineData(1_795_000_000_000, 2026)]
    [InlineData(9_000_000_000_000_000_000, null)]
    public async Task The_time_of_where_it_begins_is_shown_where_there_is_one(long timestamp, int? year)
    {
        written = timestamp;
        var plan = await PlanAsync("time:2026-11-21T13:55:00Z");
        Assert.Equal((33L, year), (plan.Offsets[0].After!.Value, plan.Offsets[0].AfterAt?.Year));
    }

    [Fact]
    public async Task Where_nothing_is_committed_and_nothing_is_named_there_is_nothing_to_move()
    {
        committed.Clear();
        var plan = await PlanAsync("earliest");
        Assert.StartsWith("readers has committed nothing of what is asked", Assert.Single(plan.Refusals).Message, StringComparison.Ordinal);
        Assert.True((await PlanAsync("earliest", "orders")).CanRun);
    }

    [Fact]
    public async Task A_start_that_a_share_group_did_not_have_stays_as_it_is_and_the_plan_says_so()
    {
        isShare = true;
        var before = OffsetTarget.Parse("list") with { List = OffsetList.Parse("orders,0,20; orders,1,-", "readers") };
        var plan = await Commands().PlanAsync(new ResetOffsets("readers", null, before), Token);
        Assert.True(plan.CanRun, string.Join("; ", plan.Refusals));
        Assert.Equal([20L, 60L], plan.Offsets.Select(o => o.After!.Value));
        Assert.Equal(["1"], Assert.Single(plan.Notes, note => note.Key == "ShareStartsStay").Arguments);
    }

    [Fact]
    public async Task What_is_run_writes_what_was_previewed_and_the_audit_log_keeps_what_was_before()
    {
        var plan = await PlanAsync("earliest");
        Assert.Equal((90L, 0L), (plan.ReadAgain, plan.Skipped));
        Assert.Contains("ReadAgain", plan.Notes.Select(n => n.Key));
        var result = await RunAsync(plan.Command);
        Assert.Equal((CommandEnd.Done, 2), (result.End, result.Done));
        Assert.Equal([10L, 10L], committed.Values);
        var entry = Assert.Single(audit.Entries);
        Assert.Equal(
            ("offsets.reset", "readers", "orders,0,50; orders,1,60", "orders,0,10; orders,1,10", result.At),
            (entry.Action, entry.Subject, entry.Before, entry.After, entry.At));

        var undo = await PlanAsync("undo:" + OffsetTarget.Text(result.At));
        Assert.Equal([50L, 60L], undo.Offsets.Select(o => o.After!.Value));
        Assert.Equal(CommandEnd.Done, (await RunAsync(undo.Command)).End);
        Assert.Equal([50L, 60L], committed.Values);
    }

    [Fact]
    public async Task What_was_not_committed_before_is_deleted_when_it_is_put_back()
    {
        committed.Remove(new("orders", 1));
        var plan = await PlanAsync("latest", "orders");
        Assert.Equal([50L, null], plan.Offsets.Select(o => o.Before));
        var result = await RunAsync(plan.Command);
        var undo = await PlanAsync("undo:" + OffsetTarget.Text(result.At));
        Assert.Equal([50L, null], undo.Offsets.Select(o => o.After));
        Assert.Equal(CommandEnd.Done, (await RunAsync(undo.Command)).End);
        Assert.Equal(50, Assert.Single(committed).Value);
    }

    [Fact]
    public async Task A_group_with_members_is_refused_with_who_they_are()
    {
        members.AddRange(["a-1", "b-2"]);
        var plan = await PlanAsync("latest");
        Assert.True(plan is { CanRun: false, IsActive: true, Group.Members.Length: 2 });
        Assert.Equal("NON_EMPTY_GROUP", plan.Refusals[0].Code);
        Assert.Contains("a-1 on h, b-2 on h", plan.Refusals[0].Message, StringComparison.Ordinal);
        Assert.Equal(2, plan.Offsets.Length);
        Assert.Equal("NON_EMPTY_GROUP", (await Commands().PlanAsync(new DeleteGroup("readers"), Token)).Refusals[0].Code);
        var offsets = await Commands().PlanAsync(new DeleteOffsets("readers", "orders"), Token);
        Assert.Equal("GROUP_SUBSCRIBED_TO_TOPIC", offsets.Refusals[0].Code);
    }

    [Fact]
    public async Task Each_partition_answers_for_itself()
    {
        var plan = await PlanAsync("latest");
        refuse = partition => partition.Partition == 1 ? ErrorCode.UnknownMemberId : ErrorCode.None;
        var result = await RunAsync(plan.Command);
        Assert.Equal((CommandEnd.Refused, 1), (result.End, result.Done));
        Assert.Equal(("orders-1", "UNKNOWN_MEMBER_ID"), (Assert.Single(result.Refusals).Subject, result.Refusals[0].Code));
        Assert.Equal([100L, 60L], committed.Values);
    }

    [Fact]
    public async Task What_moved_since_the_preview_is_not_written_over()
    {
        var plan = await PlanAsync("latest");
        committed[new("orders", 1)] = 61;
        var result = await RunAsync(plan.Command);
        Assert.Equal((CommandEnd.Refused, Refusal.MovedCode), (result.End, Assert.Single(result.Refusals).Code));
        Assert.Contains("orders-1 of readers was at 60 in the preview and is at 61", result.Refusals[0].Message, StringComparison.Ordinal);
        Assert.Equal(0, Asked<OffsetCommitRequest>());
    }

    [Theory]
    [InlineData(true, CommandEnd.Done, "OffsetAt")]
    [InlineData(false, CommandEnd.Unknown, "OffsetStill")]
    public async Task A_reset_that_is_not_answered_is_looked_up_and_not_sent_again(bool happens, CommandEnd end, string seen)
    {
        var plan = await PlanAsync("latest");
        var cuts = 0;
        cut = api =>
        {
            if (api != ApiKey.OffsetCommit)
            {
                return false;
            }

            cuts++;
            foreach (var partition in committed.Keys.Where(_ => happens).ToList())
            {
                committed[partition] = 100;
            }

            return true;
        };
        var result = await RunAsync(plan.Command, happens ? null : TimeSpan.FromMilliseconds(600));
        Assert.Equal((end, 1), (result.End, cuts));
        Assert.All(result.Seen, one => Assert.Equal(seen, one.Key));
        Assert.Equal(happens ? "done" : "unknown", audit.Entries[0].Outcome);
    }

    [Fact]
    public async Task A_group_that_is_not_there_is_made_at_a_position()
    {
        committed.Clear();
        var nothing = await PlanAsync("latest");
        Assert.Equal((0, "NoOffsets"), (nothing.Command.Changes.Length, Assert.Single(nothing.Notes).Key));
        var plan = await PlanAsync("latest", "orders", 0);
        Assert.Equal(["NewGroup"], plan.Notes.Select(n => n.Key));
        Assert.Equal(CommandEnd.Done, (await RunAsync(plan.Command)).End);
        Assert.Equal((new TopicPartition("orders", 0), 100L), (Assert.Single(committed).Key, committed.Values.First()));
    }

    [Fact]
    public async Task What_is_named_and_not_there_is_refused_by_name()
    {
        var plan = await PlanAsync("latest", "orders", 0, 7);
        Assert.Equal(("UNKNOWN_TOPIC_OR_PARTITION", "orders-7"), (Assert.Single(plan.Refusals).Code, plan.Refusals[0].Subject));
        Assert.Equal("nowhere", Assert.Single((await PlanAsync("latest", "nowhere")).Refusals).Subject);
        var undo = await PlanAsync("undo:2026-01-01T00:00:00Z");
        Assert.Contains("no change", Assert.Single(undo.Refusals).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_cluster_that_is_read_only_or_by_whoever_may_not()
    {
        var plan = await PlanAsync("latest");
        var kept = await Commands(readOnly: true).RunAsync(plan.Command, Actor.Program("me"), null, Token);
        Assert.Equal(Refusal.ReadOnlyCode, Assert.Single(kept.Refusals).Code);
        var nobody = await Commands().RunAsync(plan.Command, new Actor("me", null, Permissions.None), null, Token);
        Assert.Equal(Refusal.DeniedCode, Assert.Single(nobody.Refusals).Code);
        Assert.Equal(0, Asked<OffsetCommitRequest>());
    }

    [Fact]
    public async Task A_group_is_deleted_and_its_offsets_are_kept_to_make_it_again()
    {
        var plan = await Commands().PlanAsync(new DeleteGroup("readers"), Token);
        var result = await RunAsync(plan.Command);
        Assert.Equal(CommandEnd.Done, result.End);
        Assert.Empty(committed);
        Assert.Equal("orders,0,50; orders,1,60", audit.Entries[0].Before);
        Assert.Equal(CommandEnd.Done, (await RunAsync((await PlanAsync("undo:" + OffsetTarget.Text(result.At))).Command)).End);
        Assert.Equal([50L, 60L], committed.Values);
        Assert.Equal("GROUP_ID_NOT_FOUND", (await Commands().PlanAsync(new DeleteGroup("other"), Token)).Refusals[0].Code);
    }

    [Fact]
    public async Task Members_are_removed_by_id_and_those_that_are_none_are_named()
    {
        members.AddRange(["a-1", "b-2"]);
        var missing = await Commands().PlanAsync(new RemoveMembers("readers", [new MemberName("c-3", null)]), Token);
        Assert.Equal(("UNKNOWN_MEMBER_ID", "c-3"), (Assert.Single(missing.Refusals).Code, missing.Refusals[0].Subject));
        var plan = await Commands().PlanAsync(new RemoveMembers("readers", [new MemberName("a-1", null)]), Token);
        Assert.Equal(["MemberComesBack"], plan.Notes.Select(n => n.Key));
        Assert.Equal(CommandEnd.Done, (await RunAsync(plan.Command)).End);
        Assert.Equal(["b-2"], members);
    }
}
