using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Offsets of partitions and of groups, asked for at the same moment and posted together: lag is the difference of the two, and one that is
/// some seconds older than the other would show a lag that never was. Groups on a screen are read more often in between, never at the same
/// time as all.
/// </summary>
sealed class LagCollector(CollectorContext context, KafkaCluster kafka, Func<IReadOnlyCollection<string>> seen) : Collector(context)
{
    readonly OffsetReader offsets = new(context, kafka);
    readonly GroupReader groups = new(context, kafka);
    readonly FastLane fast = new(context, kafka);
    DateTimeOffset allReadAt = DateTimeOffset.MinValue;
    int isAllDue;

    protected override TimeSpan Interval
    {
        get
        {
            var untilAll = allReadAt + Context.Options.OffsetInterval - Context.Now;
            untilAll = untilAll > TimeSpan.Zero ? untilAll : TimeSpan.Zero;
            return seen().Count > 0 && fast.Pause < untilAll ? fast.Pause : untilAll;
        }
    }

    protected override ErrorSource Source => ErrorSource.LagSources;

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => GroupReader.Failed(error)(OffsetReader.Failed(error)(state));

    /// <summary>Reads everything.</summary>
    public override void Wake()
    {
        Volatile.Write(ref isAllDue, 1);
        base.Wake();
    }

    /// <summary>Reads what is on a screen now: it was opened a moment ago.</summary>
    public void WakeFast() => base.Wake();

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        // taken off first: a Wake that comes while this reads asks for one more
        if (Interlocked.Exchange(ref isAllDue, 0) == 0 && Context.Now < allReadAt + Context.Options.OffsetInterval)
        {
            await fast.ReadAsync(seen(), cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await ReadAllAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // also after a failure: a cluster that cannot be read is not asked again at once
            allReadAt = Context.Now;
        }
    }

    async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        if (Context.Current().Topics.Value is not { } topics)
        {
            return;
        }

        // both started before either is awaited: lag is the difference of the two, and a second between them is a lag that never was
        var ends = SafelyAsync(
            () => offsets.ReadAsync(topics, cancellationToken), OffsetReader.Failed, ErrorSource.Leaders, cancellationToken);
        var committed = SafelyAsync(
            () => groups.ReadAsync(cancellationToken), GroupReader.Failed, ErrorSource.Coordinators, cancellationToken);
        var (end, group) = (await ends.ConfigureAwait(false), await committed.ConfigureAwait(false));
        Context.Post(state => group(end(state)));
    }

    /// <summary>One that fails takes nothing from the other.</summary>
    async Task<Func<MonitorState, MonitorState>> SafelyAsync(
        Func<Task<Func<MonitorState, MonitorState>>> read,
        Func<SectionError, Func<MonitorState, MonitorState>> failed,
        ErrorSource source,
        CancellationToken cancellationToken)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return failed(Context.Error(failure, source));
        }
    }
}
