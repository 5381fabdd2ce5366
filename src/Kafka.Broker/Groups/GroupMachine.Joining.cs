using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>JoinGroup.</summary>
sealed partial class GroupMachine
{
    /// <summary>The answer comes at once (refusals, and members whose generation stays) or when the round is complete.</summary>
    public void Join(ClassicGroup group, JoinQuestion question, Action<JoinAnswer> answer)
    {
        if (!HasRoom(group, question.MemberId))
        {
            // a member from before the limit was lowered loses its place, as in Kafka
            if (group.Remove(question.MemberId) is { } removed)
            {
                removed.AnswerJoin(new JoinAnswer(ErrorCode.UnknownMemberId, ""));
                removed.AnswerSync(new SyncAnswer(ErrorCode.UnknownMemberId));
            }

            answer(new JoinAnswer(ErrorCode.GroupMaxSizeReached, ""));
        }
        else if (group.State == GroupState.Dead)
        {
            answer(new JoinAnswer(ErrorCode.CoordinatorNotAvailable, question.MemberId));
        }
        else if (!group.Accepts(question.ProtocolType, question.Protocols))
        {
            answer(new JoinAnswer(ErrorCode.InconsistentGroupProtocol, question.MemberId));
        }
        else if (question.MemberId.Length == 0)
        {
            JoinAsNew(group, question, answer);
        }
        else
        {
            JoinAsKnown(group, question, answer);
        }

        // also after a refusal: it may have taken the last one away that the round waited for
        TryCompleteJoin(group);
    }

    /// <summary>group.max.size: while a round is under way, those who joined it are counted.</summary>
    bool HasRoom(ClassicGroup group, string memberId) => group.State switch
    {
        GroupState.Empty or GroupState.Dead => true,
        GroupState.PreparingRebalance => group.Find(memberId)?.AwaitingJoin is not null || group.AwaitingJoin < config.GroupMaxSize,
        _ => group.Find(memberId) is not null || group.Members.Count < config.GroupMaxSize,
    };

    void JoinAsNew(ClassicGroup group, JoinQuestion question, Action<JoinAnswer> answer)
    {
        var memberId = $"{question.InstanceId ?? question.ClientId}-{Guid.NewGuid()}";
        if (question.InstanceId is { } instance)
        {
            if (group.StaticMember(instance) is { } oldId)
            {
                ReturnOfStaticMember(group, oldId, memberId, question, answer);
            }
            else
            {
                AddMember(group, memberId, question, answer);
            }
        }
        else if (question.RequireKnownMemberId)
        {
            // an id first, the place with the next request (KIP-394): a client that repeats a JoinGroup whose answer it lost would
            // otherwise leave a member behind each time
            var timer = new GroupTimer();
            group.PendingMembers[memberId] = timer;
            timers.Set(timer, question.SessionTimeout, () => ForgetPending(group, memberId));
            answer(new JoinAnswer(ErrorCode.MemberIdRequired, memberId));
        }
        else
        {
            AddMember(group, memberId, question, answer);
        }
    }

    void JoinAsKnown(ClassicGroup group, JoinQuestion question, Action<JoinAnswer> answer)
    {
        if (group.PendingMembers.ContainsKey(question.MemberId) && question.InstanceId is null)
        {
            AddMember(group, question.MemberId, question, answer);
            return;
        }

        var error = CheckMember(group, question.MemberId, question.InstanceId);
        if (error == ErrorCode.None && group.State == GroupState.Empty)
        {
            error = ErrorCode.UnknownMemberId;
        }

        if (error != ErrorCode.None)
        {
            answer(new JoinAnswer(error, question.MemberId));
            return;
        }

        var member = group.Find(question.MemberId)!;
        var same = member.Matches(question.Protocols);

        // a stable group's leader rejoins when what it assigns changed (a topic got partitions), so it always gets a new round
        if (same && (group.State == GroupState.CompletingRebalance
            || (group.State == GroupState.Stable && !group.IsLeader(member.MemberId))))
        {
            // it repeats a request whose answer it lost: the same once more, with the members while they are to be assigned
            answer(CurrentGeneration(group, member, group.State == GroupState.CompletingRebalance));
            return;
        }

        Update(member, question, answer);
        MaybePrepareRebalance(group, $"member {member.MemberId} joins: {question.Reason ?? "no reason given"}");
    }

    void AddMember(ClassicGroup group, string memberId, JoinQuestion question, Action<JoinAnswer> answer)
    {
        group.Adopt(question.ProtocolType);
        group.NewMemberAdded |= group is { State: GroupState.PreparingRebalance, PreviousState: GroupState.Empty };
        var member = new GroupMember
        {
            MemberId = memberId,
            InstanceId = question.InstanceId,
            ClientId = question.ClientId,
            ClientHost = question.ClientHost,
            RebalanceTimeout = question.RebalanceTimeout,
            SessionTimeout = question.SessionTimeout,
            Protocols = question.Protocols,
            IsNew = true,
            AwaitingJoin = answer,
        };
        group.Add(member);
        ExpectHeartbeat(group, member, NewMemberJoinTimeout);
        MaybePrepareRebalance(group, $"member {memberId} is new: {question.Reason ?? "no reason given"}");
    }

    static void Update(GroupMember member, JoinQuestion question, Action<JoinAnswer>? answer)
    {
        member.Protocols = question.Protocols;
        member.RebalanceTimeout = question.RebalanceTimeout;
        member.SessionTimeout = question.SessionTimeout;
        member.AnswerJoin(new JoinAnswer(ErrorCode.RebalanceInProgress, member.MemberId)); // a request that its own repetition overtook
        member.AwaitingJoin = answer;
    }

    /// <summary>
    /// KIP-345: a static member that restarts takes its place, and while the chosen protocol stays the same no other member notices.
    /// </summary>
    void ReturnOfStaticMember(ClassicGroup group, string oldId, string newId, JoinQuestion question, Action<JoinAnswer> answer)
    {
        var oldLeader = group.LeaderId;
        var member = group.Replace(question.InstanceId!, oldId, newId);
        var before = (member.Protocols, member.RebalanceTimeout, member.SessionTimeout);
        Update(member, question, answer);
        ExpectHeartbeat(group, member);
        switch (group.State)
        {
            case GroupState.Stable when group.SelectProtocol() == group.ProtocolName:
                // stored before it is answered: the next coordinator must know the new member id
                store.Store(group, group.Members.Values.ToDictionary(each => each.MemberId, each => each.Assignment), error =>
                {
                    // it may have come back once more meanwhile
                    if (group.Find(newId) == member)
                    {
                        StaticMemberStored(group, member, oldId, oldLeader, before, question, error);
                    }
                });
                break;
            case GroupState.Stable:
                MaybePrepareRebalance(group, $"static member {question.InstanceId} came back with other protocols");
                break;
            case GroupState.CompletingRebalance:
                // the leader is assigning to the old member id
                PrepareRebalance(group, $"static member {question.InstanceId} came back before the assignment");
                break;
            default:
                break; // in PreparingRebalance it has joined the round with this
        }
    }

    void StaticMemberStored(
        ClassicGroup group,
        GroupMember member,
        string oldId,
        string? oldLeader,
        (IReadOnlyList<MemberProtocol> Protocols, int RebalanceTimeout, int SessionTimeout) before,
        JoinQuestion question,
        ErrorCode error)
    {
        if (error != ErrorCode.None)
        {
            LogNotStored(group.GroupId, error);
            // taken out first: Replace fences what waits under the id that it takes away
            var parked = member.AwaitingJoin;
            member.AwaitingJoin = null;
            (member.Protocols, member.RebalanceTimeout, member.SessionTimeout) = before;
            group.Replace(question.InstanceId!, member.MemberId, oldId);
            ExpectHeartbeat(group, member);
            parked?.Invoke(new JoinAnswer(error, "", group.Generation)
            {
                ProtocolType = group.ProtocolType,
                ProtocolName = group.ProtocolName,
                Leader = oldLeader ?? "",
            });
            return;
        }

        // old clients must not take themselves for the leader: a stable group would not hear their assignment
        var leads = group.IsLeader(member.MemberId);
        member.AnswerJoin(question.CanSkipAssignment
            ? CurrentGeneration(group, member, leads) with { SkipAssignment = leads }
            : CurrentGeneration(group, member, false) with { Leader = oldLeader ?? "" });
    }

    static JoinAnswer CurrentGeneration(ClassicGroup group, GroupMember member, bool withMembers) =>
        new(ErrorCode.None, member.MemberId, group.Generation)
        {
            ProtocolType = group.ProtocolType,
            ProtocolName = group.ProtocolName,
            Leader = group.LeaderId ?? "",
            Members = withMembers && group.IsLeader(member.MemberId) ? group.MembersForLeader() : [],
        };

    void ForgetPending(ClassicGroup group, string memberId)
    {
        group.Remove(memberId);
        TryCompleteJoin(group);
    }
}
