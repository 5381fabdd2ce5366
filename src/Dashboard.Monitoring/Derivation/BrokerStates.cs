using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;

namespace Dashboard.Monitoring.Derivation;

/// <summary>What is known of one broker before its topics and disks are joined to it.</summary>
/// <param name="SilentSince">As in <see cref="BrokerInfo.SilentSince"/>.</param>
/// <param name="KnownAsOf">As in <see cref="BrokerInfo.KnownAsOf"/>.</param>
readonly record struct BrokerStanding(
    int Id, BrokerState State, DateTimeOffset Since, DateTimeOffset? SilentSince, DateTimeOffset? KnownAsOf);

/// <summary>
/// Which brokers are up. ZooKeeper's registrations decide; while they cannot be read, Kafka's metadata does; while neither can, what was
/// last read stays, with its time. A source that failed raises nothing: a broker that was registered no longer is up again when it is
/// registered, or when metadata names it and it answers itself, because brokers without their ensemble or quorum go on naming those that
/// died. For the same reason one that does not answer is not known to be up then. Owned by the monitor's loop.
/// </summary>
sealed class BrokerStates
{
    /// <summary>One that holds no replica and is gone was taken out of service: it is shown for so long.</summary>
    static readonly TimeSpan toldFor = TimeSpan.FromMinutes(15);

    /// <summary>Of the topics last seen: there may be very many.</summary>
    (TopicTable Topics, ImmutableHashSet<int> Brokers)? named;

    /// <param name="hosted">Brokers of a hosted cluster: another one was removed, and is not missed. Null: it is not hosted.</param>
    public ImmutableArray<BrokerStanding> From(
        MonitorState state, BrokerTable? previous, DateTimeOffset now, IReadOnlySet<int>? hosted = null)
    {
        var sources = new Sources(state);
        var holding = Named(state.Metadata.Value?.Topics);
        var shown = previous?.Brokers
            .Where(b => hosted?.Contains(b.Id) != false && (b.State != BrokerState.Down || now - b.StateSince < toldFor))
            .Select(b => b.Id);
        var known = holding
            .Union(sources.Listed ?? previous?.Brokers.Select(b => b.Id) ?? sources.LastListed)
            .Union(shown ?? []);
        return [.. known.Order().Select(id => Standing(id, sources, previous?.Find(id), now))];
    }

    static BrokerStanding Standing(int id, Sources sources, BrokerInfo? old, DateTimeOffset now)
    {
        var (state, knownAsOf) = sources.StateOf(id, old);
        var since = old?.StateSince is { } began && old.State == state ? began : now;
        // what failed before it came up says nothing of it
        var cameBack = old is { State: BrokerState.Down } && state != BrokerState.Down;
        var upSince = state == BrokerState.Up && (old is null || cameBack || old.State == BrokerState.Up) ? since : DateTimeOffset.MinValue;
        var silent = state == BrokerState.Down
            ? old?.SilentSince
            : sources.SilentSince(id, cameBack ? null : old?.SilentSince, upSince);
        if (state == BrokerState.Up && silent is not null && sources.LivenessAsOf is { } told)
        {
            (state, knownAsOf) = (BrokerState.Unknown, told);
            since = old is { State: BrokerState.Unknown, StateSince: { } lost } ? lost : now;
        }

        return new(id, state, since, silent, knownAsOf);
    }

    ImmutableHashSet<int> Named(TopicTable? topics)
    {
        if (topics is null)
        {
            return [];
        }

        if (named is not { } last || !ReferenceEquals(last.Topics, topics))
        {
            named = last = (topics, [.. topics.Topics.SelectMany(t => t.Partitions).SelectMany(p => p.Replicas)]);
        }

        return last.Brokers;
    }

    /// <summary>The sources that can be read, and what failed.</summary>
    sealed class Sources
    {
        readonly MonitorState state;
        readonly HashSet<int>? registered;
        readonly HashSet<int>? inMetadata;

        public Sources(MonitorState state)
        {
            this.state = state;
            // with an error it is of some time ago, and decides nothing
            registered = state.Registration is { Value: { } r, Error: null } ? Ids(r.Brokers) : null;
            inMetadata = state.Metadata is { Value: { } m, Error: null } ? Ids(m.Brokers) : null;
        }

        /// <summary>By the source that can be read now; null when none can.</summary>
        public IEnumerable<int>? Listed => registered ?? inMetadata;

        public IEnumerable<int> LastListed => Ids(state.Registration.Value?.Brokers ?? state.Metadata.Value?.Brokers ?? []);

        /// <summary>
        /// While the ensemble or the quorum cannot be read any longer: when it was last. Metadata says nothing newer of who is alive then.
        /// </summary>
        public DateTimeOffset? LivenessAsOf =>
            state.Registration is { Value: not null, Error: not null } ? state.Registration.AsOf
            : state.Snapshot.Quorum is { Value: not null, Error: not null } ? state.Snapshot.Quorum.AsOf
            : null;

        public (BrokerState State, DateTimeOffset? KnownAsOf) StateOf(int id, BrokerInfo? old)
        {
            if (registered is not null)
            {
                return (registered.Contains(id) ? BrokerState.Up : BrokerState.Down, null);
            }

            if (inMetadata is null)
            {
                var lastTold = old?.KnownAsOf ?? Later(state.Registration.AsOf, state.Metadata.AsOf);
                return (old is { State: BrokerState.Down } ? BrokerState.Down : BrokerState.Unknown, lastTold);
            }

            if (!inMetadata.Contains(id))
            {
                return (BrokerState.Down, null);
            }

            var wasDeregistered = state.Registration.Value is not null && old is { State: BrokerState.Down };
            // metadata alone does not raise a broker that ZooKeeper had lost: without the ensemble brokers go on naming it
            return wasDeregistered && !(Answered(id) > old!.StateSince)
                ? (BrokerState.Down, old.KnownAsOf ?? state.Registration.AsOf)
                : (BrokerState.Up, null);
        }

        /// <summary>Silent from the first call that failed until it answers one that was made later.</summary>
        /// <param name="before">Since when it was silent already.</param>
        /// <param name="upSince">Failures from before do not count.</param>
        public DateTimeOffset? SilentSince(int id, DateTimeOffset? before, DateTimeOffset upSince)
        {
            var answered = Answered(id);
            // comparisons with null are false: without an answer every failure counts
            var failure = Failures(id).Where(e => !(e.Since < upSince) && !(answered > e.Since)).MinBy(Began);
            return failure is not null ? before ?? Began(failure) : before is { } began && !(answered > began) ? before : null;
        }

        /// <summary>A call that timed out was made before it failed.</summary>
        static DateTimeOffset Began(SectionError error) => error.Since - (error.Waited ?? TimeSpan.Zero);

        /// <summary>When it was asked the last thing that it answered, a refusal included.</summary>
        DateTimeOffset? Answered(int id) => state.Groups.Value is { } groups
            && (groups.Answered.Contains(id) || groups.BrokerErrors.GetValueOrDefault(id) is { Kind: SectionErrorKind.Refused })
                ? groups.AskedAt
                : null;

        /// <summary>Metadata is asked of every broker in turn until one answers: with it failing, all did.</summary>
        IEnumerable<SectionError> Failures(int id)
        {
            SectionError?[] found =
            [
                state.Snapshot.Offsets.Value?.BrokerErrors.GetValueOrDefault(id),
                GroupFailure(id),
                state.BrokerErrors.GetValueOrDefault(id),
                state.Metadata is { Value: not null, Error: { } error } ? error : null,
            ];
            return found.OfType<SectionError>().Where(e => e.Kind is SectionErrorKind.TimedOut or SectionErrorKind.Unreachable);
        }

        /// <summary>
        /// One that listed its groups and was late with more is not silent: it waits for others, as for the coordinator of shares.
        /// </summary>
        SectionError? GroupFailure(int id) => state.Groups.Value is { } groups
            && groups.BrokerErrors.GetValueOrDefault(id) is { } error
            && !(error.Kind == SectionErrorKind.TimedOut && groups.Answered.Contains(id))
                ? error
                : null;

        static HashSet<int> Ids(IEnumerable<BrokerAddress> brokers) => [.. brokers.Select(b => b.Id)];

        static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
    }
}
