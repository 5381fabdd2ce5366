using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// What changed between two snapshots, as events. The first reading of a section is no change, nor is that something cannot be read any
/// longer. Owned by the monitor's loop.
/// </summary>
/// <param name="last">The sequence number of the last event before these.</param>
sealed class EventDetector(long last = 0)
{
    long sequence = last;

    public ImmutableArray<ClusterEvent> Compare(ClusterSnapshot before, ClusterSnapshot after, DateTimeOffset now)
    {
        var found = new List<ClusterEvent>();
        if (before.Brokers.Value is { } oldBrokers && after.Brokers.Value is { } newBrokers && !ReferenceEquals(oldBrokers, newBrokers))
        {
            found.AddRange(Brokers(oldBrokers, newBrokers));
        }

        // another cluster behind the same addresses: someone has set it up anew
        if (before.Identity.Value?.ClusterId is { } oldId && after.Identity.Value?.ClusterId is { } newId && oldId != newId)
        {
            found.Add(Event(EventKind.ClusterIdChanged, Severity.Warning, newId, null, oldId, newId));
        }

        if (before.Identity.Value is { } oldIdentity
            && after.Identity is { Error: null, Value.ControllerId: { } controller }
            && oldIdentity.ControllerId != controller
            && !IsFirstReading(before, oldIdentity))
        {
            found.Add(Event(
                EventKind.ControllerMoved,
                FirstOrMoved(oldIdentity.ControllerId),
                Text(controller),
                // of a KRaft cluster it may be a node of its own
                after.Brokers.Value?.Find(controller) is null ? "quorum" : $"brokers/{controller}",
                Text(oldIdentity.ControllerId),
                Text(controller)));
        }

        if (before.Topics.Value is { } oldTopics && after.Topics.Value is { } newTopics && !ReferenceEquals(oldTopics, newTopics))
        {
            found.AddRange(TopicChanges.Compare(oldTopics, newTopics));
        }

        if (before.Reassignments.Value is { } oldMoves && after.Reassignments.Value is { } newMoves && !ReferenceEquals(oldMoves, newMoves))
        {
            found.AddRange(Reassignments(oldMoves, newMoves));
        }

        if (before.Groups.Value is { } oldGroups && after.Groups.Value is { } newGroups && !ReferenceEquals(oldGroups, newGroups))
        {
            found.AddRange(GroupChanges.Compare(oldGroups, newGroups));
        }

        if (before.Ensemble.Value is { } oldEnsemble
            && after.Ensemble.Value is { } newEnsemble
            && !ReferenceEquals(oldEnsemble, newEnsemble))
        {
            found.AddRange(Ensemble(oldEnsemble, newEnsemble));
        }

        if (before.Quorum.Value is { } oldQuorum && after.Quorum.Value is { } newQuorum && !ReferenceEquals(oldQuorum, newQuorum))
        {
            found.AddRange(Quorum(oldQuorum, newQuorum));
        }

        return Numbered(found, now);
    }

    /// <summary>Those that happened by now, behind the ones before.</summary>
    public ImmutableArray<ClusterEvent> Numbered(IEnumerable<ClusterEvent> found, DateTimeOffset now) =>
        [.. found.Select(e => e with { At = e.At == default ? now : e.At, Sequence = ++sequence })];

    internal static ClusterEvent Event(
        EventKind kind, Severity severity, string subject, string? href, params ReadOnlySpan<string> arguments) =>
        new(0, default, kind, severity, subject, [.. arguments], href, 1);

    internal static string Text(int? number) => number is { } known ? known.ToString(CultureInfo.InvariantCulture) : "–";

    internal static string Text(IEnumerable<int> numbers) => string.Join(", ", numbers.Select(n => Text(n)));

    /// <summary>
    /// Of a KRaft cluster its quorum says which one it is: before that was read, or it is known which kind of cluster it is, it was not
    /// known, and nothing has moved.
    /// </summary>
    static bool IsFirstReading(ClusterSnapshot before, ClusterIdentity identity) =>
        identity is { Mode: not CoordinationMode.ZooKeeper, ControllerId: null } && before.Quorum.Value is null;

    /// <summary>That there is one at last is good news; that it is another is worth a look.</summary>
    static Severity FirstOrMoved(int? before) => before is null ? Severity.Ok : Severity.Warning;

    /// <summary>A broker stops answering first, and is gone when its session ends: two events, each at its own time.</summary>
    static IEnumerable<ClusterEvent> Brokers(BrokerTable before, BrokerTable after)
    {
        foreach (var broker in after.Brokers)
        {
            var old = before.Find(broker.Id);
            if (broker is { SilentSince: { } silent, State: not BrokerState.Down } && old?.SilentSince is null)
            {
                yield return OfBroker(EventKind.BrokerSilent, Severity.Bad, broker.Id) with { At = silent };
            }

            if (broker.State == BrokerState.Down && old?.State != BrokerState.Down)
            {
                yield return OfBroker(EventKind.BrokerDown, Severity.Bad, broker.Id);
            }
            else if (broker.State == BrokerState.Up && (old is null || old.State == BrokerState.Down))
            {
                yield return OfBroker(EventKind.BrokerUp, Severity.Ok, broker.Id);
            }
            else if (broker is { State: BrokerState.Up, SilentSince: null } && old is { SilentSince: not null })
            {
                yield return OfBroker(EventKind.BrokerAnswers, Severity.Ok, broker.Id);
            }
        }
    }

    internal static ClusterEvent OfBroker(EventKind kind, Severity severity, int broker) =>
        Event(kind, severity, Text(broker), $"brokers/{broker}", Text(broker));

    static IEnumerable<ClusterEvent> Reassignments(ReassignmentTable before, ReassignmentTable after)
    {
        var old = before.Running.Select(r => r.Topic).Distinct().ToHashSet();
        var now = after.Running.Select(r => r.Topic).Distinct().ToHashSet();
        foreach (var topic in now.Except(old))
        {
            var count = after.Running.Count(r => r.Topic == topic);
            yield return Event(EventKind.ReassignmentStarted, Severity.Ok, topic, "reassignments", topic) with { Count = count };
        }

        foreach (var topic in old.Except(now))
        {
            var count = before.Running.Count(r => r.Topic == topic);
            yield return Event(EventKind.ReassignmentFinished, Severity.Ok, topic, $"topics/{topic}", topic) with { Count = count };
        }
    }

    /// <summary>That another one leads is an event of the controller.</summary>
    static IEnumerable<ClusterEvent> Quorum(QuorumTable before, QuorumTable after)
    {
        foreach (var voter in after.Voters)
        {
            if (before.Find(voter.Id) is { } old && old.IsBehind != voter.IsBehind)
            {
                yield return voter.IsBehind
                    ? Event(EventKind.VoterBehind, Severity.Bad, Text(voter.Id), "quorum", Text(voter.Id))
                    : Event(EventKind.VoterInStep, Severity.Ok, Text(voter.Id), "quorum", Text(voter.Id));
            }
        }
    }

    static IEnumerable<ClusterEvent> Ensemble(EnsembleTable before, EnsembleTable after)
    {
        if (after.LeaderId is { } leader && (before.LeaderId != leader || (before.Epoch is { } epoch && epoch != after.Epoch)))
        {
            yield return Event(
                EventKind.EnsembleLeaderChanged,
                FirstOrMoved(before.LeaderId),
                $"zk{leader}",
                "ensemble",
                Text(before.LeaderId),
                Text(leader),
                after.Epoch?.ToString(CultureInfo.InvariantCulture) ?? "–");
        }

        foreach (var server in after.Servers)
        {
            var was = before.Servers.FirstOrDefault(s => s.Address == server.Address)?.Role;
            // looking for a leader is not down: that is the ensemble's event
            if (was is { } role && (role == ServerRole.Down) != (server.Role == ServerRole.Down))
            {
                yield return server.Role == ServerRole.Down
                    ? Event(EventKind.ServerDown, Severity.Bad, server.Name, "ensemble", server.Name)
                    : Event(EventKind.ServerUp, Severity.Ok, server.Name, "ensemble", server.Name);
            }
        }
    }
}
