using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Testing;
using ZooKeeper.Client;

namespace Interop.Tests.Durability;

/// <summary>Writes numbered records and znodes without end, and notes which were acknowledged.</summary>
sealed class Load : IAsyncDisposable
{
    public const string Topic = "kept";
    public const string Root = "/kept";
    const int inFlight = 64;

    readonly ProcessCluster cluster;
    readonly CancellationTokenSource stopping = new();
    readonly IProducer<Null, string> producer;
    readonly List<Task> running = [];
    string lastZnodeError = "";

    public Load(ProcessCluster cluster)
    {
        this.cluster = cluster;
        producer = new ProducerBuilder<Null, string>(new ProducerConfig
        {
            BootstrapServers = cluster.Bootstrap,
            EnableIdempotence = true,
            Acks = Acks.All,
            LingerMs = 2,
            MessageTimeoutMs = 180_000,
            ReconnectBackoffMaxMs = 500,
        }).SetErrorHandler((_, error) => LastError = error.Reason).Build();
        running.Add(Task.Run(ProduceAsync));
        running.Add(Task.Run(WriteZnodesAsync));
    }

    public ConcurrentDictionary<string, TopicPartitionOffset> Records { get; } = new();

    public ConcurrentDictionary<string, bool> Znodes { get; } = new();

    /// <summary>What the producer said last; a fatal error ends the load and fails the test.</summary>
    public string LastError { get; set; } = "";

    /// <summary>Waits until so many more were acknowledged: the cluster serves.</summary>
    public async Task GoesOnAsync(string when, int records = 200, int znodes = 50)
    {
        var (recordsNow, znodesNow) = (Records.Count, Znodes.Count);
        try
        {
            await Eventually.TrueAsync(
                () => running.Any(task => task.IsCompleted)
                    || (Records.Count >= recordsNow + records && Znodes.Count >= znodesNow + znodes),
                "",
                TimeSpan.FromSeconds(90));
            await Task.WhenAll(running.Where(task => task.IsCompleted));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"Not acknowledged {when}: {Records.Count - recordsNow} of {records} records, "
                    + $"{Znodes.Count - znodesNow} of {znodes} znodes. {LastError}; {lastZnodeError}\n{cluster.LogTails()}",
                e);
        }
    }

    /// <summary>What is under way is answered first.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        producer.Dispose();
        stopping.Dispose();
    }

    async Task ProduceAsync()
    {
        using var free = new SemaphoreSlim(inFlight);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        for (var i = 0; !stopping.IsCancellationRequested; i++)
        {
            await pace.WaitForNextTickAsync();
            await free.WaitAsync();
            var value = i.ToString(CultureInfo.InvariantCulture);
            producer.Produce(Topic, new Message<Null, string> { Value = value }, report =>
            {
                if (!report.Error.IsError)
                {
                    Records[value] = report.TopicPartitionOffset;
                }
                else if (report.Error.IsFatal)
                {
                    LastError = $"fatal: {report.Error.Reason}";
                }

                free.Release();
            });
        }

        producer.Flush(TimeSpan.FromSeconds(60));
    }

    async Task WriteZnodesAsync()
    {
        var client = cluster.ZooKeeper();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        try
        {
            for (var i = 0; !stopping.IsCancellationRequested; i++)
            {
                await pace.WaitForNextTickAsync();
                var name = i.ToString(CultureInfo.InvariantCulture);
                try
                {
                    await client.CreateAsync($"{Root}/{name}", Encoding.ASCII.GetBytes(name));
                    Znodes[name] = true;
                }
                catch (ZooKeeperException e)
                {
                    lastZnodeError = $"{client.State} at {client.ConnectedServer}: {e.Message}";
                    // not acknowledged: it may be there or not
                    if (client.State is SessionState.Expired or SessionState.Closed)
                    {
                        await client.DisposeAsync();
                        client = cluster.ZooKeeper();
                    }
                }
            }
        }
        finally
        {
            await client.DisposeAsync();
        }
    }
}
