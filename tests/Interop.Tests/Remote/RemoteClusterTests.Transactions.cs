using Confluent.Kafka;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Tests.Jobs;
using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>Transactions, commits that the log does not have, and jobs whose broker goes away.</summary>
public abstract partial class RemoteClusterTests
{
    [Fact]
    public async Task Records_behind_markers_and_aborted_records_are_found_and_an_open_transaction_is_named()
    {
        await using var topic = await TopicAsync("txn", 1, 1);
        using (var producer = Transactional("txn-done"))
        {
            producer.BeginTransaction();
            Enumerable.Range(0, 5).ToList().ForEach(i => Write(producer, "txn", $"good {i}"));
            producer.CommitTransaction();
            for (var i = 0; i < 40; i++)
            {
                producer.BeginTransaction();
                Write(producer, "txn", $"bad {i}");
                producer.Flush(Token);
                producer.AbortTransaction();
            }
        }

        await using var cluster = new Reading(Bootstrap);
        // a transaction is over for its producer once the coordinator has decided; the marker reaches the partition a moment later
        await Eventually.TrueAsync(
            async () => (await cluster.LastAsync("txn")).Partitions.Single() is { HeldUp: 0, Range.To: 86 }, "the last marker is written");
        var page = await cluster.LastAsync("txn");
        Assert.Equal(["good 4", "good 3", "good 2", "good 1", "good 0"], Reading.Values(page));
        Assert.Equal((86L, 86L, 0L), (page.Progress.Looked, page.Progress.Offsets, page.Partitions.Single().HeldUp));

        using var pending = Transactional("txn-pending");
        pending.BeginTransaction();
        Write(pending, "txn", "pending");
        pending.Flush(Token);
        await ProduceAsync("txn", 1, "behind", _ => 0);
        page = await cluster.LastAsync("txn");
        Assert.Equal(5, page.Messages.Length);
        var look = page.Partitions.Single();
        Assert.Equal((86L, 88L), (look.Stable, look.Stable + look.HeldUp));
        Assert.Equal("txn-pending", look.Holder!.TransactionalId);
        Assert.InRange(look.Holder.Since!.Value, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));

        pending.CommitTransaction();
        await Eventually.TrueAsync(
            async () => (await cluster.LastAsync("txn")).Partitions.Single() is { HeldUp: 0, Range.To: 89 }, "its marker is written");
        Assert.Equal(["behind", "pending", "good 4"], Reading.Values(await cluster.LastAsync("txn")).Take(3));
    }

    [Fact]
    public async Task A_group_that_has_read_all_of_a_transactional_topic_is_not_behind_in_time()
    {
        await using var topic = await TopicAsync("txn-read", 1, 1);
        using var producer = Transactional("txn-lag");
        for (var i = 0; i < 3; i++)
        {
            producer.BeginTransaction();
            Write(producer, "txn-read", $"{i}");
            producer.CommitTransaction();
        }

        await CommitAsync("txn-readers", "txn-read", 5);
        await UntilAsync(
            "groups/txn-readers",
            g => Sum(g, "lag") == 1 && g["offsets"]![0]!["lagSeconds"]?.GetValue<double>() == 0,
            "what is left is a marker");
    }

    [Fact]
    public async Task A_commit_beyond_the_end_is_a_negative_lag_as_Apache_prints_it()
    {
        await using var topic = await TopicAsync("ahead", 1, 1);
        await ProduceAsync("ahead", 10, "x", _ => 0);
        await CommitAsync("g-ahead", "ahead", 500);
        await UntilAsync("groups/g-ahead", g => Sum(g, "lag") == -490, "the commit lies 490 beyond the end");
        Assert.Contains("-490", await ToolAsync("kafka-consumer-groups.sh", "--describe", "--group", "g-ahead"), StringComparison.Ordinal);
        Assert.Contains("commits beyond the end", await Dashboard.Http.GetStringAsync("/clusters/remote", Token), StringComparison.Ordinal);
        await ToolAsync("kafka-consumer-groups.sh", "--delete", "--group", "g-ahead");
    }

    /// <summary>A consumer that only commits gives up at the first answer of a coordinator that is being found, or still reads.</summary>
    async Task CommitAsync(string group, string topic, long offset)
    {
        var settings = new ConsumerConfig { BootstrapServers = Bootstrap, GroupId = group, EnableAutoCommit = false };
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(settings).Build();
        await Eventually.TrueAsync(
            () =>
            {
                try
                {
                    consumer.Commit([new TopicPartitionOffset(topic, 0, offset)]);
                    return true;
                }
                catch (KafkaException e) when (e.Error.Code is ErrorCode.NotCoordinatorForGroup
                    or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.GroupLoadInProgress)
                {
                    return false;
                }
            },
            "the commit is taken");
    }

    [Fact]
    public async Task A_copy_waits_for_a_broker_that_was_killed_and_writes_each_record_once()
    {
        await using var from = await TopicAsync("away-from", 3, 1);
        await using var to = await TopicAsync("away-to", 3, 1);
        await using var world = new TransferWorld(Cluster.Bootstrap);
        await world.WriteAsync("away-from", 0, 6_000, _ => null, Cluster.Bootstrap);
        var job = await world.StartAsync(
            new { kind = "copy", topic = "away-from", target = new { topic = "away-to" }, rate = new { records = 1_000 } });
        await Eventually.TrueAsync(() => world.Runner.Find(job.Id)!.Progress.Done >= 1_000, "some are written");
        var brokers = await Rest.ValueAsync("brokers");
        var victim = $"kafka{brokers.AsArray().Last(b => !b!["isController"]!.GetValue<bool>())!.Int("id")}";
        await Cluster.KillAsync(victim);
        try
        {
            await Eventually.TrueAsync(
                () => Task.FromResult(world.Runner.Find(job.Id)!.Waiting is not null),
                () => $"the job waits: {world.Runner.Find(job.Id)}", TimeSpan.FromSeconds(120));
            // until ZooKeeper has given up its session, it may not register anew
            await UntilAsync(
                "topics/away-to", t => t["partitions"]!.AsArray().Any(p => p!.Int("leader") < 0), "the killed broker is given up");
        }
        finally
        {
            await Cluster.RestartAsync(victim);
        }

        job = await world.IsAsync(job, JobState.Done);
        Assert.Equal(6_000, job.Progress.ByTopic["away-to"]);
        TransferWorld.EachOnce(Enumerable.Range(0, 6_000), await world.RecordsAsync("away-to"));
        await UntilAsync("", s => s.Int("brokersDown") == 0 && s.Int("underReplicated") == 0, "all is well again");
    }
}
