using System.Diagnostics;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// What every collector has at hand. Collectors own no state that others see: they post changes of the monitor's state to its loop.
/// </summary>
sealed record CollectorContext(
    ClusterMonitorOptions Options,
    KafkaCluster? Kafka,
    ZooKeeperLink? ZooKeeper,
    HistoryStore History,
    TimeProvider Time,
    Action<Func<MonitorState, MonitorState>> Post,
    Func<ClusterSnapshot> Current)
{
    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Completes when what was posted so far is in the snapshot.</summary>
    public Func<Task> Applied { get; init; } = static () => Task.CompletedTask;

    public SectionError Error(Exception failure, ErrorSource source) => Errors.From(failure, source, Now);

    /// <summary>With its address, which is remembered of one that left the cluster meanwhile.</summary>
    public ErrorSource Broker(int id) => ErrorSource.Broker(id, Current().Brokers.Value?.Find(id)?.Endpoint);
}

/// <summary>One kind of reading.</summary>
abstract class Collector(CollectorContext context)
{
    readonly Tier tier = new(context.Time);

    protected CollectorContext Context => context;

    /// <summary>Reads now, or once more when a reading is under way.</summary>
    public virtual void Wake() => tier.Wake();

    public Task RunAsync(CancellationToken stopping) => tier.RunAsync(ReadSafelyAsync, () => Interval, stopping);

    protected abstract TimeSpan Interval { get; }

    /// <summary>Reads once and posts what it read. What it throws reaches <see cref="Failed"/>.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    /// <summary>How a failed reading changes the state: the section keeps its value and gets the error.</summary>
    protected abstract Func<MonitorState, MonitorState> Failed(SectionError error);

    /// <summary>What is asked.</summary>
    protected abstract ErrorSource Source { get; }

    async Task ReadSafelyAsync(CancellationToken stopping)
    {
        using var activity = MonitorActivities.Start(GetType().Name, context.Options.Id);
        try
        {
            await ReadAsync(stopping).ConfigureAwait(false);
            // where the loop is slower than the readings, each that waits for it would hold megabytes
            await context.Applied().WaitAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // the monitor ends
        }
        catch (Exception failure)
        {
            activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
            context.Post(Failed(context.Error(failure, Source)));
        }
    }
}
