using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>Listing, describing and deleting groups.</summary>
sealed partial class GroupCoordinator
{
    /// <summary>The groups coordinated here. CoordinatorLoadInProgress (with those known) while some are still being read.</summary>
    public Task<(ErrorCode Error, IReadOnlyList<GroupOverview> Groups)> ListAsync() => AskAsync(() => (
        owned.Values.Any(partition => partition.IsLoading) ? ErrorCode.CoordinatorLoadInProgress : ErrorCode.None,
        (IReadOnlyList<GroupOverview>)[.. owned.Values.SelectMany(partition => partition.Groups.Values)
            .Select(group => new GroupOverview(group.GroupId, group.ProtocolType ?? "", group.State))]));

    public Task<IReadOnlyList<DescribedGroup>> DescribeAsync(IReadOnlyList<string> groupIds) =>
        AskAsync<IReadOnlyList<DescribedGroup>>(() => [.. groupIds.Select(Describe)]);

    /// <summary>Deletes groups without members, with their offsets. A result for each group.</summary>
    public Task<IReadOnlyDictionary<string, ErrorCode>> DeleteAsync(
        IReadOnlyList<string> groupIds) => AskAsync<IReadOnlyDictionary<string, ErrorCode>>(answer =>
    {
        var results = new Dictionary<string, ErrorCode>();
        var open = 1; // one for the loop below: a group that was never stored is buried at once
        void Close()
        {
            if (--open == 0)
            {
                answer(results);
            }
        }

        foreach (var groupId in groupIds.Distinct())
        {
            results[groupId] = CheckDelete(groupId, out var partition, out var group);
            if (results[groupId] == ErrorCode.None)
            {
                open++;
                Bury(partition, group, group.Offsets.All, error =>
                {
                    results[groupId] = error;
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

    DescribedGroup Describe(string groupId)
    {
        var error = Check(groupId, mayBeEmpty: true, out var partition);
        if (error != ErrorCode.None)
        {
            return new DescribedGroup(error, groupId, "", "", "", []);
        }

        if (!partition.Groups.TryGetValue(groupId, out var group))
        {
            return new DescribedGroup(ErrorCode.None, groupId, nameof(GroupState.Dead), "", "", []);
        }

        // what members were assigned means something in a stable group only
        var stable = group.State == GroupState.Stable;
        return new DescribedGroup(
            ErrorCode.None, groupId, group.State.ToString(), group.ProtocolType ?? "", stable ? group.ProtocolName ?? "" : "",
            [.. group.Members.Values.Select(member => new DescribedMember(
                member.MemberId, member.InstanceId, member.ClientId, member.ClientHost,
                stable ? member.Metadata(group.ProtocolName) : [], stable ? member.Assignment : []))]);
    }
}
