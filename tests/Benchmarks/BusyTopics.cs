using Confluent.Kafka;

namespace Benchmarks;

/// <summary>A build of Castellan with a cluster of its own, whose 50 topics get records all the time.</summary>
sealed class BusyTopics : IAsyncDisposable
{
    const int Topics = 50;

    readonly CancellationTokenSource ended = new();
    readonly IProducer<Null, string> producer;
    readonly Task producing;

    BusyTopics(string name, CastellanCluster cluster)
    {
        (Name, Cluster) = (name, cluster);
        producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = cluster.Bootstrap, LingerMs = 20 }).Build();
        producing = Task.Run(ProduceAsync);
    }

    public string Name { get; }

    public CastellanCluster Cluster { get; }

    /// <summary>Of the list of its topics.</summary>
    public string Address => new Uri(new Uri(Cluster.Address), "/clusters/local/topics").ToString();

    /// <param name="program">Its Castellan.dll; null: that of this build.</param>
    static async Task<BusyTopics> StartAsync(string name, string? program) =>
        new(name, await CastellanCluster.HostAsync(program, "--no-sample", "--coordinators", "1", "--brokers", "1"));

    /// <summary>This build, and before it an older one where there is one.</summary>
    /// <param name="before">Its Castellan.dll; null: there is nothing to compare with.</param>
    public static async Task<IReadOnlyList<BusyTopics>> StartAllAsync(string? before) => before is null
        ? [await StartAsync("now", null)]
        : [await StartAsync("before", before), await StartAsync("now", null)];

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await producing;
        producer.Dispose();
        ended.Dispose();
        Cluster.Dispose();
    }

    async Task ProduceAsync()
    {
        try
        {
            while (true)
            {
                for (var topic = 0; topic < Topics; topic++)
                {
                    producer.Produce($"bench-{topic:00}", new Message<Null, string> { Value = "a record of the benchmark" });
                }

                await Task.Delay(100, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            producer.Flush(TimeSpan.FromSeconds(5));
        }
    }
}
