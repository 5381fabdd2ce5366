using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Has the metadata checked also while no page asks for it: seldom, since a check asks every broker for everything, and each minute while
/// something differs, so that it is seen to end.
/// </summary>
sealed class MetadataCheckCollector(CollectorContext context, IMetadataCheck check) : Collector(context)
{
    static readonly TimeSpan seldom = TimeSpan.FromMinutes(5);
    static readonly TimeSpan whileDifferent = TimeSpan.FromMinutes(1);

    /// <summary>A cluster that was just opened, or just started, is still settling.</summary>
    bool isSettled;

    protected override TimeSpan Interval =>
        Context.Current().Differences.Value is null or { Total: > 0 } ? whileDifferent : seldom;

    protected override ErrorSource Source => ErrorSource.MetadataCheck;

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state => state;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (isSettled)
        {
            await check.ReadAsync(cancellationToken).ConfigureAwait(false); // which publishes it
        }

        isSettled = true;
    }
}
