using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Whether brokers of another cluster answer at addresses of this one: where one of its own is gone, nobody else would look.
/// </summary>
sealed class ForeignBrokerCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(10);

    protected override ErrorSource Source => ErrorSource.Kafka(Context.Options.Kafka ?? "");

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await kafka.LookAtTheGoneAsync(cancellationToken).ConfigureAwait(false);
        // what was noted is taken up with each change of the state; this is one only where there is something new
        if (!kafka.Options.Cluster!.Foreign.SequenceEqual(Context.Current().ForeignBrokers))
        {
            Context.Post(state => state with { });
        }
    }

    /// <summary>That an address does not answer is the other tiers' to tell.</summary>
    protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state => state;
}
