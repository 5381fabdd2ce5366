using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Admin;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// The controllers of a KRaft cluster, and with them who is the active one: Metadata names a random broker there. That brokers do not offer
/// DescribeQuorum says that the cluster is in ZooKeeper mode. On its own, so that controllers that are gone hold up nothing else.
/// </summary>
sealed class QuorumCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    /// <summary>Features change with an upgrade only.</summary>
    static readonly TimeSpan featuresEvery = TimeSpan.FromMinutes(1);

    IReadOnlyList<FinalizedFeature> features = [];
    DateTimeOffset? featuresRead;

    protected override TimeSpan Interval => Context.Options.MetadataInterval;

    protected override ErrorSource Source => ErrorSource.Controllers;

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { Quorum = state.Snapshot.Quorum.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var quorum = await kafka.DescribeQuorumAsync(cancellationToken).ConfigureAwait(false);
        var now = Context.Now;
        if (quorum is null)
        {
            var none = SectionError.Unsupported(Source, NotGiven.Quorum, now);
            // once: ZooKeeper mode stays what it is, and the same answer each second is no news
            Context.Post(state => state.Snapshot.Quorum is { Value: null, Error.Kind: SectionErrorKind.Unsupported }
                ? state
                : state with { Snapshot = state.Snapshot with { Quorum = Section<QuorumTable>.Unread.Failed(none) } });
            return;
        }

        // of a cluster that was set up anew they are other ones
        if (featuresRead is not { } read || now - read >= featuresEvery || Context.Current().Quorum.Value is null)
        {
            features = await kafka.GetFeaturesAsync(cancellationToken).ConfigureAwait(false);
            featuresRead = now;
        }

        Context.Post(state => state with
        {
            Snapshot = state.Snapshot with
            {
                Quorum = state.Snapshot.Quorum.Read(QuorumTables.From(quorum, features, state.Snapshot.Quorum.Value, now), now),
            },
        });
    }
}
