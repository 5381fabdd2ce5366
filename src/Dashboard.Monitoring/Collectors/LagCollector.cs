using Dashboard.Monitoring.Model;
using Kafka.Client;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Offsets of partitions and of groups, asked for at the same moment and posted together: lag is the difference of the two, and one that is some
/// seconds older than the other would show a lag that never was.
/// </summary>
sealed class LagCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    readonly OffsetReader offsets = new(context, kafka);
    readonly GroupReader groups = new(context, kafka);

    protected override TimeSpan Interval => Context.Options.OffsetInterval;

    protected override string Source => "the partitions' leaders and the group coordinators";

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state => GroupReader.Failed(error)(OffsetReader.Failed(error)(state));

    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        if (Context.Current().Topics.Value is not { } topics)
        {
            return;
        }

        var ends = SafelyAsync(() => offsets.ReadAsync(topics, cancellation), OffsetReader.Failed, "the partitions' leaders", cancellation);
        var committed = SafelyAsync(() => groups.ReadAsync(cancellation), GroupReader.Failed, "the group coordinators", cancellation);
        var (end, group) = (await ends.ConfigureAwait(false), await committed.ConfigureAwait(false));
        Context.Post(state => group(end(state)));
    }

    /// <summary>One that fails takes nothing from the other.</summary>
    async Task<Func<MonitorState, MonitorState>> SafelyAsync(
        Func<Task<Func<MonitorState, MonitorState>>> read, Func<SectionError, Func<MonitorState, MonitorState>> failed, string source, CancellationToken cancellation)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            return failed(Context.Error(failure, source));
        }
    }
}
