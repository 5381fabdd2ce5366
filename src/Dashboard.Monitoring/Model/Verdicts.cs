using System.Collections.Immutable;
using System.Globalization;

namespace Dashboard.Monitoring.Model;

/// <summary>
/// What is said of a cluster and its parts, from one snapshot. A section that failed raises no state, clears none and never says "all":
/// what is said is then what was read last, with its time. That brokers are gone comes before what was read of anything that lies on them.
/// </summary>
public static class Verdicts
{
    public static Verdict Overview(ClusterSnapshot snapshot)
    {
        if (!snapshot.Health.IsKnown)
        {
            if (snapshot.Health.Find(FindingKind.NodesFailing) is { } failing)
            {
                return Verdict.Of(failing.Severity, Failing(failing, snapshot)) with { IsKnown = false };
            }

            if (snapshot.Health.Find(FindingKind.ForeignBrokers) is { } foreign)
            {
                return Verdict.Of(foreign.Severity, Foreign(foreign)) with { IsKnown = false };
            }

            var failed = Failure(snapshot.HasKafka ? snapshot.Topics.Error : null) ?? Failure(snapshot.Brokers.Error);
            var verdict = failed is null
                ? Verdict.Of(Severity.Ok, Phrase.Of("Overview_Reading", snapshot.Name))
                // a refusal is an answer
                : Verdict.Of(Severity.Bad, Phrase.Of(
                    failed.Kind is SectionErrorKind.TimedOut or SectionErrorKind.Unreachable ? "Overview_Unreachable" : "Overview_Refused",
                    snapshot.Name, failed.Source, failed.Since));
            return verdict with { IsKnown = false, IsCurrent = false };
        }

        if (Lost(snapshot) is { } lost)
        {
            var offline = snapshot.Health.Find(FindingKind.OfflinePartitions);
            var with = offline is null ? lost : lost.And(Phrase.Of("Verdict_OfflinePartitions", offline.Count, Names(offline)));
            with = snapshot.Health.Find(FindingKind.NodesFailing) is { } failing ? with.And(Failing(failing, snapshot)) : with;
            with = snapshot.Health.Find(FindingKind.ForeignBrokers) is { } other ? with.And(Foreign(other)) : with;
            return snapshot.Brokers.Value!.KnownAsOf is { } at ? with.AsOf(at) : with;
        }

        if (snapshot.Health.Headline is { } worst)
        {
            var verdict = Verdict.Of(
                worst.Severity,
                worst.Kind == FindingKind.NodesFailing
                    ? Failing(worst, snapshot)
                    : Phrase.Of($"Verdict_{worst.Kind}", worst.Count, Names(worst)));
            var (down, silent) = (snapshot.Health.Find(FindingKind.BrokersDown), snapshot.Health.Find(FindingKind.BrokersSilent));
            verdict = down is null || down == worst
                ? verdict
                : verdict.And(Phrase.Of("Verdict_BrokersDownAt", down.Count, Names(down), down.Since));
            // what they lead hangs, and is in order as far as anybody tells
            verdict = silent is null || silent == worst
                ? verdict
                : verdict.And(Phrase.Of("Verdict_BrokersSilent", silent.Count, Names(silent)));
            // why, where it is known
            verdict = snapshot.Health.Find(FindingKind.NodesFailing) is { } failing && failing != worst
                ? verdict.And(Failing(failing, snapshot))
                : verdict;
            return Stale(snapshot) is { AsOf: { } asOf } ? verdict.AsOf(asOf) : verdict;
        }

        return Stale(snapshot) is { } stale
            ? new(Severity.Warning, false, [Phrase.Of($"Verdict_Stale_{stale.Section}", stale.Since, stale.AsOf)])
            : Verdict.Of(Severity.Ok, Phrase.Of(snapshot.Absence is null ? "Overview_AllClear" : "Overview_NoKafka", snapshot.Name));
    }

    public static Verdict Topics(ClusterSnapshot snapshot) =>
        Topics(snapshot, snapshot.Topics.Value is { } topics ? TopicCounts.Of(topics) : default);

    /// <param name="counts">Of this snapshot's topics.</param>
    public static Verdict Topics(ClusterSnapshot snapshot, TopicCounts counts)
    {
        if (snapshot.Topics.Value is null)
        {
            return Unread("Nav_Topics", snapshot.Topics.Error);
        }

        if (Lost(snapshot) is { } lost)
        {
            return lost with { Phrases = lost.Phrases.Insert(0, Phrase.Of("Topics_None_Served", counts.All)) };
        }

        var bad = counts switch
        {
            { Offline: > 0, Refused: > 0 } =>
                Verdict.Of(Severity.Bad, Phrase.Of("Topics_OfflineAndRefused", counts.Offline, counts.Refused)),
            { Offline: > 0 } => Verdict.Of(Severity.Bad, Phrase.Of("Topics_Offline", counts.Offline)),
            { Refused: > 0 } => Verdict.Of(Severity.Bad, Phrase.Of("Topics_Refused", counts.Refused)),
            _ => null,
        };
        var trouble = Unled(snapshot) is { Topics: > 0 } unled
            ? bad?.And(Phrase.Of("Topics_UnledToo", unled.Topics, unled.By))
                ?? Verdict.Of(Severity.Bad, Phrase.Of("Topics_Unled", unled.Topics, unled.By))
            : bad is null && counts.UnderReplicated > 0
                ? Verdict.Of(Severity.Warning, Phrase.Of("Topics_Under", counts.UnderReplicated))
            : bad;
        return snapshot.Topics.Error is not null
            ? (trouble ?? Verdict.Of(Severity.Warning, Phrase.Of("Topics_Count", counts.All))).AsOf(snapshot.Topics.AsOf)
            : trouble ?? Verdict.Of(Severity.Ok, Phrase.Of("Topics_AllInSync", counts.All));
    }

    /// <summary>Of one topic, for its state: the worst of its partitions.</summary>
    public static Verdict Topic(TopicInfo topic, ClusterSnapshot snapshot)
    {
        var partitions = topic.Partitions;
        var counts = (
            Offline: partitions.Count(p => p.IsOffline),
            Refused: partitions.Count(p => p.IsUnderMinIsr),
            Under: partitions.Count(p => p.IsUnderReplicated),
            Moved: partitions.Count(p => p.IsNotPreferred));
        var verdict = counts switch
        {
            ( > 0 and var offline, _, _, _) => Verdict.Of(Severity.Bad, Phrase.Of("Topics_State_offline", offline)),
            (_, > 0 and var refused, _, _) => Verdict.Of(Severity.Bad, Phrase.Of("Topics_State_under-min-isr", refused)),
            (_, _, > 0 and var under, _) => Verdict.Of(Severity.Warning, Phrase.Of("Topics_State_under-replicated", under)),
            (_, _, _, > 0 and var moved) => Verdict.Of(Severity.Warning, Phrase.Of("Topics_State_not-preferred", moved)),
            _ => Verdict.Of(Severity.Ok, Phrase.Of("Topics_State_ok")),
        };
        return snapshot.Topics.Error is not null ? verdict.AsOf(snapshot.Topics.AsOf)
            : snapshot.Brokers.Value is { NoneAnswers: true } && verdict.Severity == Severity.Ok ? verdict.AsOf(snapshot.Topics.AsOf)
            : verdict;
    }

    public static Verdict Groups(ClusterSnapshot snapshot)
    {
        if (snapshot.Groups.Value is not { } table)
        {
            return Unread("Nav_Groups", snapshot.Groups.Error);
        }

        var (growing, ahead) = (table.Growing, table.BeyondEnd);
        var worst = growing.FirstOrDefault();
        TimeSpan? behind = worst?.LagSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        var trouble = worst is null ? null : Verdict.Of(Severity.Warning, growing.Length == 1
            ? Phrase.Of("Groups_OneBehind", worst.GroupId, behind, table.Groups.Length)
            : Phrase.Of("Groups_Behind", growing.Length, table.Groups.Length, worst.GroupId));
        var beyond = string.Join(", ", ahead.Take(3).Select(g => g.GroupId));
        trouble ??= ahead.Length == 0
            ? null
            : Verdict.Of(Severity.Warning, Phrase.Of("Verdict_CommitBeyondEnd", ahead.Length, beyond));
        return snapshot.Groups.Error is not null || snapshot.Brokers.Value is { NoneAnswers: true }
            ? (trouble ?? Verdict.Of(Severity.Warning, Phrase.Of("Groups_Count", table.Groups.Length))).AsOf(snapshot.Groups.AsOf)
            : trouble ?? Verdict.Of(Severity.Ok, Phrase.Of("Groups_Fine", table.Groups.Length));
    }

    /// <summary>Of one group, where there is something to say that its figures do not: that its lag grows, that it is old.</summary>
    public static Verdict? Group(GroupInfo group, ClusterSnapshot snapshot)
    {
        var reader = group.Offsets.Where(o => o.MemberId is not null).GroupBy(o => o.MemberId).MaxBy(g => GroupInfo.LagOf(g) ?? 0)?.Key;
        var growing = group is { IsLagGrowing: true, GrowingSince: { } since }
            ? Verdict.Of(Severity.Warning, Phrase.Of("Group_GrowsSince", since, reader ?? "–"))
            : null;
        var stale = group.Error is not null || snapshot.Groups is { Error: not null } || snapshot.Brokers.Value is { NoneAnswers: true };
        return stale ? (growing ?? new Verdict(Severity.Warning, false, [])).AsOf(group.AsOf) : growing;
    }

    public static Verdict Brokers(ClusterSnapshot snapshot)
    {
        if (snapshot.Brokers.Value is not { } table)
        {
            return Unread("Nav_Brokers", snapshot.Brokers.Error);
        }

        if (snapshot is { Absence: { } absence, Brokers: { Error: null, Value.Brokers.IsEmpty: true } })
        {
            return Verdict.Of(Severity.Ok, Phrase.Of("Brokers_NoKafka", absence.Place));
        }

        var all = table.Brokers;
        var down = all.Where(b => b.State == BrokerState.Down).ToArray();
        var silent = all.Where(b => b is { State: not BrokerState.Down, Answers: false }).ToArray();
        var verdict = Lost(snapshot) ?? Brokers(all, down, silent);
        return snapshot.Brokers.Error is not null ? verdict.AsOf(table.KnownAsOf ?? snapshot.Brokers.AsOf) : verdict;
    }

    static Verdict Brokers(ImmutableArray<BrokerInfo> all, BrokerInfo[] down, BrokerInfo[] silent)
    {
        var answering = all.Count(b => b.Answers);
        var known = all.All(b => b.State != BrokerState.Unknown);
        var behind = all.Count(b => b is { Answers: true, OutOfIsr: > 0 });
        return (down, silent) switch
        {
            ([var one], []) when one.GoneSince is { } since =>
                Verdict.Of(Severity.Bad, Phrase.Of("Brokers_OneDown", answering, all.Length, Name(one), since)),
            ([_, ..], []) => Verdict.Of(Severity.Bad, Phrase.Of("Brokers_Down", answering, all.Length, Names(down))),
            ([], [_, ..]) => Verdict.Of(Severity.Bad, Phrase.Of("Brokers_Silent", answering, all.Length, Names(silent))),
            ([_, ..], [_, ..]) =>
                Verdict.Of(Severity.Bad, Phrase.Of("Brokers_DownAndSilent", answering, all.Length, Names(down), Names(silent))),
            _ when !known => Verdict.Of(Severity.Warning, Phrase.Of("Brokers_Count", all.Length)),
            _ when behind > 0 => Verdict.Of(Severity.Warning, Phrase.Of("Brokers_Behind", all.Length, behind)),
            _ => Verdict.Of(Severity.Ok, Phrase.Of("Brokers_AllUp", all.Length)),
        };
    }

    /// <summary>Of who leads: the preferred replicas or others.</summary>
    /// <param name="topic">Null: of all topics.</param>
    public static Verdict Leaders(ClusterSnapshot snapshot, string? topic)
    {
        if (snapshot.Topics.Value is not { } table)
        {
            return Unread("Nav_Elections", snapshot.Topics.Error);
        }

        var partitions = table.Topics.Where(t => topic is null || t.Name == topic).SelectMany(t => t.Partitions).ToArray();
        var moved = partitions.Where(p => p.IsNotPreferred).ToArray();
        var electable = moved.Count(p => p.Isr.Contains(p.PreferredLeader));
        var offline = partitions.Count(p => p.IsOffline);
        var trouble = Lost(snapshot) ?? (moved.Length, offline) switch
        {
            (0, 0) => Unled(snapshot) is { Partitions: > 0 } unled
                ? Verdict.Of(Severity.Bad, Phrase.Of("Elections_Unled", unled.Partitions, unled.By))
                : null,
            ( > 0, 0) => Verdict.Of(Severity.Warning, Phrase.Of("Elections_Headline", moved.Length, electable)),
            (0, _) => Verdict.Of(Severity.Bad, Phrase.Of("Elections_Offline", offline)),
            _ => Verdict.Of(Severity.Bad, Phrase.Of("Elections_OfflineAndMoved", offline, moved.Length, electable)),
        };
        return snapshot.Topics.Error is not null
            ? (trouble ?? Verdict.Of(Severity.Warning, Phrase.Of("Elections_WerePreferred"))).AsOf(snapshot.Topics.AsOf)
            : trouble ?? Verdict.Of(Severity.Ok, Phrase.Of("Elections_AllPreferred"));
    }

    public static Verdict Reassignments(ClusterSnapshot snapshot)
    {
        if (snapshot.Reassignments.Value is not { Running: var running })
        {
            return Unread("Nav_Reassignments", snapshot.Reassignments.Error);
        }

        var isOld = snapshot.Reassignments.Error is not null || snapshot.Brokers.Value is { NoneAnswers: true };
        var moves = Phrase.Of("Reassign_Headline", running.Length, running.Select(r => r.Topic).Distinct().Count());
        var verdict = Verdict.Of(
            isOld ? Severity.Warning : Severity.Ok,
            running.Length > 0 ? moves : Phrase.Of(isOld ? "Reassign_NoneRan" : "Reassign_None"));
        return isOld ? verdict.AsOf(snapshot.Reassignments.AsOf) : verdict;
    }

    /// <summary>What is led by brokers that do not answer, as far as is known, and by which: it may be in sync all the same.</summary>
    static (int Topics, int Partitions, string By) Unled(ClusterSnapshot snapshot)
    {
        var silent = snapshot.Brokers.Value?.Brokers.Where(b => !b.Answers).ToDictionary(b => b.Id) ?? [];
        if (silent.Count == 0 || snapshot.Topics.Value is not { } table)
        {
            return default;
        }

        var led = table.Topics.Select(t => t.Partitions.Where(p => silent.ContainsKey(p.Leader)).ToList()).Where(p => p.Count > 0).ToList();
        var leaders = led.SelectMany(p => p).Select(p => p.Leader).Distinct().Order().Select(id => silent[id]);
        return (led.Count, led.Sum(p => p.Count), Names(leaders));
    }

    /// <summary>No broker is left to serve anything: each is known to be down, or silent at least. Null while one answers.</summary>
    static Verdict? Lost(ClusterSnapshot snapshot) => snapshot.Brokers.Value switch
    {
        { AllDown: true, Brokers.Length: var all } table =>
            Verdict.Of(Severity.Bad, Phrase.Of("Verdict_AllDown", all, table.LastGone)),
        { NoneAnswers: true, Brokers.Length: var all } table =>
            Verdict.Of(Severity.Bad, Phrase.Of("Verdict_NoneAnswers", all, table.LastGone)),
        _ => null,
    };

    static Phrase Foreign(Finding finding) => Phrase.Of($"Verdict_{finding.Kind}", finding.Count, Names(finding));

    /// <summary>How often and why is told of the first of them: the page of the nodes has all.</summary>
    static Phrase Failing(Finding finding, ClusterSnapshot snapshot)
    {
        var first = snapshot.FailingNodes[0];
        return Phrase.Of(
            $"Verdict_{finding.Kind}", finding.Count, Names(finding), first.Failures, first.Since, first.LongestWait, first.Reason,
            first.Name);
    }

    /// <summary>The first section that all of this rests on and that could not be read the last time.</summary>
    internal static (string Section, DateTimeOffset Since, DateTimeOffset? AsOf)? Stale(ClusterSnapshot snapshot)
    {
        (string Section, SectionError? Error, DateTimeOffset? AsOf)[] sections =
        [
            ("Brokers", snapshot.Brokers.Error, snapshot.Brokers.AsOf),
            ("Topics", snapshot.Topics.Error, snapshot.Topics.AsOf),
            ("Groups", snapshot.Groups.Error, snapshot.Groups.AsOf),
            ("Ensemble", snapshot.Ensemble.Error, snapshot.Ensemble.AsOf),
            ("Quorum", snapshot.Quorum.Error, snapshot.Quorum.AsOf),
        ];
        return sections
            .Where(s => Failure(s.Error) is not null)
            .Select(s => ((string, DateTimeOffset, DateTimeOffset?)?)(s.Section, s.Error!.Since, s.AsOf))
            .FirstOrDefault();
    }

    /// <summary>What a cluster does not have at all is no failure.</summary>
    static SectionError? Failure(SectionError? error) => error?.Kind == SectionErrorKind.Unsupported ? null : error;

    static Verdict Unread(string title, SectionError? error) =>
        Verdict.Of(Failure(error) is null ? Severity.Ok : Severity.Bad, Phrase.Of(title)) with { IsKnown = false, IsCurrent = false };

    static string Names(Finding finding) => string.Join(", ", finding.Names.Take(3));

    static string Names(IEnumerable<BrokerInfo> brokers) => string.Join(", ", brokers.Take(5).Select(Name));

    /// <summary>An id is no quantity.</summary>
    static string Name(BrokerInfo broker) => broker.Id.ToString(CultureInfo.InvariantCulture);
}
