namespace Kafka.Broker.Controller;

/// <summary>Why a partition needs another leader; each reason chooses differently.</summary>
enum ElectionReason
{
    /// <summary>The leader is gone: the first live replica of the ISR, in the assignment's order.</summary>
    Offline,

    /// <summary>As Offline; with no replica of the ISR alive any live replica will do, and what only the ISR had is lost.</summary>
    OfflineUnclean,

    /// <summary>The leader is not among the target replicas: the first live one of those in the ISR.</summary>
    Reassignment,

    /// <summary>The first replica of the assignment, if it is alive and in the ISR.</summary>
    Preferred,

    /// <summary>The leader's broker is leaving: the first live replica of the ISR whose broker is not.</summary>
    ControlledShutdown,
}

/// <summary>Who shall lead, as Kafka's election algorithms choose; pure.</summary>
static class LeaderElection
{
    /// <summary>
    /// The new leader and ISR, or null when no replica qualifies. <paramref name="isOnline"/> counts brokers that are leaving as online
    /// only for <see cref="ElectionReason.ControlledShutdown"/>; the caller sees to it.
    /// </summary>
    public static (int Leader, IReadOnlyList<int> Isr)? Elect(
        ElectionReason reason,
        ReplicaAssignment assignment,
        PartitionStateZNode state,
        Func<int, bool> isOnline,
        IReadOnlySet<int> shuttingDown)
    {
        bool InSync(int replica) => isOnline(replica) && state.Isr.Contains(replica);
        return reason switch
        {
            // dead members leave the ISR at once, or they would hold back the high watermark until the new leader has shrunk it
            ElectionReason.Offline => First(assignment.Replicas, InSync, () => [.. state.Isr.Where(isOnline)]),
            ElectionReason.OfflineUnclean => First(assignment.Replicas, InSync, () => [.. state.Isr.Where(isOnline)])
                // alone in its ISR: the others may hold other records at the same offsets
                ?? First(assignment.Replicas, isOnline, leader => [leader]),
            ElectionReason.Reassignment => First(assignment.Target, InSync, () => state.Isr),
            ElectionReason.Preferred => First(assignment.Replicas.Take(1), InSync, () => state.Isr),
            ElectionReason.ControlledShutdown => First(
                assignment.Replicas,
                replica => InSync(replica) && !shuttingDown.Contains(replica),
                () => [.. state.Isr.Where(replica => !shuttingDown.Contains(replica))]),
            _ => throw new ArgumentOutOfRangeException(nameof(reason)),
        };
    }

    /// <summary>
    /// The first state of a new partition: its first live replica leads, the live ones are in sync. Null when none is alive.
    /// </summary>
    public static (int Leader, IReadOnlyList<int> Isr)? First(ReplicaAssignment assignment, Func<int, bool> isOnline) =>
        First(assignment.Replicas, isOnline, () => [.. assignment.Replicas.Where(isOnline)]);

    static (int Leader, IReadOnlyList<int> Isr)? First(
        IEnumerable<int> replicas, Func<int, bool> qualifies, Func<IReadOnlyList<int>> isr) =>
        First(replicas, qualifies, _ => isr());

    static (int Leader, IReadOnlyList<int> Isr)? First(
        IEnumerable<int> replicas, Func<int, bool> qualifies, Func<int, IReadOnlyList<int>> isr)
    {
        foreach (var replica in replicas)
        {
            if (qualifies(replica))
            {
                return (replica, isr(replica));
            }
        }

        return null;
    }
}
