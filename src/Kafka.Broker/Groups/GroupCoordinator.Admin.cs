using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>Listing, describing and deleting groups.</summary>
public sealed partial class GroupCoordinator
{
    /// <summary>The groups coordinated here. CoordinatorLoadInProgress (with those known) while some are still being read.</summary>
    public Task<(ErrorCode Error, IReadOnlyList<GroupOverview> Groups)> ListAsync() => AskAsync(() => (
        owned.Values.Any(partition => partition.IsLoading) ? ErrorCode.CoordinatorLoadInProgress : ErrorCode.None,
        (IReadOnlyList<GroupOverview>)[.. owned.Values.SelectMany(partition => partition.Groups.Values)
            .Select(group => new GroupOverview(group.GroupId, group.ProtocolType ?? "", group.State))]));

    public Task<IReadOnlyList<GroupDescription>> DescribeAsync(IReadOnlyList<string> groupIds) =>
        AskAsync<IReadOnlyList<GroupDescription>>(() => [.. groupIds.Select(Describe)]);

    /// <summary>Deletes groups without members, with their offsets. One result for each, in their order.</summary>
    public Task<IReadOnlyList<ErrorCode>> DeleteAsync(IReadOnlyList<string> groupIds) => AskAsync<IReadOnlyList<ErrorCode>>(answer =>
    {
        var results = new ErrorCode[groupIds.Count];
        var open = 1;
        void Close()
        {
            if (--open == 0)
            {
                answer(results);
            }
        }

        for (var i = 0; i < groupIds.Count; i++)
        {
            var at = i;
            results[i] = CheckDelete(groupIds[i], out var partition, out var group);
            if (results[i] == ErrorCode.None)
            {
                open++;
                Bury(partition, group, group.Offsets.All, error =>
                {
                    results[at] = error;
                    Close();
                });
            }
        }

        Close();
    });

    ErrorCode CheckDelete(string groupId, out OwnedPartition partition, out ClassicGroup group)
    {
        group = null!;
        var error = Check(groupId, mayBeEmpty: true, out partition);
        return error != ErrorCode.None ? error
            : !partition.Groups.TryGetValue(groupId, out group!) || group.State == GroupState.Dead ? ErrorCode.GroupIdNotFound
            : group.State != GroupState.Empty ? ErrorCode.NonEmptyGroup
            : ErrorCode.None;
    }

    GroupDescription Describe(string groupId)
    {
        var error = Check(groupId, mayBeEmpty: true, out var partition);
        if (error != ErrorCode.None)
        {
            return new GroupDescription(error, groupId, "", "", "", []);
        }

        if (!partition.Groups.TryGetValue(groupId, out var group))
        {
            return new GroupDescription(ErrorCode.None, groupId, nameof(GroupState.Dead), "", "", []);
        }

        // what members were assigned means something in a stable group only
        var stable = group.State == GroupState.Stable;
        return new GroupDescription(
            ErrorCode.None, groupId, group.State.ToString(), group.ProtocolType ?? "", stable ? group.ProtocolName ?? "" : "",
            [.. group.Members.Values.Select(member => new MemberDescription(
                member.MemberId, member.InstanceId, member.ClientId, member.ClientHost,
                stable ? member.Metadata(group.ProtocolName) : [], stable ? member.Assignment : []))]);
    }
}
