using Kafka.Broker.Configuration;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Groups;

/// <summary>
/// The classic group protocol as Kafka 3.9's coordinator implements it: what a request does to a group. It waits for nothing: answers are
/// callbacks, timers are <see cref="GroupTimers"/>, storage is <see cref="IGroupStore"/>. Runs on the coordinator's loop, like all of what
/// it touches.
/// </summary>
sealed partial class GroupMachine(BrokerConfig config, TimeProvider time, GroupTimers timers, IGroupStore store, ILogger logger)
{
    /// <summary>How long a member that does not know its id yet may wait for its first round: Kafka's NewMemberJoinTimeoutMs.</summary>
    const int NewMemberJoinTimeout = 5 * 60 * 1000;

    long Timestamp => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The members' sessions start anew with a group that was read from the log.</summary>
    public void Loaded(ClassicGroup group)
    {
        if (group.Members.Count > config.GroupMaxSize)
        {
            PrepareRebalance(group, "it has more members than group.max.size");
        }

        foreach (var member in group.Members.Values)
        {
            ExpectHeartbeat(group, member);
        }
    }

    /// <summary>Another broker is the coordinator: clients that wait here are sent there.</summary>
    public void Unload(ClassicGroup group)
    {
        foreach (var member in group.Members.Values)
        {
            member.AnswerJoin(new JoinAnswer(ErrorCode.NotCoordinator, member.MemberId));
            member.AnswerSync(new SyncAnswer(ErrorCode.NotCoordinator));
        }

        Bury(group);
    }

    /// <summary>The group is Dead: none of its timers fires any more.</summary>
    public void Bury(ClassicGroup group)
    {
        foreach (var timer in group.Members.Values.Select(member => member.Session)
            .Concat(group.PendingMembers.Values).Append(group.JoinTimer).Append(group.SyncTimer))
        {
            timer.Cancel();
        }

        group.TransitionTo(GroupState.Dead, Timestamp);
    }

    /// <summary>A group whose deletion could not be stored is there again.</summary>
    public void Exhume(ClassicGroup group) => group.TransitionTo(GroupState.Empty, group.StateTimestamp ?? Timestamp);

    public ErrorCode Heartbeat(ClassicGroup group, HeartbeatQuestion question)
    {
        if (group.State == GroupState.Dead)
        {
            return ErrorCode.CoordinatorNotAvailable;
        }

        var error = CheckMember(group, question.MemberId, question.InstanceId);
        if (error != ErrorCode.None)
        {
            return error;
        }

        if (question.Generation != group.Generation)
        {
            return ErrorCode.IllegalGeneration;
        }

        if (group.State == GroupState.Empty)
        {
            return ErrorCode.UnknownMemberId;
        }

        ExpectHeartbeat(group, group.Find(question.MemberId)!);
        // this is how members learn that a round has begun
        return group.State == GroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    /// <summary>Whether the member may commit now; a member that may is alive.</summary>
    public ErrorCode CheckCommit(ClassicGroup group, CommitQuestion question)
    {
        if (group.State == GroupState.Dead)
        {
            return ErrorCode.CoordinatorNotAvailable;
        }

        // consumers that assign their partitions themselves, and tools that reset offsets
        if (question.Generation < 0 && group.State == GroupState.Empty)
        {
            return ErrorCode.None;
        }

        if (question is { Generation: < 0, MemberId.Length: 0, InstanceId: null })
        {
            return ErrorCode.UnknownMemberId; // only members commit while there are any
        }

        var error = CheckMember(group, question.MemberId, question.InstanceId);
        if (error != ErrorCode.None)
        {
            return error;
        }

        if (question.Generation != group.Generation)
        {
            return ErrorCode.IllegalGeneration;
        }

        if (group.State == GroupState.CompletingRebalance)
        {
            return ErrorCode.RebalanceInProgress; // it knows the generation, but not yet what it may read
        }

        // a commit is a sign of life, like a heartbeat
        if (group.Find(question.MemberId) is { } member)
        {
            ExpectHeartbeat(group, member);
        }

        return ErrorCode.None;
    }

    /// <summary>An instance id must belong to the member id (KIP-345), and the member id to the group.</summary>
    static ErrorCode CheckMember(ClassicGroup group, string memberId, string? instanceId) =>
        instanceId is not null && group.StaticMember(instanceId) is var current && current != memberId
            ? current is null ? ErrorCode.UnknownMemberId : ErrorCode.FencedInstanceId
            : group.Find(memberId) is null ? ErrorCode.UnknownMemberId : ErrorCode.None;

    void ExpectHeartbeat(ClassicGroup group, GroupMember member) => ExpectHeartbeat(group, member, member.SessionTimeout);

    void ExpectHeartbeat(ClassicGroup group, GroupMember member, int within) =>
        timers.Set(member.Session, within, () => SessionExpired(group, member));

    void SessionExpired(ClassicGroup group, GroupMember member)
    {
        // a member that waits for an answer is not silent; a new one may be, as it cannot send heartbeats without its id
        if (group.State == GroupState.Dead || group.Find(member.MemberId) != member
            || (!member.IsNew && (member.AwaitingJoin is not null || member.AwaitingSync is not null)))
        {
            return;
        }

        LogExpired(group.GroupId, member.MemberId);
        RemoveMember(group, member, $"member {member.MemberId} was silent for its session timeout");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Group {Group}: member {Member} was silent for its session timeout")]
    partial void LogExpired(string group, string member);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Group {Group}: a rebalance begins in state {State} with generation {Generation}: {Reason}")]
    partial void LogRebalance(string group, GroupState state, int generation, string reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Group {Group}: generation {Generation} with {Members} members, protocol {Protocol}")]
    partial void LogGeneration(string group, int generation, int members, string? protocol);

    [LoggerMessage(Level = LogLevel.Information, Message = "Group {Group}: generation {Generation} is stable")]
    partial void LogStable(string group, int generation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Group {Group}: its state could not be stored: {Error}")]
    partial void LogNotStored(string group, ErrorCode error);
}
