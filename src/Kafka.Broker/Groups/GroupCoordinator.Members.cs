using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>What members ask. Every method may be called from anywhere; cancelled when the broker ends.</summary>
sealed partial class GroupCoordinator
{
    public Task<JoinAnswer> JoinAsync(JoinQuestion question) => AskAsync<JoinAnswer>(answer =>
    {
        var error = Check(question.GroupId, mayBeEmpty: false, out var partition);
        if (error == ErrorCode.None
            && (question.SessionTimeout < config.GroupMinSessionTimeout.TotalMilliseconds
                || question.SessionTimeout > config.GroupMaxSessionTimeout.TotalMilliseconds))
        {
            error = ErrorCode.InvalidSessionTimeout;
        }

        ClassicGroup? group = null;
        if (error == ErrorCode.None && !partition.Groups.TryGetValue(question.GroupId, out group))
        {
            // a member that knows its id knows of a group that is gone
            error = question.MemberId.Length > 0 ? ErrorCode.UnknownMemberId : ErrorCode.None;
        }

        if (error != ErrorCode.None)
        {
            answer(new JoinAnswer(error, question.MemberId));
            return;
        }

        machine.Join(group ?? Create(partition, question.GroupId), question, answer);
    });

    public Task<SyncAnswer> SyncAsync(SyncQuestion question) => AskAsync<SyncAnswer>(answer =>
    {
        var error = Check(question.GroupId, mayBeEmpty: false, out var partition);
        if (error != ErrorCode.None)
        {
            // the round was lost with the old coordinator, and old clients do not know error 14 here: they are to join again
            answer(new SyncAnswer(error == ErrorCode.CoordinatorLoadInProgress ? ErrorCode.RebalanceInProgress : error));
        }
        else if (partition.Groups.TryGetValue(question.GroupId, out var group))
        {
            machine.Sync(group, question, answer);
        }
        else
        {
            answer(new SyncAnswer(ErrorCode.UnknownMemberId));
        }
    });

    public Task<ErrorCode> HeartbeatAsync(HeartbeatQuestion question) => AskAsync(() => Heartbeat(question));

    ErrorCode Heartbeat(HeartbeatQuestion question) => Check(question.GroupId, mayBeEmpty: false, out var partition) switch
    {
        ErrorCode.CoordinatorLoadInProgress => ErrorCode.None, // it cannot be known yet, so it is believed
        ErrorCode.None when partition.Groups.TryGetValue(question.GroupId, out var group) => machine.Heartbeat(group, question),
        ErrorCode.None => ErrorCode.UnknownMemberId,
        var error => error,
    };

    public Task<LeaveAnswer> LeaveAsync(string groupId, IReadOnlyList<LeavingMember> members) => AskAsync(() => Leave(groupId, members));

    LeaveAnswer Leave(string groupId, IReadOnlyList<LeavingMember> members) => Check(groupId, mayBeEmpty: false, out var partition) switch
    {
        ErrorCode.None when partition.Groups.TryGetValue(groupId, out var group) => machine.Leave(group, members),
        ErrorCode.None => new LeaveAnswer(ErrorCode.None, [.. members.Select(member => (member, ErrorCode.UnknownMemberId))]),
        var error => new LeaveAnswer(error, []),
    };

    static ClassicGroup Create(OwnedPartition partition, string groupId)
    {
        var group = new ClassicGroup(groupId);
        partition.Groups.Add(groupId, group);
        return group;
    }
}
