using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Derivation;

/// <summary>What changed between two snapshots, as events. The first reading of a section is no change. Owned by the monitor's loop.</summary>
sealed class EventDetector
{
    long sequence;

    public ImmutableArray<ClusterEvent> Compare(ClusterSnapshot before, ClusterSnapshot after, DateTimeOffset now)
    {
        var found = new List<ClusterEvent>();
        if (before.Brokers.Value is { } oldBrokers && after.Brokers.Value is { } newBrokers && !ReferenceEquals(oldBrokers, newBrokers))
        {
            found.AddRange(Brokers(oldBrokers, newBrokers));
        }

        if (before.Identity.Value is { } oldIdentity && after.Identity.Value is { ControllerId: { } controller } && oldIdentity.ControllerId != controller)
        {
            found.Add(Event(EventKind.ControllerMoved, FirstOrMoved(oldIdentity.ControllerId), Text(controller), $"brokers/{controller}", Text(oldIdentity.ControllerId), Text(controller)));
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

        if (before.Ensemble.Value is { } oldEnsemble && after.Ensemble.Value is { } newEnsemble && !ReferenceEquals(oldEnsemble, newEnsemble))
        {
            found.AddRange(Ensemble(oldEnsemble, newEnsemble));
        }

        return [.. found.Select(e => e with { At = now, Sequence = ++sequence })];
    }

    internal static ClusterEvent Event(EventKind kind, Severity severity, string subject, string? href, params ReadOnlySpan<string> arguments) =>
        new(0, default, kind, severity, subject, [.. arguments], href, 1);

    internal static string Text(int? number) => number is { } known ? known.ToString(CultureInfo.InvariantCulture) : "–";

    internal static string Text(IEnumerable<int> numbers) => string.Join(", ", numbers.Select(n => Text(n)));

    /// <summary>That there is one at last is good news; that it is another is worth a look.</summary>
    static Severity FirstOrMoved(int? before) => before is null ? Severity.Ok : Severity.Warning;

    static IEnumerable<ClusterEvent> Brokers(BrokerTable before, BrokerTable after)
    {
        foreach (var broker in after.Brokers)
        {
            var was = before.Find(broker.Id)?.State ?? BrokerState.Down;
            if (was != broker.State || before.Find(broker.Id) is null)
            {
                yield return broker.State == BrokerState.Up
                    ? Event(EventKind.BrokerUp, Severity.Ok, Text(broker.Id), $"brokers/{broker.Id}", Text(broker.Id))
                    : Event(EventKind.BrokerDown, Severity.Bad, Text(broker.Id), $"brokers/{broker.Id}", Text(broker.Id));
            }
        }

        foreach (var gone in before.Brokers.Where(b => b.State == BrokerState.Up && after.Find(b.Id) is null))
        {
            yield return Event(EventKind.BrokerDown, Severity.Bad, Text(gone.Id), null, Text(gone.Id));
        }
    }

    static IEnumerable<ClusterEvent> Reassignments(ReassignmentTable before, ReassignmentTable after)
    {
        var old = before.Running.Select(r => r.Topic).Distinct().ToHashSet();
        var now = after.Running.Select(r => r.Topic).Distinct().ToHashSet();
        foreach (var topic in now.Except(old))
        {
            yield return Event(EventKind.ReassignmentStarted, Severity.Ok, topic, "reassignments", topic) with { Count = after.Running.Count(r => r.Topic == topic) };
        }

        foreach (var topic in old.Except(now))
        {
            yield return Event(EventKind.ReassignmentFinished, Severity.Ok, topic, $"topics/{topic}", topic) with { Count = before.Running.Count(r => r.Topic == topic) };
        }
    }

    static IEnumerable<ClusterEvent> Ensemble(EnsembleTable before, EnsembleTable after)
    {
        if (after.LeaderId is { } leader && before.LeaderId != leader)
        {
            yield return Event(EventKind.EnsembleLeaderChanged, FirstOrMoved(before.LeaderId), $"zk{leader}", "ensemble", Text(before.LeaderId), Text(leader), after.Epoch?.ToString(CultureInfo.InvariantCulture) ?? "–");
        }

        foreach (var server in after.Servers)
        {
            var was = before.Servers.FirstOrDefault(s => s.Address == server.Address)?.Role;
            if (was is { } role && (role == ServerRole.Down) != (server.Role == ServerRole.Down))
            {
                yield return server.Role == ServerRole.Down
                    ? Event(EventKind.ServerDown, Severity.Bad, server.Name, "ensemble", server.Name)
                    : Event(EventKind.ServerUp, Severity.Ok, server.Name, "ensemble", server.Name);
            }
        }
    }
}
