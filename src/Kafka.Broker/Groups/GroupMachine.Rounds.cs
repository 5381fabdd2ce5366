using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>Rounds of rebalancing: they begin, wait for their members, and end.</summary>
sealed partial class GroupMachine
{
    /// <summary>ms between two looks for members that are away: a client's timeout may be 0, and the loop must not turn for it.</summary>
    const int LeastRound = 1000;

    void MaybePrepareRebalance(ClassicGroup group, string reason)
    {
        if (group.CanRebalance)
        {
            PrepareRebalance(group, reason);
        }
    }

    void PrepareRebalance(ClassicGroup group, string reason)
    {
        LogRebalance(group.GroupId, group.State, group.Generation, reason);
        if (group.State == GroupState.CompletingRebalance)
        {
            CancelAssignment(group, ErrorCode.RebalanceInProgress);
        }

        group.SyncTimer.Cancel();
        // the first round waits a little for more members: one rebalance instead of one for each that starts (KIP-134)
        var first = group.State == GroupState.Empty;
        var delay = (long)config.GroupInitialRebalanceDelay.TotalMilliseconds;
        group.InitialDelayLeft = first ? Math.Max(group.RebalanceTimeout - delay, 0) : null;
        group.NewMemberAdded = false;
        group.TransitionTo(GroupState.PreparingRebalance, Timestamp);
        timers.Set(group.JoinTimer, first ? delay : group.RebalanceTimeout, () => JoinTimeIsUp(group));
        TryCompleteJoin(group);
    }

    /// <summary>A round ends early once all members have joined, but for the first one: more members are likely to come.</summary>
    void TryCompleteJoin(ClassicGroup group)
    {
        if (group is { State: GroupState.PreparingRebalance, InitialDelayLeft: null, HasAllJoined: true })
        {
            CompleteJoin(group);
        }
    }

    void JoinTimeIsUp(ClassicGroup group)
    {
        if (group.State != GroupState.PreparingRebalance)
        {
            return;
        }

        if (group is { InitialDelayLeft: > 0 and var left, NewMemberAdded: true })
        {
            group.NewMemberAdded = false;
            var delay = Math.Min((long)config.GroupInitialRebalanceDelay.TotalMilliseconds, left);
            group.InitialDelayLeft = left - delay;
            timers.Set(group.JoinTimer, delay, () => JoinTimeIsUp(group));
            return;
        }

        CompleteJoin(group);
    }

    void CompleteJoin(ClassicGroup group)
    {
        group.JoinTimer.Cancel();
        group.InitialDelayLeft = null;
        // dynamic members that did not come in time are out; static ones keep their places until their sessions end (KIP-345)
        foreach (var late in group.Members.Values.Where(member => member.AwaitingJoin is null && !member.IsStatic).ToList())
        {
            group.Remove(late.MemberId);
        }

        if (group.Members.Count > 0 && !group.ElectJoinedLeader())
        {
            // only static members that are away: they keep their places until their sessions end
            timers.Set(group.JoinTimer, Math.Max(group.RebalanceTimeout, LeastRound), () => JoinTimeIsUp(group));
            return;
        }

        group.NextGeneration(Timestamp);
        LogGeneration(group.GroupId, group.Generation, group.Members.Count, group.ProtocolName);
        if (group.State == GroupState.Empty)
        {
            // stored, or the next coordinator would bring the members back
            store.Store(group, new Dictionary<string, byte[]>(), error =>
            {
                if (error != ErrorCode.None)
                {
                    LogNotStored(group.GroupId, error);
                }
            });
            return;
        }

        var generation = group.Generation;
        foreach (var member in group.Members.Values)
        {
            group.PendingSync.Add(member.MemberId);
            member.AnswerJoin(CurrentGeneration(group, member, withMembers: true));
            ExpectHeartbeat(group, member);
            member.IsNew = false;
        }

        // one member that joins and dies would else keep all from their assignments (KAFKA-12890)
        timers.Set(group.SyncTimer, group.RebalanceTimeout, () => SyncTimeIsUp(group, generation));
    }

    /// <summary>Members that joined and never synced are out.</summary>
    void SyncTimeIsUp(ClassicGroup group, int generation)
    {
        if (generation != group.Generation
            || group.PendingSync.Count == 0
            || group.State is not (GroupState.CompletingRebalance or GroupState.Stable))
        {
            return;
        }

        foreach (var memberId in group.PendingSync.ToList())
        {
            group.Remove(memberId);
        }

        MaybePrepareRebalance(group, "members did not sync in time");
    }

    void CancelAssignment(ClassicGroup group, ErrorCode error)
    {
        foreach (var member in group.Members.Values)
        {
            member.Assignment = [];
            if (member.AwaitingSync is not null)
            {
                member.AnswerSync(new SyncAnswer(error));
                ExpectHeartbeat(group, member);
            }
        }
    }
}
