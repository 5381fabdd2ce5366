using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Znodes;

namespace Dashboard.Monitoring;

/// <summary>What is read of a cluster, and what makes it be read at once.</summary>
public sealed partial class ClusterMonitor
{
    void AddCollectors(CollectorContext context)
    {
        if (kafka is not null)
        {
            var metadata = new MetadataCollector(context, kafka);
            var lag = new LagCollector(context, kafka, () => interest.Groups);
            var configs = new ConfigCollector(context, kafka);
            var logDirs = new LogDirCollector(context, kafka);
            var reassignments = new ReassignmentCollector(context, new ControllerRequests(kafka, zooKeeper));
            var quorum = new QuorumCollector(context, kafka);
            collectors.AddRange([metadata, lag, new TailCollector(context, kafka), configs, logDirs, reassignments, quorum]);
            collectors.AddRange([new VersionCollector(context, kafka), new EligibleLeaderCollector(context, kafka)]);
            collectors.AddRange([new UnseenTopicCollector(context, kafka), new ForeignBrokerCollector(context, kafka)]);
            collectors.Add(new ClientLoadCollector(context, kafka.Options.Counts!, [kafka, commanded!]));
            collectors.Add(new MetadataCheckCollector(context, check));
            prompt.AddRange([metadata, lag, reassignments, logDirs, quorum]);
        }

        if (zooKeeper is not null)
        {
            collectors.Add(new EnsembleCollector(context, zooKeeper));
            collectors.Add(new LegacyOffsetCollector(context, zooKeeper));
            var registration = new RegistrationWatcher(context, zooKeeper, ReadAfterChange);
            collectors.Add(registration);
            prompt.Add(registration);
        }
    }

    /// <summary>
    /// The first topics start the tiers that need them; a new topic's configs and offsets are read at once, not at the next tick.
    /// </summary>
    void WakeDependents(ClusterSnapshot before, ClusterSnapshot after)
    {
        if (before.Identity.Value?.ClusterId is { } old && after.Identity.Value?.ClusterId is { } now && old != now)
        {
            collectors.ForEach(collector => collector.Wake());
        }

        if (!ReferenceEquals(before.Topics.Value, after.Topics.Value))
        {
            Wake<EligibleLeaderCollector>();
        }

        // by the number: one that was renamed by deleting and creating waits for the next tick, and costs nothing here
        if (after.Topics.Value is { } topics && before.Topics.Value?.Topics.Length != topics.Topics.Length)
        {
            Wake<LagCollector>();
            Wake<ConfigCollector>();
            Wake<LogDirCollector>();
            Wake<ReassignmentCollector>();
        }

        if (before.Brokers.Value is null && after.Brokers.Value is not null)
        {
            Wake<LogDirCollector>();
        }

        // ZooKeeper may name brokers before Kafka says where they can be asked
        if (Registered(before) < Registered(after) || (before.Topics.Value is null && after.Topics.Value is not null))
        {
            Wake<VersionCollector>();
            Wake<LogDirCollector>();
        }

        if (!before.Offsets.WasAsked && after.Offsets.WasAsked)
        {
            Wake<ConfigCollector>();
        }
    }

    static int Registered(ClusterSnapshot snapshot) => snapshot.Brokers.Value?.Brokers.Count(b => b.State == BrokerState.Up) ?? 0;

    void Wake<T>()
        where T : Collector => collectors.OfType<T>().SingleOrDefault()?.Wake();
}
