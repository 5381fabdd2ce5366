using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// Joins what collectors read into the snapshot that people see. Only what depends on something that changed is worked out anew. Owned by the
/// monitor's loop, with the memory of the rules it applies.
/// </summary>
sealed class SnapshotDerivation(HistoryStore history)
{
    const int RecentEvents = 200;

    readonly HealthRules health = new();
    readonly EventDetector events = new();

    public MonitorState Derive(MonitorState before, MonitorState state, DateTimeOffset now)
    {
        state = Topics(before, state.WithoutMetadata());
        HistoryRecorder.RecordEnds(history, before.Snapshot, state.Snapshot);
        state = state with { Snapshot = BrokersAndIdentity(before, state, now) };
        var snapshot = Groups(before, state, now) with { Version = before.Snapshot.Version + 1, PublishedAt = now };
        snapshot = snapshot with { Rates = Rates(before.Snapshot, snapshot) };
        HistoryRecorder.Record(history, before.Snapshot, snapshot, now);
        var found = health.Evaluate(snapshot, now);
        var changes = events.Compare(before.Snapshot, snapshot, now);
        history.Add(changes);
        snapshot = snapshot with
        {
            Health = found,
            RecentEvents = changes.Length == 0 ? snapshot.RecentEvents : [.. history.Events.Take(RecentEvents)],
        };
        return state with { Snapshot = snapshot };
    }

    static Rates? Rates(ClusterSnapshot before, ClusterSnapshot after)
    {
        var rates = ReferenceEquals(before.Offsets.Value, after.Offsets.Value) ? after.Rates : RatesOf.Snapshot(after, after.Rates);
        return rates is not null && RatesOf.Bytes(before, after) is { } bytes ? rates with { BytesInByBroker = bytes } : rates;
    }

    static MonitorState Topics(MonitorState before, MonitorState state)
    {
        var snapshot = state.Snapshot;
        if (ReferenceEquals(before.Metadata, state.Metadata) && ReferenceEquals(before.Snapshot.TopicConfigs, snapshot.TopicConfigs))
        {
            return state;
        }

        var same = ReferenceEquals(before.Metadata.Value?.Topics, state.Metadata.Value?.Topics) && ReferenceEquals(before.Snapshot.TopicConfigs.Value, snapshot.TopicConfigs.Value);
        var topics = same ? before.Snapshot.Topics.Value
            : state.Metadata.Value is { } metadata ? TopicTables.WithMinIsr(metadata.Topics, before.Snapshot.Topics.Value, snapshot.TopicConfigs.Value)
            : null;
        return state with { Snapshot = snapshot with { Topics = new Section<TopicTable>(topics, state.Metadata.Error, state.Metadata.AsOf) } };
    }

    static ClusterSnapshot BrokersAndIdentity(MonitorState before, MonitorState state, DateTimeOffset now)
    {
        var snapshot = state.Snapshot;
        if (ReferenceEquals(before.Metadata, state.Metadata)
            && ReferenceEquals(before.Registration, state.Registration)
            && ReferenceEquals(before.BrokerErrors, state.BrokerErrors)
            && ReferenceEquals(before.Snapshot.LogDirs, snapshot.LogDirs))
        {
            return snapshot;
        }

        snapshot = snapshot with { RegistrationError = state.Registration.Error };
        var fromZooKeeper = state.Metadata.Value is null && (state.Registration.Value is not null || !snapshot.HasKafka);
        var (error, asOf) = fromZooKeeper ? (state.Registration.Error, state.Registration.AsOf) : (state.Metadata.Error, state.Metadata.AsOf);
        if (state.Metadata.Value is null && state.Registration.Value is null)
        {
            return snapshot with
            {
                Brokers = new Section<BrokerTable>(null, error, null),
                Identity = new Section<ClusterIdentity>(null, error, null),
            };
        }

        var identity = Identity(state, snapshot.Identity.Value);
        var same = ReferenceEquals(before.Metadata.Value, state.Metadata.Value)
            && ReferenceEquals(before.Registration, state.Registration)
            && ReferenceEquals(before.BrokerErrors, state.BrokerErrors)
            && ReferenceEquals(before.Snapshot.LogDirs.Value, snapshot.LogDirs.Value)
            && ReferenceEquals(before.Snapshot.Topics.Value, snapshot.Topics.Value)
            && snapshot.Identity.Value?.ControllerId == identity.ControllerId;
        var brokers = same ? snapshot.Brokers.Value : BrokerTables.From(state, snapshot.Topics.Value, snapshot.LogDirs.Value, snapshot.Brokers.Value, identity.ControllerId, now);
        return snapshot with
        {
            Brokers = new Section<BrokerTable>(brokers, error, asOf),
            Identity = new Section<ClusterIdentity>(identity, error, asOf),
        };
    }

    static ClusterIdentity Identity(MonitorState state, ClusterIdentity? old)
    {
        var metadata = state.Metadata.Value;
        var registration = state.Registration is { Value: { } value, Error: null } ? value : null;
        var mode = registration is not null && metadata is null ? CoordinationMode.ZooKeeper : metadata?.Mode ?? CoordinationMode.Unknown;
        var fresh = new ClusterIdentity(
            metadata?.ClusterId,
            mode == CoordinationMode.KRaft || registration is null ? metadata?.ControllerId : registration.ControllerId,
            registration?.ControllerEpoch,
            mode,
            state.Snapshot.Ensemble.Value?.Servers.Select(s => s.Version).FirstOrDefault(v => v is not null),
            registration?.ControllerSince);
        return fresh == old ? old : fresh;
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
            : GroupTables.From(reading, snapshot.Offsets.Value, before.Groups.Value, previous, history, now);
        return snapshot with { Groups = new Section<GroupTable>(table, state.Groups.Error, state.Groups.AsOf).With(snapshot.Offsets) };
    }
}
