using System.Collections.Immutable;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Trial;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// Joins what collectors read into the snapshot that people see. Only what depends on something that changed is worked out anew. Owned by
/// the monitor's loop, with the memory of the rules it applies.
/// </summary>
/// <param name="seen">What was seen of the cluster before this process; null: nothing.</param>
/// <param name="hosted">Null: nothing is hosted.</param>
/// <param name="foreign">Null: nobody looks for them.</param>
sealed class SnapshotDerivation(
    HistoryStore history, SeenState? seen = null, Func<HostedFacts>? hosted = null, Func<ImmutableArray<ForeignBroker>>? foreign = null)
{
    public const int RecentEvents = 200;

    BrokerStates brokerStates = new();
    TopicPresence presence = new();
    HealthRules health = new();

    /// <summary>What the topics shown were made of: there may be very many.</summary>
    (TopicTable Read, ConfigTable? Configs, bool IsStale, string Down)? madeOf;

    readonly UnwatchedFindings? unwatchedFindings = seen is null ? null : new(seen);

    /// <summary>Until it was compared with what is there.</summary>
    SeenState? unwatched = seen;

    readonly EventDetector events = new(history.Events.FirstOrDefault()?.Sequence ?? 0);

    public MonitorState Derive(MonitorState before, MonitorState state, DateTimeOffset now)
    {
        if (IsAnotherCluster(before, state))
        {
            history.Clear();
            (brokerStates, presence, health, madeOf) = (new(), new(), new(), null);
            var id = new ClusterIdentity(before.Metadata.Value!.ClusterId, null, null, CoordinationMode.Unknown, null, null);
            (before, state) = (before.Anew(), state.Anew());
            // all that is left of it is what the event tells
            before = before with { Snapshot = before.Snapshot with { Identity = before.Snapshot.Identity.Read(id, now) } };
        }

        state = WithoutOldRates(before, state.WithoutMetadata());
        // before the groups: how late a commit is, is read from when the end passed it
        HistoryRecorder.RecordEnds(history, before.Snapshot, state.Snapshot);
        // looked at once: what is said of its nodes and of its brokers is of the same moment
        var facts = hosted?.Invoke();
        state = BrokersAndTopics(before, state, facts, now);
        var snapshot = Groups(before, state, now) with { Version = before.Snapshot.Version + 1, PublishedAt = now };
        snapshot = snapshot with
        {
            Rates = Rates(before.Snapshot, snapshot),
            BytesIn = LogGrowth.BytesIn(before.Snapshot, snapshot),
            FailingNodes = facts?.Failing ?? [],
            ForeignBrokers = Foreign(snapshot.ForeignBrokers),
        };
        HistoryRecorder.Record(history, before.Snapshot, snapshot, now);
        // before the events, which tell of findings that came or went while this program did not run
        var found = health.Evaluate(snapshot, now);
        var unseen = Unwatched(snapshot, found, now);
        // a broker that is down when it is first heard of is reported with what happened meanwhile
        var changes = unseen.AddRange(events.Compare(before.Snapshot, snapshot, now)
            .Where(e => !unseen.Any(u => u.Kind == e.Kind && u.Subject == e.Subject)));
        history.Add(changes);
        snapshot = snapshot with
        {
            Health = found,
            RecentEvents = changes.Length == 0 ? snapshot.RecentEvents : [.. history.Events.Take(RecentEvents)],
        };
        return state with { Snapshot = snapshot };
    }

    /// <summary>At the same addresses a cluster was set up anew: what was read of the other, and remembered, says nothing of it.</summary>
    static bool IsAnotherCluster(MonitorState before, MonitorState after) =>
        before.Metadata.Value?.ClusterId is { } old && after.Metadata.Value?.ClusterId is { } now && old != now;

    /// <summary>The same array while it holds the same.</summary>
    ImmutableArray<ForeignBroker> Foreign(ImmutableArray<ForeignBroker> before) =>
        foreign?.Invoke() is { } now && !now.SequenceEqual(before) ? now : before;

    ImmutableArray<ClusterEvent> Unwatched(ClusterSnapshot snapshot, Health found, DateTimeOffset now)
    {
        IReadOnlyList<ClusterEvent> changes = [];
        if (unwatched is not null && UnwatchedChanges.Compare(unwatched, snapshot) is { } told)
        {
            (unwatched, changes) = (null, told);
        }

        return events.Numbered([.. changes, .. unwatchedFindings?.Compare(snapshot, found, now) ?? []], now);
    }

    /// <summary>How fast records came in when it was last read says nothing of now.</summary>
    static MonitorState WithoutOldRates(MonitorState before, MonitorState state)
    {
        var offsets = state.Snapshot.Offsets;
        if (offsets is not { IsStale: true, Value: { } table }
            || !ReferenceEquals(before.Snapshot.Offsets.Value, table)
            || table.Partitions.All(p => p.Value.RecordsPerSecond is null))
        {
            return state;
        }

        var partitions = table.Partitions.ToDictionary(p => p.Key, p => p.Value with { RecordsPerSecond = null });
        var without = table with { Partitions = partitions, ReadTogether = null };
        return state with { Snapshot = state.Snapshot with { Offsets = offsets with { Value = without } } };
    }

    static Rates? Rates(ClusterSnapshot before, ClusterSnapshot after)
    {
        var rates = ReferenceEquals(before.Offsets.Value?.RatesFrom, after.Offsets.Value?.RatesFrom)
            ? after.Rates
            : RatesOf.Snapshot(after, after.Rates);
        if (rates is null)
        {
            return null;
        }

        return RatesOf.Bytes(before, after) is { } bytes ? rates with { BytesInByBroker = bytes }
            : after.LogDirs.IsStale && ReferenceEquals(before.LogDirs.Value, after.LogDirs.Value) ? rates.WithoutBytes
            : rates;
    }

    MonitorState BrokersAndTopics(MonitorState before, MonitorState state, HostedFacts? facts, DateTimeOffset now)
    {
        var snapshot = state.Snapshot;
        if (ReferenceEquals(before.Metadata, state.Metadata)
            && ReferenceEquals(before.Registration, state.Registration)
            && ReferenceEquals(before.BrokerErrors, state.BrokerErrors)
            && ReferenceEquals(before.Releases, state.Releases)
            && ReferenceEquals(before.Groups, state.Groups)
            && ReferenceEquals(before.Snapshot.Offsets, snapshot.Offsets)
            && ReferenceEquals(before.Snapshot.LogDirs, snapshot.LogDirs)
            && ReferenceEquals(before.Snapshot.TopicConfigs, snapshot.TopicConfigs)
            && ReferenceEquals(before.Snapshot.Quorum, snapshot.Quorum))
        {
            return state;
        }

        snapshot = snapshot with
        {
            RegistrationError = state.Registration.Error,
            RegistrationAsOf = state.Registration.AsOf,
            Absence = state.Registration.Value?.Absence,
        };
        if (state.Metadata.Value is null && state.Registration.Value is null)
        {
            var unread = state.Registration.Error ?? state.Metadata.Error;
            var error = snapshot.HasKafka ? state.Metadata.Error : unread;
            return state with
            {
                Snapshot = snapshot with
                {
                    Topics = new Section<TopicTable>(null, state.Metadata.Error, null),
                    Brokers = new Section<BrokerTable>(null, error, null),
                    Identity = new Section<ClusterIdentity>(null, error, null),
                },
            };
        }

        var previous = snapshot.Brokers.Value;
        var standings = brokerStates.From(state, previous, now, facts?.Brokers);
        var down = standings.Where(s => s.State == BrokerState.Down).Select(s => s.Id).ToHashSet();
        snapshot = snapshot with { Topics = Topics(before, state, down) };
        // a name that is shown no longer is forgotten: it may be created again, by anyone
        if (state.Deleted.Count > 0 && snapshot.Topics.Value is { } shown)
        {
            state = state with { Deleted = state.Deleted.Where(topic => shown.Find(topic) is not null).ToHashSet() };
        }

        var (told, asOf) = Told(state);
        var identity = Identity(state, snapshot.Identity.Value, standings);
        snapshot = snapshot with { Identity = new Section<ClusterIdentity>(identity, told, asOf) };
        var brokers = BrokerTables.From(standings, state, snapshot.Topics.Value, snapshot.LogDirs, previous, snapshot.ControllerId);
        return state with { Snapshot = snapshot with { Brokers = new Section<BrokerTable>(brokers, told, asOf) } };
    }

    /// <summary>
    /// Which brokers are up is known while either can be read; with both failing it is as old as the newer of them, for Kafka's reason
    /// where Kafka ever answered.
    /// </summary>
    static (SectionError? Error, DateTimeOffset? AsOf) Told(MonitorState state)
    {
        var (registration, metadata) = (state.Registration, state.Metadata);
        var isRead = metadata is { Value: not null, Error: null };
        if (registration is { Value: not null, Error: null })
        {
            return (null, isRead && metadata.AsOf > registration.AsOf ? metadata.AsOf : registration.AsOf);
        }

        if (isRead)
        {
            return (null, metadata.AsOf);
        }

        var error = metadata.Value is not null ? metadata.Error : registration.Error;
        return (error, registration.AsOf > metadata.AsOf || metadata.AsOf is null ? registration.AsOf : metadata.AsOf);
    }

    Section<TopicTable> Topics(MonitorState before, MonitorState state, HashSet<int> down)
    {
        var shown = before.Snapshot.Topics.Value;
        if (state.Metadata.Value is not { } metadata || state.Metadata.AsOf is not { } asOf)
        {
            return new Section<TopicTable>(shown, state.Metadata.Error, state.Snapshot.Topics.AsOf);
        }

        var (configs, isStale) = (state.Snapshot.TopicConfigs.Value, state.Metadata.Error is not null);
        var made = (metadata.Topics, configs, isStale, string.Join(',', down.Order()));
        if (shown is not null && made == madeOf && !presence.IsWaiting)
        {
            return new Section<TopicTable>(shown, state.Metadata.Error, asOf);
        }

        madeOf = made;
        var registered = state.Registration is { Value: { } registration, Error: null } ? registration.Topics : null;
        var there = presence.Confirm(shown, metadata.Topics, asOf, registered, state.Deleted);
        var topics = there is null ? null : TopicTables.Joined(there, shown, configs, down, isStale);
        return new Section<TopicTable>(topics, state.Metadata.Error, topics is null ? null : asOf);
    }

    static ClusterIdentity Identity(MonitorState state, ClusterIdentity? old, ImmutableArray<BrokerStanding> standings)
    {
        var metadata = state.Metadata.Value;
        var registration = state.Registration is { Value: { } value, Error: null } ? value : null;
        var quorum = state.Snapshot.Quorum;
        // brokers in ZooKeeper mode do not have the API, so one that may not be asked is of KRaft
        var mode = quorum is { Value: not null } or { Error.Kind: SectionErrorKind.Refused } ? CoordinationMode.KRaft
            : quorum.Error is { Kind: SectionErrorKind.Unsupported } ? CoordinationMode.ZooKeeper
            : old?.Mode ?? CoordinationMode.Unknown;
        var controller = mode == CoordinationMode.KRaft ? quorum.Value?.LeaderId ?? (quorum.Error is null ? null : old?.ControllerId)
            : registration is not null ? registration.ControllerId
            : mode == CoordinationMode.ZooKeeper && state.Metadata.Error is null && metadata is not null && IsTrusted(metadata.ControllerId)
                ? metadata.ControllerId
            : old?.ControllerId;
        var same = old is not null && old.ControllerId == controller;
        var fresh = new ClusterIdentity(
            metadata?.ClusterId,
            controller,
            quorum.Value?.Epoch ?? registration?.ControllerEpoch ?? (same ? old!.ControllerEpoch : null),
            mode,
            state.Snapshot.Ensemble.Value?.Servers.Select(s => s.Version).FirstOrDefault(v => v is not null),
            quorum.Value?.LeaderSince ?? registration?.ControllerSince ?? (same ? old!.ControllerSince : null))
        {
            KafkaVersion = KafkaRelease.Oldest(state.Releases.Values),
        };
        return fresh == old ? old : fresh;

        // brokers that have lost their ensemble go on naming a controller that died
        bool IsTrusted(int? id) => state.Registration.Value is null
            || standings.Any(s => s.Id == id && s is { State: BrokerState.Up, SilentSince: null });
    }

    /// <summary>Lag is worked out from both kinds of offsets: it is as old as the older of them, and has the trouble of either.</summary>
    ClusterSnapshot Groups(MonitorState before, MonitorState state, DateTimeOffset now)
    {
        var snapshot = state.Snapshot;
        if (ReferenceEquals(before.Groups, state.Groups) && ReferenceEquals(before.Snapshot.Offsets, snapshot.Offsets))
        {
            return snapshot;
        }

        var previous = snapshot.Groups.Value;
        var table = state.Groups.Value is not { } reading ? null
            : previous is not null && ReferenceEquals(before.Groups.Value, reading) ? previous
            : GroupTables.From(reading, snapshot.Offsets.Value, state.Tails, before.Groups.Value, previous, history, now);
        return snapshot with { Groups = new Section<GroupTable>(table, state.Groups.Error, state.Groups.AsOf).With(snapshot.Offsets) };
    }
}
