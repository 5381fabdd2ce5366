using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Kafka.Client;

namespace Dashboard.Monitoring.Collectors;

/// <summary>What every collector has at hand. Collectors own no state that others see: they post changes of the monitor's state to its loop.</summary>
sealed record CollectorContext(
    ClusterMonitorOptions Options, KafkaCluster? Kafka, ZooKeeperLink? ZooKeeper, HistoryStore History, TimeProvider Time, Action<Func<MonitorState, MonitorState>> Post, Func<ClusterSnapshot> Current)
{
    public DateTimeOffset Now => Time.GetUtcNow();

    public SectionError Error(Exception failure, string source) => Errors.From(failure, source, Now);

    /// <summary>With its address, which is remembered of one that left the cluster meanwhile.</summary>
    public string BrokerName(int id) =>
        Current().Brokers.Value?.Find(id) is { Host: { } host, Port: { } port } ? $"broker {id} at {host}:{port}" : $"broker {id}";
}

/// <summary>One kind of reading.</summary>
abstract class Collector(CollectorContext context)
{
    readonly Tier tier = new(context.Time);

    protected CollectorContext Context => context;

    public void Wake() => tier.Wake();

    public Task RunAsync(CancellationToken stopping) => tier.RunAsync(ReadSafelyAsync, () => Interval, stopping);

    protected abstract TimeSpan Interval { get; }

    /// <summary>Reads once and posts what it read. What it throws reaches <see cref="Failed"/>.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellation);

    /// <summary>How a failed reading changes the state: the section keeps its value and gets the error.</summary>
    protected abstract Func<MonitorState, MonitorState> Failed(SectionError error);

    /// <summary>What is asked, as people name it.</summary>
    protected abstract string Source { get; }

    async Task ReadSafelyAsync(CancellationToken stopping)
    {
        try
        {
            await ReadAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // the monitor ends
        }
        catch (Exception failure)
        {
            context.Post(Failed(context.Error(failure, Source)));
        }
    }
}
