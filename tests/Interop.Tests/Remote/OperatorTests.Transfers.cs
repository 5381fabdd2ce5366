using System.Text;
using Confluent.Kafka;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Tests.Jobs;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>Copy and redrive by transactions.</summary>
public abstract partial class OperatorTests
{
    [Fact]
    public async Task A_redrive_killed_between_its_steps_writes_each_record_once_and_leaves_no_group()
    {
        await using var from = await TopicAsync("dead", 2, 1);
        await using var to = await TopicAsync("revived", 3, 2);
        await using var world = new TransferWorld(Bootstrap);
        await world.WriteAsync("dead", 0, 12_000, _ => ("x-original-topic", "revived"), Bootstrap);
        foreach (var crash in (Crash[])[Crash.AfterWriting, Crash.BeforeWriting, Crash.BeforeWriting, Crash.AfterWriting])
        {
            world.Writers.Crashes.Enqueue(crash);
        }

        var job = await world.StartAsync(new { kind = "redrive", topic = "dead" });
        await world.IsAsync(job, JobState.Failed);
        await world.GoOnAsync(job);
        await world.IsAsync(job, JobState.Failed);
        using (HasTransactions ? Hanging(job.Id, "revived") : null)
        {
            Assert.Equal(3, await world.EndAsync(job));
        }

        TransferWorld.EachOnce(Enumerable.Range(0, 12_000), await world.RecordsAsync("revived"));
        Assert.Equal(12_000, world.Runner.Find(job.Id)!.Progress.ByTopic["revived"]);
        var groups = await ToolAsync("kafka-consumer-groups.sh", "--list");
        Assert.DoesNotContain("castellan-job", groups, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_keeps_bytes_headers_partitions_and_times()
    {
        await using var from = await TopicAsync("copy-from", 3, 1);
        await using var to = await TopicAsync("copy-to", 3, 1);
        await using var world = new TransferWorld(Bootstrap, Bootstrap);
        await world.WriteAsync("copy-from", 0, 300, i => ("h", $"{i}"), Bootstrap);
        var job = await world.StartAsync(new
        {
            kind = "copy",
            topic = "copy-from",
            target = new { cluster = "two", topic = "copy-to" },
            keepPartitions = true,
            keepTimestamps = true,
        });
        await world.IsAsync(job, JobState.Done);
        var (read, written) = (await world.RecordsAsync("copy-from"), await world.RecordsAsync("copy-to", "two"));
        Assert.Equal(read.Select(Whole), written.Select(Whole));
    }

    /// <summary>By which a job knows what it wrote, where there are no transactions.</summary>
    const string TransferHeader = "castellan.job";

    static string Whole(Dashboard.Monitoring.MessageView record) =>
        $"{record.Partition} {record.Timestamp} {TransferWorld.KeyOf(record)} {Convert.ToHexString(record.Value!.Value.AsSpan())} "
        + string.Join(
            ';',
            record.Headers.Where(h => h.Name != TransferHeader)
                .Select(h => $"{h.Name}={Encoding.UTF8.GetString(h.Value!.Value.AsSpan())}"));

    /// <summary>The program died within a transaction: its records are there and never to be seen.</summary>
    IProducer<string, string> Hanging(string job, string topic)
    {
        var settings = new ProducerConfig { BootstrapServers = Bootstrap, TransactionalId = $"castellan-job-{job}" };
        var producer = new ProducerBuilder<string, string>(settings).Build();
        producer.InitTransactions(Patience);
        producer.BeginTransaction();
        Enumerable.Range(0, 100).ToList().ForEach(i => producer.Produce(topic, new() { Key = $"{i}", Value = "half" }));
        producer.Flush(Token);
        return producer;
    }
}
