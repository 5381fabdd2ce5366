using System.Net;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>
/// An operator's day on a cluster of three brokers, through the real program: what it says is what Apache's own tools and a consumer say,
/// and what it changes is what they see. The same on brokers of ours and on Apache's, with ZooKeeper and without.
/// </summary>
public abstract partial class OperatorTests : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected RunningDashboard Dashboard { get; private set; } = null!;

    /// <summary>Below the cluster "remote".</summary>
    protected Rest Rest { get; private set; } = null!;

    /// <summary>host:port of each broker, with commas.</summary>
    protected abstract string Bootstrap { get; }

    public async ValueTask InitializeAsync()
    {
        Dashboard = await OpenAsync();
        Rest = new Rest(Dashboard, "remote");
        await UntilAsync("brokers", b => b.AsArray().Count(broker => broker!.Text("state") == "up") == 3, "three brokers are up");
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Without them jobs know what they wrote by a header of each record.</summary>
    protected virtual bool HasTransactions => true;

    /// <summary>The program in front of the cluster, which is there by then.</summary>
    protected abstract Task<RunningDashboard> OpenAsync();

    /// <summary>A tool of a distribution that fits the cluster.</summary>
    protected abstract Task<ProgramResult> RunToolAsync(string tool, params string[] arguments);

    protected Task UntilAsync(string path, Func<JsonNode, bool> condition, string what) =>
        Rest.EventuallyAsync(path, condition, what, Patience);

    /// <summary>A tool that fits the cluster, given all brokers; standard error holds warnings about brokers that are down.</summary>
    protected async Task<string> ToolAsync(string tool, params string[] arguments)
    {
        var result = await RunToolAsync(tool, ["--bootstrap-server", Bootstrap, .. arguments]);
        Assert.True(result.ExitCode == 0, $"{tool}: {result}");
        return result.Output;
    }

    /// <summary>A topic whose replicas are all in sync; gone afterwards.</summary>
    protected async Task<IAsyncDisposable> TopicAsync(
        string name, int partitions, int? replicationFactor, Dictionary<string, int[]>? assignment = null)
    {
        var number = assignment is null ? partitions : (int?)null;
        var created = await Rest.PostAsync("topics", new { name, partitions = number, replicationFactor, assignment });
        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        await UntilAsync(
            $"topics/{name}",
            t => t["partitions"]!.AsArray() is var all
                && all.Count == partitions
                && all.All(p => p!.Ints("isr").Length == p!.Ints("replicas").Length),
            $"all replicas of {name} are in sync");
        return Rest.Removing(name);
    }

    protected static long Sum(JsonNode group, string figure) => group["offsets"]!.AsArray().Sum(o => o![figure]?.GetValue<long>() ?? 0);

    protected async Task ProduceAsync(string topic, int records, string value, Func<int, int> partition)
    {
        var settings = new ProducerConfig { BootstrapServers = Bootstrap, EnableIdempotence = true, LingerMs = 5 };
        using var producer = new ProducerBuilder<Null, string>(settings).Build();
        var places = Enumerable.Range(0, records).Select(i => new TopicPartition(topic, partition(i)));
        await Task.WhenAll(places.Select(place => producer.ProduceAsync(place, new Message<Null, string> { Value = value }, Token)));
    }

    protected IProducer<Null, string> Transactional(string id)
    {
        var settings = new ProducerConfig { BootstrapServers = Bootstrap, TransactionalId = id };
        var producer = new ProducerBuilder<Null, string>(settings).Build();
        producer.InitTransactions(Patience);
        return producer;
    }

    protected static void Write(IProducer<Null, string> producer, string topic, string value) =>
        producer.Produce(new TopicPartition(topic, 0), new() { Value = value });

    /// <summary>50 records over five partitions; a member that has read, and committed for, so many of them, and stays.</summary>
    protected async Task<IConsumer<Ignore, string>> ReadAsync(
        string topic, string group, int records, GroupProtocol protocol = GroupProtocol.Classic)
    {
        await ProduceAsync(topic, 50, "told", i => i % 5);
        var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig
        {
            BootstrapServers = Bootstrap,
            GroupId = group,
            GroupProtocol = protocol,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        }).Build();
        consumer.Subscribe(topic);
        await Eventually.TrueAsync(
            () => consumer.Consume(TimeSpan.FromMilliseconds(200)) is not null && consumer.Assignment.Count == 5,
            "the member reads",
            Patience);
        consumer.Commit(Enumerable.Range(0, 5).Select(partition => new TopicPartitionOffset(topic, partition, records / 5)));
        return consumer;
    }
}
