using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Commands.Running;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Commands;

/// <summary>What plans say of changes of a topic, what is sent, and what becomes of what is not answered.</summary>
public sealed class TopicChangeTests : IAsyncDisposable
{
    readonly ScriptedCluster cluster = new();
    readonly ScriptedTopic topic = new();
    readonly TestAudit audit = new();
    readonly KafkaCluster kafka;
    int configsRead;
    ClusterSnapshot snapshot = Snapshot(
        [Topic("orders", Partition(0, 0, [0, 1], [0, 1]), Partition(1, 0, [1, 0], [0, 1]))],
        groups: [Group("billing") with { Offsets = [new("orders", 0, 40, 100, 60, null, null, null)] }]);

    public TopicChangeTests()
    {
        kafka = new([("127.0.0.1", cluster.Port)], new KafkaClientOptions
        {
            RequestTimeout = Eventually.Deadline,
            OperationTimeout = TimeSpan.FromMilliseconds(1),
            ConnectTimeout = Eventually.Deadline,
            SilentPatience = Eventually.Deadline,
        });
        cluster.Topics["orders"] = [new(0, 0, [0, 1]), new(1, 0, [1, 0])];
        cluster.Other = topic.Answer;
        var sizes = new Dictionary<ReplicaKey, ReplicaInfo>
        {
            [new("orders", 0, 0)] = new(1000, 0, false),
            [new("orders", 1, 0)] = new(400, 0, false),
        };
        snapshot = snapshot with
        {
            LogDirs = Section<LogDirTable>.Unread.Read(new(sizes, ImmutableDictionary<int, BrokerLogDirs>.Empty), Start),
        };
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    ClusterCommands Commands => new(
        () => new() { Id = "t", Name = "t", Kind = ClusterKind.Remote, CommandLookUp = TimeSpan.FromMilliseconds(600) },
        () => false, kafka, () => snapshot, audit, () => { }, TimeProvider.System)
    {
        ReadConfigs = () => configsRead++,
    };

    static AlterTopicConfigs Set(params (string Key, string Value)[] set) =>
        new("orders", set.ToImmutableDictionary(one => one.Key, one => one.Value), []);

    Task<CommandResult> RunAsync(ClusterCommand command) => Commands.RunAsync(command, Actor.Program("me"), null, Token);

    public async ValueTask DisposeAsync()
    {
        await kafka.DisposeAsync();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_plan_says_old_and_new_with_their_sources_and_what_the_brokers_say_where_the_topics_own_goes()
    {
        var plan = await Commands.PlanAsync(Set(("retention.ms", "3 days")) with { Remove = ["segment.ms"] }, Token);
        Assert.True(plan.CanRun, string.Join("; ", plan.Refusals));
        Assert.Equal("259200000", plan.Command.Set["retention.ms"]);
        Assert.Equal(["retention.ms", "segment.ms"], plan.Changes.Select(c => c.Name));
        Assert.Equal(new ConfigValue("86400000", "DYNAMIC_TOPIC_CONFIG"), plan.Changes[0].From);
        Assert.Equal(new ConfigValue("259200000", "DYNAMIC_TOPIC_CONFIG"), plan.Changes[0].To);
        Assert.Equal(new ConfigValue("604800000", "STATIC_BROKER_CONFIG"), plan.Changes[1].To);
        Assert.All(cluster.All<IncrementalAlterConfigsRequest>(), asked => Assert.True(asked.ValidateOnly));
        Assert.Empty(audit.Entries);
    }

    [Theory]
    [InlineData(true, "604800000", "DEFAULT_CONFIG")]
    [InlineData(false, null, "UNKNOWN")]
    public async Task What_the_brokers_do_not_tell_another_topic_shows_or_it_is_unknown(bool isShown, string? value, string source)
    {
        var configs = ImmutableDictionary<string, ImmutableArray<TopicConfig>>.Empty
            .Add("payments", [new("retention.ms", "604800000", isShown ? "DEFAULT_CONFIG" : ConfigValue.OfTopic, isShown, false, false)]);
        snapshot = snapshot with { TopicConfigs = Section<ConfigTable>.Unread.Read(new(configs), Start) };
        var plan = await Commands.PlanAsync(new AlterTopicConfigs("orders", Set().Set, ["retention.ms"]), Token);
        Assert.Equal(new ConfigValue(value, source), Assert.Single(plan.Changes).To);
    }

    [Fact]
    public async Task What_Kafka_refuses_stands_at_its_key_and_what_is_no_duration_too()
    {
        topic.Refused["min.cleanable.dirty.ratio"] = "Value must be no more than 1";
        var plan = await Commands.PlanAsync(
            Set(("min.cleanable.dirty.ratio", "50"), ("segment.bytes", "1 GiB"), ("retention.ms", "soon")), Token);
        Assert.Equal(["retention.ms", "min.cleanable.dirty.ratio"], plan.Refusals.Select(r => r.Subject));
        Assert.Equal("1073741824", plan.Changes.Single(c => c.Name == "segment.bytes").To.Value);
    }

    [Theory]
    [InlineData("1 s", "RecordsExpire", "150")]
    [InlineData("2 days", null, null)]
    public async Task Retention_below_the_age_of_records_says_how_many_go(string retention, string? key, string? records)
    {
        topic.OlderThan = [90, 60];
        var plan = await Commands.PlanAsync(Set(("retention.ms", retention)), Token);
        Assert.Equal(key, plan.Notes.FirstOrDefault()?.Key);
        Assert.Equal(records, plan.Notes.FirstOrDefault()?.Arguments[0]);
        if (key is not null)
        {
            // 90 of 100 records of 1,000 bytes, and 60 of 60 of 400
            Assert.Equal("1300", plan.Notes[0].Arguments[1]);
        }
    }

    [Fact]
    public async Task Where_no_leader_can_be_asked_what_goes_is_said_to_be_unknown_and_not_nothing()
    {
        cluster.Topics["orders"] = [new(0, -1, [0, 1]), new(1, 0, [1, 0])];
        var plan = await Commands.PlanAsync(Set(("retention.ms", "1 s")), Token);
        Assert.Equal(("ExpiryUnknown", "orders-0"), (Assert.Single(plan.Notes).Key, plan.Notes[0].Arguments[0]));
    }

    [Theory]
    [InlineData("min.insync.replicas", "3", "MinIsrAboveFactor")]
    [InlineData("min.insync.replicas", "2", "MinIsrIsFactor")]
    [InlineData("cleanup.policy", "compact", "CompactionBegins")]
    [InlineData("max.message.bytes", "1 KiB", "SmallerBatches")]
    [InlineData("retention.bytes", "600 B", "BytesExpire")]
    [InlineData("unclean.leader.election.enable", "true", "UncleanAllowed")]
    public async Task What_loses_data_or_refuses_producers_is_warned_of(string key, string value, string note) =>
        Assert.Equal(note, (await Commands.PlanAsync(Set((key, value)), Token)).Notes.First().Key);

    [Fact]
    public async Task Settings_are_written_once_and_audited_with_before_and_after()
    {
        var result = await RunAsync(Set(("retention.ms", "3 days")) with { Remove = ["segment.ms"] });
        Assert.Equal(CommandEnd.Done, result.End);
        var sent = Assert.Single(cluster.All<IncrementalAlterConfigsRequest>());
        Assert.False(sent.ValidateOnly);
        Assert.Equal(
            [("retention.ms", 0, "259200000"), ("segment.ms", 1, null)],
            sent.Resources[0].Configs.Select(c => (c.Name, (int)c.ConfigOperation, c.Value)));
        var entry = Assert.Single(audit.Entries);
        Assert.Equal(("topic.configs", "orders", "done"), (entry.Action, entry.Subject, entry.Outcome));
        Assert.Equal("retention.ms=86400000, segment.ms=3600000", entry.Before);
        Assert.Equal("retention.ms=259200000, segment.ms=604800000 (STATIC_BROKER_CONFIG)", entry.After);
        Assert.Equal(1, configsRead);
    }

    [Fact]
    public async Task What_somebody_else_changed_meanwhile_is_not_written_over()
    {
        var command = Set(("retention.ms", "3 days")) with
        {
            Seen = ImmutableDictionary<string, string?>.Empty.Add("retention.ms", "1000"),
        };
        var plan = await Commands.PlanAsync(command, Token);
        Assert.Equal((AlterTopicConfigs.ChangedCode, "retention.ms"), (plan.Refusals[0].Code, plan.Refusals[0].Subject));
        var result = await RunAsync(command);
        Assert.Equal(CommandEnd.Refused, result.End);
        Assert.Contains("it is 86400000 now", result.Refusals[0].Message, StringComparison.Ordinal);
        Assert.All(cluster.All<IncrementalAlterConfigsRequest>(), asked => Assert.True(asked.ValidateOnly));
    }

    [Theory]
    [InlineData(true, CommandEnd.Done, "ConfigsSet")]
    [InlineData(false, CommandEnd.Unknown, "ConfigsUnset")]
    public async Task Settings_that_are_not_answered_are_looked_up(bool happens, CommandEnd end, string seen)
    {
        cluster.Cut = api =>
        {
            topic.Own["retention.ms"] = api == ApiKey.IncrementalAlterConfigs && happens ? "1000" : topic.Own["retention.ms"];
            return api == ApiKey.IncrementalAlterConfigs;
        };
        var result = await RunAsync(Set(("retention.ms", "1000")));
        Assert.Equal((end, seen, 1), (result.End, Assert.Single(result.Seen).Key, cluster.CutOff));
    }

    [Fact]
    public async Task New_partitions_go_on_where_Kafkas_placement_began_and_what_is_shown_is_what_is_sent()
    {
        var plan = await Commands.PlanAsync(new AddPartitions("orders", 5, null), Token);
        Assert.Equal((true, 2, "KeysMove"), (plan.CanRun, plan.Before, Assert.Single(plan.Notes).Key));
        Assert.Equal(["2: 2,0", "3: 0,2", "4: 1,0"], plan.Placement.Select(p => $"{p.Key}: {string.Join(',', p.Value)}"));
        Assert.Equal(CommandEnd.Done, (await RunAsync(plan.Command)).End);
        var sent = cluster.Last<CreatePartitionsRequest>();
        Assert.False(sent.ValidateOnly);
        Assert.Equal(["2,0", "0,2", "1,0"], sent.Topics[0].Assignments!.Select(a => string.Join(',', a.BrokerIds)));
        var entry = Assert.Single(audit.Entries);
        Assert.Equal(("topic.partitions", "0: 0,1  1: 1,0"), (entry.Action, entry.Before));
        Assert.StartsWith("5 partitions, 2: 2,0", entry.After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_is_answered_with_why_and_not_with_a_hundred_thousand_replica_lists()
    {
        topic.MostPartitions = 100_000;
        var plan = await Commands.PlanAsync(new AddPartitions("orders", 100_001, null), Token);
        Assert.Equal(ErrorCode.InvalidPartitions, Assert.Single(plan.Refusals).Error);
        Assert.Empty(plan.Placement);
        Assert.Null(plan.Command.Assignment);
        var answered = JsonSerializer.Serialize(plan, JsonSerializerOptions.Web);
        Assert.InRange(answered.Length, 1, 2_000);
        Assert.StartsWith("{\"canRun\":false,\"refusals\":[{", answered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_refusals_the_first_are_told_and_how_many_there_are()
    {
        var offsets = Enumerable.Range(2, 1_000).ToImmutableDictionary(p => p, _ => 0L);
        var plan = await Commands.PlanAsync(new PurgeRecords("orders", null, offsets), Token);
        Assert.False(plan.CanRun);
        Assert.Equal(101, plan.Refusals.Length);
        Assert.Equal(("MORE_REFUSED", "900 more are left out here."), (plan.Refusals[^1].Code, plan.Refusals[^1].Message));
    }

    [Fact]
    public async Task An_assignment_of_other_partitions_than_the_new_ones_is_refused_with_their_numbers()
    {
        var wrong = ImmutableDictionary<int, ImmutableArray<int>>.Empty.Add(0, [1, 2]);
        var result = await RunAsync(new AddPartitions("orders", 3, wrong));
        Assert.Contains(
            "names 0; it has to name each new partition, from the first that is not there yet to 2 for a count of 3",
            result.Refusals[0].Message, StringComparison.Ordinal);
        Assert.Equal(0, cluster.Asked<CreatePartitionsRequest>());
    }

    [Theory]
    [InlineData(3, CommandEnd.Done, "PartitionsThere")]
    [InlineData(2, CommandEnd.Unknown, "PartitionsMissing")]
    public async Task Partitions_that_are_not_answered_are_counted(int count, CommandEnd end, string seen)
    {
        cluster.Cut = api =>
        {
            cluster.Topics["orders"] = [.. Enumerable.Range(0, count).Select(p => new ScriptedCluster.Partition(p, 0, [0, 1]))];
            return api == ApiKey.CreatePartitions;
        };
        var result = await RunAsync(new AddPartitions("orders", 3, null));
        Assert.Equal((end, seen, 1), (result.End, Assert.Single(result.Seen).Key, cluster.CutOff));
    }

    [Fact]
    public async Task A_purge_is_planned_with_its_offsets_records_bytes_and_the_groups_that_lose_something()
    {
        var plan = await Commands.PlanAsync(new PurgeRecords("orders", null, null), Token);
        Assert.Equal((160, 1400L), (plan.Records, plan.Bytes));
        Assert.Equal([(0, 0L, 100L, 100L), (1, 0L, 60L, 60L)], plan.Partitions.Select(p => (p.Partition, p.From, p.To, p.Records)));
        Assert.Equal([new PurgedGroup("billing", 60)], plan.Groups);
        Assert.Equal("UnreadPurged", Assert.Single(plan.Notes).Key);

        topic.Ends = [500, 500];
        var result = await RunAsync(plan.Command);
        Assert.Equal((CommandEnd.Done, 2), (result.End, result.Done));
        Assert.Equal([100L, 60L], topic.Deleted);
        var entry = Assert.Single(audit.Entries);
        Assert.Equal(("records.purge", "0: 0, 1: 0", "0: 100, 1: 60"), (entry.Action, entry.Before, entry.After));
    }

    [Fact]
    public async Task A_purge_to_a_time_goes_to_the_first_record_of_it_and_to_the_end_where_all_are_older()
    {
        topic.OlderThan = [70, -1];
        var plan = await Commands.PlanAsync(new PurgeRecords("orders", Start, null), Token);
        Assert.Equal([70L, 60L], plan.Partitions.Select(p => p.To));
    }

    [Theory]
    [InlineData(0, 101, "OFFSET_OUT_OF_RANGE")]
    [InlineData(0, -1, "OFFSET_OUT_OF_RANGE")]
    [InlineData(7, 1, "UNKNOWN_TOPIC_OR_PARTITION")]
    public async Task Offsets_that_the_log_does_not_have_are_refused_and_nothing_is_sent(int partition, long offset, string code)
    {
        var command = new PurgeRecords("orders", null, ImmutableDictionary<int, long>.Empty.Add(partition, offset).Add(1, 10));
        var refusal = Assert.Single((await Commands.PlanAsync(command, Token)).Refusals);
        Assert.Equal((code, $"orders-{partition}"), (refusal.Code, refusal.Subject));
        var result = await RunAsync(command);
        Assert.Equal((CommandEnd.Refused, code), (result.End, Assert.Single(result.Refusals).Code));
        Assert.Equal(0, cluster.Asked<DeleteRecordsRequest>());
    }

    [Fact]
    public async Task A_topic_that_is_only_compacted_is_not_purged()
    {
        var configs = ImmutableDictionary<string, ImmutableArray<TopicConfig>>.Empty
            .Add("orders", [new("cleanup.policy", "compact", "DYNAMIC_TOPIC_CONFIG", false, false, false)]);
        snapshot = snapshot with { TopicConfigs = Section<ConfigTable>.Unread.Read(new(configs), Start) };
        var refusal = Assert.Single((await Commands.PlanAsync(new PurgeRecords("orders", null, null), Token)).Refusals);
        Assert.Equal("POLICY_VIOLATION", refusal.Code);
        Assert.Equal(CommandEnd.Refused, (await RunAsync(new PurgeRecords("orders", null, null))).End);
        Assert.Equal(0, cluster.Asked<DeleteRecordsRequest>());
    }

    [Theory]
    [InlineData(true, CommandEnd.Done, "LogBegins")]
    [InlineData(false, CommandEnd.Unknown, "LogBeginsStill")]
    public async Task A_purge_that_is_not_answered_is_seen_by_where_the_logs_begin(bool happens, CommandEnd end, string seen)
    {
        cluster.Cut = api =>
        {
            topic.Begins = api == ApiKey.DeleteRecords && happens ? [50, 0] : topic.Begins;
            return api == ApiKey.DeleteRecords;
        };
        var result = await RunAsync(new PurgeRecords("orders", null, ImmutableDictionary<int, long>.Empty.Add(0, 50)));
        Assert.Equal((end, seen, 1), (result.End, Assert.Single(result.Seen).Key, cluster.CutOff));
        Assert.Equal("orders-0", result.Seen[0].Subject);
    }

    [Fact]
    public async Task Who_may_not_is_refused_before_anything_is_asked()
    {
        var nobody = new Actor("anna", null, Permissions.None);
        foreach (var command in (ClusterCommand[])
            [Set(("retention.ms", "1")), new AddPartitions("orders", 9, null), new PurgeRecords("orders", null, null)])
        {
            Assert.Equal("ACCESS_DENIED", (await Commands.RunAsync(command, nobody, null, Token)).Refusals.Single().Code);
        }

        Assert.Equal(0, cluster.Asked<MetadataRequest>());
        Assert.Equal(["topics", "topics", "records"], audit.Entries.Select(e => e.Error!.Contains("on records", StringComparison.Ordinal)
            ? "records"
            : "topics"));
    }
}
