using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Derivation.EventDetector;

namespace Dashboard.Monitoring.Derivation;

/// <summary>Changes of consumer groups: members, state, lag that starts or stops to grow.</summary>
static class GroupChanges
{
    public static IEnumerable<ClusterEvent> Compare(GroupTable before, GroupTable after)
    {
        foreach (var (group, old) in after.Beside(before))
        {
            if (old is null || ReferenceEquals(old, group))
            {
                continue;
            }

            var href = $"groups/{Uri.EscapeDataString(group.GroupId)}";
            if (old.Members.Length != group.Members.Length)
            {
                var severity = group.Members.Length < old.Members.Length ? Severity.Warning : Severity.Ok;
                yield return Event(
                    EventKind.GroupMembersChanged,
                    severity,
                    group.GroupId,
                    href,
                    group.GroupId,
                    Text(old.Members.Length),
                    Text(group.Members.Length));
            }
            // the states in between last seconds, and each rebalance would be three events
            else if (old.State != group.State && group.State is ("Stable" or "Empty" or "Dead"))
            {
                yield return Event(EventKind.GroupStateChanged, Severity.Ok, group.GroupId, href, group.GroupId, old.State, group.State);
            }

            if (old.IsLagGrowing != group.IsLagGrowing)
            {
                yield return group.IsLagGrowing
                    ? Event(EventKind.LagGrowing, Severity.Warning, group.GroupId, href, group.GroupId)
                    : Event(EventKind.LagRecovered, Severity.Ok, group.GroupId, href, group.GroupId);
            }
        }
    }
}
