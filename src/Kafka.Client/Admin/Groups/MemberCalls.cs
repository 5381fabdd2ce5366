using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin.Groups;

/// <summary>A member as an administrator names it: a static one by its instance id, any other by its member id.</summary>
public readonly record struct MemberName(string MemberId, string? InstanceId)
{
    public override string ToString() => InstanceId ?? MemberId;
}

/// <summary>Deletes groups and takes members out of them. Sent once, to the coordinator that the caller found.</summary>
public static class MemberCalls
{
    /// <summary>The first version of LeaveGroup that removes members by instance id, many at once (KIP-345, Kafka 2.4).</summary>
    public const short Many = 3;

    /// <summary>Groups of any kind. Null when it is gone, else why not: NON_EMPTY_GROUP while it has members.</summary>
    public static async Task<KafkaException?> DeleteGroupAsync(
        this KafkaCluster cluster, int coordinator, string group, CancellationToken cancellationToken)
    {
        var request = new DeleteGroupsRequest { GroupsNames = [group] };
        var answer = await cluster.SendAsync(coordinator, request, cancellationToken).ConfigureAwait(false);
        return Results.Refusal(answer.Results[0].ErrorCode, null);
    }

    /// <summary>
    /// LeaveGroup on behalf of members of a classic group. Null for one that was removed, else why not. One that runs joins again by
    /// itself, as soon as it learns of it. A refusal of all is thrown.
    /// </summary>
    public static async Task<IReadOnlyDictionary<MemberName, KafkaException?>> RemoveMembersAsync(
        this KafkaCluster cluster,
        int coordinator,
        string group,
        IReadOnlyCollection<MemberName> members,
        string reason,
        CancellationToken cancellationToken)
    {
        var request = new LeaveGroupRequest
        {
            GroupId = group,
            Members = [.. members.Select(member => new LeaveGroupRequest.MemberIdentity
            {
                // a static member is named by its instance id alone: a member id that is out of date would be fenced (KIP-345)
                MemberId = member.InstanceId is null ? member.MemberId : "",
                GroupInstanceId = member.InstanceId,
                Reason = reason,
            })],
        };
        var answer = await cluster.UseAsync(
            coordinator,
            (connection, left) => connection.Lack(ApiKey.LeaveGroup, Many) is { } lack
                ? throw lack
                : connection.SendAsync(request, cancellationToken, left),
            cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode);
        return members.ToDictionary(member => member, member => answer.Members.Find(Is(member)) is { } one
            ? Results.Refusal(one.ErrorCode, null)
            : new KafkaException(ErrorCode.UnknownServerError, $"The coordinator left {member} out of its answer."));
    }

    static Predicate<LeaveGroupResponse.MemberResponse> Is(MemberName member) =>
        one => member.InstanceId is null ? one.MemberId == member.MemberId : one.GroupInstanceId == member.InstanceId;
}
