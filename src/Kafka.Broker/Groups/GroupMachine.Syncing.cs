using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>SyncGroup and LeaveGroup.</summary>
sealed partial class GroupMachine
{
    /// <summary>Answered once the leader's assignment is on the ISR.</summary>
    public void Sync(ClassicGroup group, SyncQuestion question, Action<SyncAnswer> answer)
    {
        var error = CheckSync(group, question);
        if (error != ErrorCode.None)
        {
            answer(new SyncAnswer(error));
            return;
        }

        var member = group.Find(question.MemberId)!;
        if (group.State == GroupState.Stable)
        {
            Synced(group, member);
            answer(Assignment(group, member));
            ExpectHeartbeat(group, member);
            return;
        }

        member.AnswerSync(new SyncAnswer(ErrorCode.RebalanceInProgress)); // overtaken by its own repetition
        member.AwaitingSync = answer;
        Synced(group, member);
        if (group.IsLeader(member.MemberId))
        {
            // by the members, not by what the leader names: those it left out get nothing, ids that are no members are dropped
            Assign(group, group.Members.Keys.ToDictionary(id => id, id => question.Assignments.GetValueOrDefault(id) ?? []));
        }
    }

    /// <summary>Members leave, each with its own result.</summary>
    public LeaveAnswer Leave(ClassicGroup group, IReadOnlyList<LeavingMember> leaving) => group.State == GroupState.Dead
        ? new LeaveAnswer(ErrorCode.CoordinatorNotAvailable, [])
        : new LeaveAnswer(ErrorCode.None, [.. leaving.Select(member => (member, Leave(group, member)))]);

    ErrorCode Leave(ClassicGroup group, LeavingMember leaving)
    {
        var memberId = leaving.MemberId;
        if (memberId.Length == 0)
        {
            // an administrator removes a static member by its instance id
            if (leaving.InstanceId is null || group.StaticMember(leaving.InstanceId) is not { } current)
            {
                return ErrorCode.UnknownMemberId;
            }

            memberId = current;
        }
        else if (group.PendingMembers.ContainsKey(memberId))
        {
            ForgetPending(group, memberId);
            return ErrorCode.None;
        }
        else if (CheckMember(group, memberId, leaving.InstanceId) is not ErrorCode.None and var error)
        {
            return error;
        }

        RemoveMember(group, group.Find(memberId)!, $"member {memberId} left: {leaving.Reason ?? "no reason given"}");
        return ErrorCode.None;
    }

    void RemoveMember(ClassicGroup group, GroupMember member, string reason)
    {
        group.Remove(member.MemberId);
        member.AnswerJoin(new JoinAnswer(ErrorCode.UnknownMemberId, ""));
        member.AnswerSync(new SyncAnswer(ErrorCode.UnknownMemberId));
        MaybePrepareRebalance(group, reason);
        TryCompleteJoin(group);
    }

    static ErrorCode CheckSync(ClassicGroup group, SyncQuestion question)
    {
        if (group.State == GroupState.Dead)
        {
            return ErrorCode.CoordinatorNotAvailable;
        }

        var error = CheckMember(group, question.MemberId, question.InstanceId);
        return error != ErrorCode.None ? error
            : question.Generation != group.Generation ? ErrorCode.IllegalGeneration
            : (question.ProtocolType is { } type && type != group.ProtocolType)
                || (question.ProtocolName is { } name && name != group.ProtocolName)
                ? ErrorCode.InconsistentGroupProtocol
            : group.State switch
            {
                GroupState.Empty => ErrorCode.UnknownMemberId,
                GroupState.PreparingRebalance => ErrorCode.RebalanceInProgress,
                _ => ErrorCode.None,
            };
    }

    void Assign(ClassicGroup group, Dictionary<string, byte[]> assignments)
    {
        var generation = group.Generation;
        store.Store(group, assignments, error =>
        {
            // a member that joined meanwhile has begun another round
            if (group.State != GroupState.CompletingRebalance || group.Generation != generation)
            {
                return;
            }

            if (error != ErrorCode.None)
            {
                LogNotStored(group.GroupId, error);
                CancelAssignment(group, error);
                MaybePrepareRebalance(group, "the assignment could not be stored");
                return;
            }

            group.TransitionTo(GroupState.Stable, Timestamp);
            LogStable(group.GroupId, generation);
            foreach (var member in group.Members.Values)
            {
                member.Assignment = assignments.GetValueOrDefault(member.MemberId) ?? [];
                if (member.AwaitingSync is not null)
                {
                    member.AnswerSync(Assignment(group, member));
                    ExpectHeartbeat(group, member);
                }
            }
        });
    }

    static void Synced(ClassicGroup group, GroupMember member)
    {
        group.PendingSync.Remove(member.MemberId);
        if (group.PendingSync.Count == 0)
        {
            group.SyncTimer.Cancel();
        }
    }

    static SyncAnswer Assignment(ClassicGroup group, GroupMember member) => new(ErrorCode.None)
    {
        ProtocolType = group.ProtocolType,
        ProtocolName = group.ProtocolName,
        Assignment = member.Assignment,
    };
}
