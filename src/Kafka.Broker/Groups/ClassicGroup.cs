using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>
/// A group of the classic protocol: its members, its generation and its offsets, without any input or output. <see cref="GroupMachine"/>
/// drives it. Owned by the coordinator's loop.
/// </summary>
sealed class ClassicGroup(string groupId)
{
    readonly Dictionary<string, GroupMember> members = [];
    readonly Dictionary<string, string> staticMembers = [];

    public string GroupId => groupId;

    public GroupState State { get; private set; }

    public GroupState PreviousState { get; private set; }

    /// <summary>When it came into its state, milliseconds since 1970; null for groups stored by Kafka before 2.1.</summary>
    public long? StateTimestamp { get; private set; }

    /// <summary>"consumer", "connect"; null for a group that only stores offsets.</summary>
    public string? ProtocolType { get; private set; }

    /// <summary>The protocol chosen for this generation.</summary>
    public string? ProtocolName { get; private set; }

    public int Generation { get; private set; }

    public string? LeaderId { get; private set; }

    /// <summary>A member came during the initial delay: wait a little longer.</summary>
    public bool NewMemberAdded { get; set; }

    /// <summary>In the first round after Empty: how much longer, in milliseconds, it may be put off; null in other rounds.</summary>
    public long? InitialDelayLeft { get; set; }

    /// <summary>What the members read; null when their protocol does not say.</summary>
    public IReadOnlySet<string>? SubscribedTopics { get; private set; }

    public GroupOffsets Offsets { get; } = new();

    public IReadOnlyDictionary<string, GroupMember> Members => members;

    /// <summary>Member ids given out (KIP-394) whose owners have not joined yet, with the time by which they must.</summary>
    public Dictionary<string, GroupTimer> PendingMembers { get; } = [];

    /// <summary>Members of this generation that have not synced.</summary>
    public HashSet<string> PendingSync { get; } = [];

    public GroupTimer JoinTimer { get; } = new();

    public GroupTimer SyncTimer { get; } = new();

    /// <summary>The longest of its members', milliseconds.</summary>
    public int RebalanceTimeout => members.Count == 0 ? 0 : members.Values.Max(member => member.RebalanceTimeout);

    public int AwaitingJoin => members.Values.Count(member => member.AwaitingJoin is not null);

    public bool HasAllJoined => PendingMembers.Count == 0 && members.Values.All(member => member.AwaitingJoin is not null);

    public bool CanRebalance => State is GroupState.Empty or GroupState.Stable or GroupState.CompletingRebalance;

    public GroupMember? Find(string memberId) => members.GetValueOrDefault(memberId);

    public string? StaticMember(string instanceId) => staticMembers.GetValueOrDefault(instanceId);

    public bool IsLeader(string memberId) => LeaderId == memberId;

    public void TransitionTo(GroupState state, long timestamp)
    {
        PreviousState = State;
        State = state;
        StateTimestamp = timestamp;
    }

    public void Add(GroupMember member)
    {
        if (members.Count == 0)
        {
            SubscribedTopics = null;
        }

        LeaderId ??= member.MemberId;
        members.Add(member.MemberId, member);
        if (member.InstanceId is { } instance)
        {
            staticMembers[instance] = member.MemberId;
        }

        ForgetPending(member.MemberId);
    }

    /// <summary>The first member of an empty group says what kind of group it is.</summary>
    public void Adopt(string protocolType) => ProtocolType = members.Count == 0 ? protocolType : ProtocolType;

    /// <summary>Takes the member, or the id that was given out, away. Null when it was no member.</summary>
    public GroupMember? Remove(string memberId)
    {
        ForgetPending(memberId);
        PendingSync.Remove(memberId);
        if (!members.Remove(memberId, out var member))
        {
            return null;
        }

        member.Session.Cancel();
        if (member.InstanceId is { } instance && staticMembers.GetValueOrDefault(instance) == memberId)
        {
            staticMembers.Remove(instance);
        }

        if (IsLeader(memberId))
        {
            // any of them: the next round takes one that joins
            LeaderId = members.Keys.FirstOrDefault();
        }

        return member;
    }

    /// <summary>A static member came back under a new id: what still waits under the old one is fenced.</summary>
    public GroupMember Replace(string instanceId, string oldId, string newId)
    {
        members.Remove(oldId, out var member);
        member!.AnswerJoin(new JoinAnswer(ErrorCode.FencedInstanceId, oldId));
        member.AnswerSync(new SyncAnswer(ErrorCode.FencedInstanceId));
        member.MemberId = newId;
        members.Add(newId, member);
        staticMembers[instanceId] = newId;
        if (PendingSync.Remove(oldId))
        {
            PendingSync.Add(newId);
        }

        LeaderId = IsLeader(oldId) ? newId : LeaderId;
        return member;
    }

    /// <summary>Whether a member with these protocols fits in: at least one of them is every member's.</summary>
    public bool Accepts(string protocolType, IReadOnlyList<MemberProtocol> protocols) =>
        State == GroupState.Empty
            ? protocolType.Length > 0 && protocols.Count > 0
            : ProtocolType == protocolType && protocols.Any(protocol => members.Values.All(member => member.Supports(protocol.Name)));

    /// <summary>Of the protocols that all support, the one most members like best.</summary>
    public string SelectProtocol()
    {
        // what all support is among what any one of them does
        var candidates = members.Values.First().Protocols.Select(protocol => protocol.Name)
            .Where(name => members.Values.All(member => member.Supports(name))).ToHashSet();
        return members.Values.GroupBy(member => member.Vote(candidates)).MaxBy(votes => votes.Count())!.Key;
    }

    /// <summary>The leader must be one that joined this round. False when there is none.</summary>
    public bool ElectJoinedLeader()
    {
        if (LeaderId is not { } leader)
        {
            return false;
        }

        if (members[leader].AwaitingJoin is not null)
        {
            return true;
        }

        var joined = members.Values.FirstOrDefault(member => member.AwaitingJoin is not null);
        LeaderId = joined?.MemberId ?? leader;
        return joined is not null;
    }

    public void NextGeneration(long timestamp)
    {
        Generation++;
        PendingSync.Clear();
        ProtocolName = members.Count > 0 ? SelectProtocol() : null;
        UpdateSubscribedTopics();
        TransitionTo(members.Count > 0 ? GroupState.CompletingRebalance : GroupState.Empty, timestamp);
    }

    /// <summary>What the leader of the group receives.</summary>
    public IReadOnlyList<JoinedMember> MembersForLeader() =>
        [.. members.Values.Select(member => new JoinedMember(member.MemberId, member.InstanceId, member.Metadata(ProtocolName)))];

    /// <summary>
    /// As stored in __consumer_offsets. Rounds that were under way are lost with their coordinator: it is Stable or Empty.
    /// </summary>
    public void Restore(
        string? protocolType, int generation, string? protocol, string? leader, long? stateTimestamp, IEnumerable<GroupMember> stored)
    {
        ProtocolType = string.IsNullOrEmpty(protocolType) ? null : protocolType;
        foreach (var member in stored)
        {
            Add(member);
        }

        Generation = generation;
        ProtocolName = protocol;
        LeaderId = leader is not null && members.ContainsKey(leader) ? leader : members.Keys.FirstOrDefault();
        State = members.Count == 0 ? GroupState.Empty : GroupState.Stable;
        StateTimestamp = stateTimestamp;
        UpdateSubscribedTopics();
    }

    void UpdateSubscribedTopics()
    {
        SubscribedTopics = null;
        if (ProtocolType != ConsumerProtocol.Type)
        {
            return;
        }

        var topics = new HashSet<string>();
        foreach (var member in members.Values)
        {
            // one that cannot be read may be to any topic: then no topic counts as unread, and no offset is deleted
            if (ConsumerProtocol.ReadTopics(member.Metadata(ProtocolName)) is not { } subscribed)
            {
                return;
            }

            topics.UnionWith(subscribed);
        }

        SubscribedTopics = topics;
    }

    void ForgetPending(string memberId)
    {
        if (PendingMembers.Remove(memberId, out var timer))
        {
            timer.Cancel();
        }
    }
}
