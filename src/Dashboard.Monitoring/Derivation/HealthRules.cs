using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Wire;
using Wire.Security;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// What is wrong, in the order in which someone on call wants it. Remembers since when each thing is wrong: what cannot be read any longer
/// is as wrong as it was, and nothing new is wrong with it. Owned by the monitor's loop.
/// </summary>
sealed class HealthRules
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    Dictionary<(FindingKind Kind, string Item), DateTimeOffset> since = [];

    /// <summary>Of all partitions, kept while neither these nor the brokers changed: there may be very many.</summary>
    (TopicTable Topics, BrokerTable? Brokers, Draft[] Found)? partitions;

    public Health Evaluate(ClusterSnapshot snapshot, DateTimeOffset now)
    {
        var findings = new List<Draft>();
        if (snapshot.Topics.Value is { } topics)
        {
            if (partitions is not { } known
                || !ReferenceEquals(known.Topics, topics)
                || !ReferenceEquals(known.Brokers, snapshot.Brokers.Value))
            {
                partitions = known = (topics, snapshot.Brokers.Value, [.. PartitionFindings(topics, snapshot.Brokers.Value)]);
            }

            findings.AddRange(known.Found);
        }

        if (snapshot.Groups.Value is { } groups)
        {
            findings.Add(new Draft(FindingKind.GrowingLag, Severity.Warning, [], [.. groups.Growing.Select(g => g.GroupId)], []));
            findings.Add(new Draft(FindingKind.CommitBeyondEnd, Severity.Warning, [], [.. groups.BeyondEnd.Select(g => g.GroupId)], []));
        }

        if (snapshot.Brokers.Value is { } brokers)
        {
            findings.Add(BrokersDown(brokers));
            findings.Add(BrokersSilent(brokers));
            findings.Add(NoController(snapshot));
        }

        findings.Add(Foreign(snapshot.ForeignBrokers));
        findings.Add(NodesFailing(snapshot.FailingNodes));
        if (snapshot.Ensemble.Value is { } ensemble)
        {
            findings.Add(Ensemble(ensemble));
        }

        findings.Add(Quorum(snapshot));
        findings.Add(Differences(snapshot.Differences.Value, now));

        return Remember((snapshot.Topics.Value is not null || !snapshot.HasKafka) && snapshot.Brokers.Value is not null, findings, now);
    }

    static IEnumerable<Draft> PartitionFindings(TopicTable topics, BrokerTable? brokers)
    {
        var down = brokers?.Brokers.Where(b => b.State == BrokerState.Down).Select(b => b.Id).ToHashSet() ?? [];
        var all = topics.Topics
            .SelectMany(t => t.Partitions, (t, partition) => (Key: new TopicPartition(t.Name, partition.Partition), Info: partition))
            .ToList();
        yield return Of(FindingKind.OfflinePartitions, Severity.Bad, p => p.IsOffline);
        // an offline one is counted once, under the worse of the two
        yield return Of(FindingKind.UnderMinIsr, Severity.Bad, p => p.IsUnderMinIsr && !p.IsOffline);
        yield return Of(FindingKind.UnderReplicated, Severity.Warning, p => p.IsUnderReplicated);
        yield return Of(FindingKind.NotPreferredLeader, Severity.Warning, p => p.IsNotPreferred);

        Draft Of(FindingKind kind, Severity severity, Func<PartitionInfo, bool> applies)
        {
            var found = all.Where(p => applies(p.Info)).ToList();
            // which dead brokers explain it: a person looks there first
            var causes = found.SelectMany(p => p.Info.Replicas).Where(down.Contains).Distinct().Order();
            return new Draft(kind, severity, [.. found.Select(p => p.Key)], [], [.. causes]);
        }
    }

    static Draft BrokersDown(BrokerTable brokers) =>
        Brokers(FindingKind.BrokersDown, brokers.Brokers.Where(b => b.State == BrokerState.Down));

    /// <summary>Kafka calls them alive until their session ends.</summary>
    static Draft BrokersSilent(BrokerTable brokers) =>
        Brokers(FindingKind.BrokersSilent, brokers.Brokers.Where(b => b.State != BrokerState.Down && b.SilentSince is not null));

    static Draft Brokers(FindingKind kind, IEnumerable<BrokerInfo> brokers)
    {
        var all = brokers.ToDictionary(b => Name(b.Id));
        return new Draft(kind, Severity.Bad, [], [.. all.Keys], [.. all.Values.Select(b => b.Id)]) { Began = name => all[name].GoneSince };
    }

    static Draft Foreign(ImmutableArray<ForeignBroker> brokers)
    {
        var began = brokers.ToDictionary(b => b.Address, b => b.Since);
        return new Draft(FindingKind.ForeignBrokers, Severity.Bad, [], [.. began.Keys], []) { Began = address => began[address] };
    }

    static Draft NodesFailing(ImmutableArray<FailingNode> nodes)
    {
        var began = nodes.ToDictionary(n => n.Name, n => n.Since);
        return new Draft(FindingKind.NodesFailing, Severity.Bad, [], [.. began.Keys], []) { Began = name => began[name] };
    }

    static string Name(int broker) => broker.ToString(System.Globalization.CultureInfo.InvariantCulture);

    Draft NoController(ClusterSnapshot snapshot)
    {
        var none = snapshot.IsControllerRead
            ? snapshot is { Identity.Value.ControllerId: null, Absence: null }
            // cannot be read: as it was
            : since.ContainsKey((FindingKind.NoController, "controller"));
        return new(FindingKind.NoController, Severity.Bad, [], none ? ["controller"] : [], []);
    }

    static Draft Ensemble(EnsembleTable ensemble)
    {
        var lost = ensemble.Servers.Where(s => s.Role is ServerRole.Down or ServerRole.Looking).Select(s => s.Name).ToImmutableArray();
        return ensemble.Spare < 0
            ? new Draft(FindingKind.EnsembleLost, Severity.Bad, [], lost, [])
            : new Draft(FindingKind.EnsembleDegraded, Severity.Warning, [], lost, []);
    }

    /// <summary>
    /// When brokers answer and the controllers do not, it is no fault of the network: nothing can change then. It may be for the time of an
    /// election.
    /// </summary>
    static Draft Quorum(ClusterSnapshot snapshot)
    {
        var quorum = snapshot.Quorum;
        // what was read last is old when a quorum cannot be read: brokers that are voters, and do not answer, do not vote either
        var silentBrokers = quorum.Error is not null && snapshot.Brokers is { Error: null, Value: { } brokers }
            ? brokers.Brokers.Where(b => !b.Answers).Select(b => b.Id).ToHashSet()
            : [];
        var voters = quorum.Value?.Voters.ToImmutableArray() ?? [];
        var behind = voters.Where(v => v.IsBehind || silentBrokers.Contains(v.Id)).Select(v => Name(v.Id)).ToImmutableArray();
        var silent = quorum is { Value: not null, Error.Kind: SectionErrorKind.TimedOut or SectionErrorKind.Refused }
            // not allowed to ask is not lost
            && quorum.Error.Reason != FailureReason.Authorization
            && snapshot.Topics.Error is null;
        return silent ? new Draft(FindingKind.QuorumSilent, Severity.Bad, [], [.. quorum.Value!.Voters.Select(v => Name(v.Id))], [])
            : quorum.Value is { } last && (last.LeaderId is null || voters.Length - behind.Length < last.Majority)
                ? new Draft(FindingKind.QuorumLost, Severity.Bad, [], behind.IsEmpty ? ["–"] : behind, [])
            : new Draft(FindingKind.QuorumDegraded, Severity.Warning, [], behind, []);
    }

    /// <summary>Longer than a controller that starts anew, or a broker that comes back, takes to tell the others.</summary>
    static Draft Differences(DifferenceTable? table, DateTimeOffset now)
    {
        var old = (table?.Differences ?? []).Where(d => now - d.Since >= Patience)
            .GroupBy(d => d.Where).ToDictionary(d => d.Key, d => d.Min(one => one.Since));
        return new Draft(FindingKind.MetadataDiffers, Severity.Warning, [], [.. old.Keys], []) { Began = where => old[where] };
    }

    Health Remember(bool isKnown, List<Draft> drafts, DateTimeOffset now)
    {
        var still = new Dictionary<(FindingKind, string), DateTimeOffset>();
        var findings = ImmutableArray.CreateBuilder<Finding>();
        foreach (var draft in drafts.Where(d => d.Count > 0).OrderBy(d => d.Kind))
        {
            var oldest = now;
            foreach (var item in draft.Items)
            {
                var began = draft.Began?.Invoke(item) ?? (since.TryGetValue((draft.Kind, item), out var known) ? known : now);
                still[(draft.Kind, item)] = began;
                oldest = began < oldest ? began : oldest;
            }

            findings.Add(new Finding(draft.Kind, draft.Severity, draft.Count, draft.Partitions, draft.Names, draft.Brokers, oldest));
        }

        // only what is wrong now is remembered, so that it is as large as the findings
        since = still;
        return new Health(isKnown, findings.ToImmutable());
    }

    sealed record Draft(
        FindingKind Kind,
        Severity Severity,
        ImmutableArray<TopicPartition> Partitions,
        ImmutableArray<string> Names,
        ImmutableArray<int> Brokers)
    {
        /// <summary>When an item began, where that is known better than by when it was first found.</summary>
        public Func<string, DateTimeOffset?>? Began { get; init; }

        public int Count => Partitions.Length + Names.Length;

        public IEnumerable<string> Items => Partitions.Select(p => p.ToString()).Concat(Names);
    }
}
