using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Admin.Groups;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Positions;

/// <summary>What is asked of the coordinator before a group is changed: nothing of it comes from an earlier reading.</summary>
static class GroupQuestions
{
    /// <summary>The coordinators' topic is made with the first question of a cluster's life, which takes a moment.</summary>
    const int Attempts = 20;

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(250);

    public static async Task<int> CoordinatorAsync(
        KafkaCluster kafka, string group, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = (await kafka.FindCoordinatorsAsync([group], cancellationToken).ConfigureAwait(false))[group];
            if (answer.Succeeded || attempt == Attempts || answer.Error.Code != ErrorCode.CoordinatorNotAvailable)
            {
                return answer.Require().Id;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <param name="known">Its kind by the last reading; null: it was not there.</param>
    public static async Task<GroupStanding> StandingAsync(
        KafkaCluster kafka, string group, GroupKind? known, TimeProvider time, CancellationToken cancellationToken)
    {
        var coordinator = await CoordinatorAsync(kafka, group, time, cancellationToken).ConfigureAwait(false);
        if (known is { } kind
            && await DescribeAsync(kafka, group, kind, coordinator, cancellationToken).ConfigureAwait(false) is { Exists: true } there)
        {
            return there;
        }

        // not there so far as is known, or of another kind by now
        var listing = await kafka.SendAsync(coordinator, new ListGroupsRequest(), cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(listing.ErrorCode);
        return listing.Groups.Find(one => one.GroupId == group) is { } listed
            ? await DescribeAsync(kafka, group, GroupKinds.Of(listed.GroupType), coordinator, cancellationToken).ConfigureAwait(false)
            : new GroupStanding(group, GroupKind.Classic, "Dead", [], coordinator, false);
    }

    static async Task<GroupStanding> DescribeAsync(
        KafkaCluster kafka, string group, GroupKind kind, int coordinator, CancellationToken cancellationToken)
    {
        var asked = new ListedGroup(group, "", "", kind, coordinator);
        var answer = (await kafka.DescribeGroupsAsync([asked], cancellationToken).ConfigureAwait(false))[group];
        var missing = answer.Error?.Code == ErrorCode.GroupIdNotFound;
        var description = missing ? null : answer.Require();
        return new GroupStanding(
            group,
            kind,
            description?.State ?? "Dead",
            [
                .. (description?.Members ?? []).Select(member =>
                    new GroupMemberInfo(member.MemberId, member.InstanceId, member.ClientId, member.Host, [.. member.Assignment.Order()])),
            ],
            coordinator,
            // of a group that is not there classic brokers answer no error but the state Dead
            description is not null and not { State: "Dead" });
    }

    /// <summary>Of share groups, where they start to read; what is not committed is left out.</summary>
    public static async Task<IReadOnlyDictionary<TopicPartition, long>> CommittedAsync(
        KafkaCluster kafka, GroupStanding group, CancellationToken cancellationToken)
    {
        if (!group.Exists)
        {
            return new Dictionary<TopicPartition, long>();
        }

        if (group.Kind == GroupKind.Share)
        {
            var asked = new ListedGroup(group.Group, "", "", group.Kind, group.Coordinator);
            var starts = (await kafka.FetchShareOffsetsAsync([asked], cancellationToken).ConfigureAwait(false))[group.Group].Require();
            return starts.Where(one => one.Error == ErrorCode.None && one.Offset >= 0)
                .ToDictionary(one => new TopicPartition(one.Topic, one.Partition), one => one.Offset);
        }

        var coordinators = new Dictionary<int, IReadOnlyList<string>> { [group.Coordinator] = [group.Group] };
        var offsets = (await kafka.FetchOffsetsAsync(coordinators, cancellationToken).ConfigureAwait(false))[group.Group].Require();
        // a plan must not take "cannot be read" for "not committed"; default structs have no topic
        if (offsets.FirstOrDefault(one => one.Error != ErrorCode.None) is { Topic: not null } failed)
        {
            throw new KafkaException(failed.Error, $"The offset of {failed.Topic}-{failed.Partition} cannot be read.");
        }

        return offsets.Where(one => one.Offset >= 0).ToDictionary(one => new TopicPartition(one.Topic, one.Partition), one => one.Offset);
    }
}
