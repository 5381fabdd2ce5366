using System.Collections.Immutable;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Derivation.EventDetector;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// Findings that came or went while the program did not run. Each kind is compared once, when all that it is worked out from was read, and
/// has been for as long as the kind takes to be noticed. Owned by the monitor's loop.
/// </summary>
/// <param name="seen">What was seen of the cluster before.</param>
sealed class UnwatchedFindings(SeenState seen)
{
    /// <summary>By kind, what is wrong: more are counted, and not kept.</summary>
    internal const int MostItems = 1000;

    /// <summary>That a broker is gone is an event of its own in any case.</summary>
    static readonly ImmutableArray<FindingKind> kinds = [.. Enum.GetValues<FindingKind>().Where(k => k != FindingKind.BrokersDown)];

    /// <summary>By kind, since when what it is worked out from is read.</summary>
    readonly Dictionary<FindingKind, DateTimeOffset> readSince = [];

    ImmutableArray<SeenFinding> waiting =
    [
        .. (seen.Findings ?? []).Where(f =>
            // with topics kept, each offline partition is an event of its own there
            kinds.Contains(f.Kind) && (f.Kind != FindingKind.OfflinePartitions || seen.Topics is null)),
    ];

    /// <summary>What to keep: of each kind that is known, what is wrong; nothing when nothing is.</summary>
    public static ImmutableArray<SeenFinding> Of(ClusterSnapshot snapshot) =>
    [
        .. from kind in kinds
            let finding = snapshot.Health.Find(kind)
            where finding is not null || IsRead(kind, snapshot)
            select new SeenFinding(kind, finding?.Count ?? 0, [.. finding?.Items.Take(MostItems) ?? []]),
    ];

    /// <param name="health">Of what was read by now.</param>
    public IEnumerable<ClusterEvent> Compare(ClusterSnapshot after, Health health, DateTimeOffset now)
    {
        if (waiting.IsEmpty || after.Identity is not { Error: null, Value.ClusterId: { } id })
        {
            return [];
        }

        if (id != seen.ClusterId)
        {
            waiting = []; // of another cluster
            return [];
        }

        var due = waiting.Where(before => IsDue(before.Kind, after, now)).ToList();
        waiting = due.Count == 0 ? waiting : waiting.RemoveRange(due);
        return due.SelectMany(before => Changes(before, health.Find(before.Kind), readSince[before.Kind])).ToList();
    }

    bool IsDue(FindingKind kind, ClusterSnapshot after, DateTimeOffset now)
    {
        if (!IsRead(kind, after))
        {
            // it has to be readable for the whole time: a gap begins it anew
            readSince.Remove(kind);
            return false;
        }

        readSince.TryAdd(kind, now);
        return now - readSince[kind] >= Noticed(kind, after);
    }

    /// <summary>How long it takes until a finding of a kind, that is there, is one.</summary>
    static TimeSpan Noticed(FindingKind kind, ClusterSnapshot after) => kind switch
    {
        FindingKind.GrowingLag => LagTrend.Span + HealthRules.Patience,
        FindingKind.BrokersSilent or FindingKind.QuorumDegraded or FindingKind.QuorumLost or FindingKind.QuorumSilent =>
            HealthRules.Patience,
        FindingKind.CommitBeyondEnd => HealthRules.Patience, // against an end that was asked for later than the commit
        FindingKind.MetadataDiffers when after.Differences.Value!.Total > 0 => HealthRules.Patience,
        _ => TimeSpan.Zero,
    };

    /// <summary>Those that take time to be noticed have an event when they are.</summary>
    static bool HasOwnEvent(FindingKind kind) => kind is FindingKind.GrowingLag or FindingKind.BrokersSilent or FindingKind.QuorumDegraded;

    static bool IsRead(FindingKind kind, ClusterSnapshot snapshot) => kind switch
    {
        FindingKind.OfflinePartitions or FindingKind.UnderReplicated or FindingKind.NotPreferredLeader => Was(snapshot.Topics),
        FindingKind.UnderMinIsr => Was(snapshot.Topics) && Was(snapshot.TopicConfigs),
        FindingKind.GrowingLag or FindingKind.CommitBeyondEnd =>
            Was(snapshot.Groups) && snapshot.Groups.Value!.BrokerErrors.IsEmpty && Was(snapshot.Offsets),
        FindingKind.BrokersDown or FindingKind.BrokersSilent or FindingKind.ForeignBrokers => Was(snapshot.Brokers),
        FindingKind.NoController => snapshot.Identity is { Error: null, Value.Mode: not CoordinationMode.Unknown }
            && (snapshot.Identity.Value.Mode == CoordinationMode.ZooKeeper || Was(snapshot.Quorum)),
        FindingKind.EnsembleDegraded or FindingKind.EnsembleLost => Was(snapshot.Ensemble),
        FindingKind.QuorumDegraded or FindingKind.QuorumLost or FindingKind.QuorumSilent => Was(snapshot.Quorum),
        FindingKind.MetadataDiffers => snapshot.Differences is { Error: null, Value.Errors.IsEmpty: true },
        _ => false,
    };

    static bool Was<T>(Section<T> section)
        where T : class => section is { Value: not null, Error: null };

    IEnumerable<ClusterEvent> Changes(SeenFinding before, Finding? after, DateTimeOffset read)
    {
        var (items, isWhole) = (after?.Items.ToList() ?? [], before.Count == before.Items.Length);
        var went = before.Items.Except(items).ToList();
        if (went.Count > 0)
        {
            // of more than were kept, all are gone when nothing is left
            var count = items.Count == 0 ? before.Count : went.Count;
            yield return Told(EventKind.FindingEnded, Severity.Ok, went[0], count);
        }

        var came = isWhole && !HasOwnEvent(before.Kind) ? items.Except(before.Items).ToList() : [];
        if (came.Count > 0)
        {
            yield return Told(EventKind.FindingBegan, after!.Severity, came[0], came.Count);
        }

        ClusterEvent Told(EventKind kind, Severity severity, string first, int count)
        {
            // there is one controller or none
            string[] arguments = before.Kind == FindingKind.NoController ? [$"{before.Kind}"] : [$"{before.Kind}", first];
            return Event(kind, severity, first, before.Kind.Href(), arguments) with { Count = count, At = read, Since = seen.At };
        }
    }
}
