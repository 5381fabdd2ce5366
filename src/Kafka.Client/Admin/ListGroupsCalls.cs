using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>A group as its coordinator lists it.</summary>
/// <param name="ProtocolType">
/// "consumer" for consumers, "connect" for Kafka Connect, and so on; empty for groups that only commit offsets.
/// </param>
/// <param name="State">As Kafka names it (Stable, Empty, PreparingRebalance...); empty before Kafka 2.6.</param>
/// <param name="Coordinator">The broker that listed it.</param>
public sealed record ListedGroup(string GroupId, string ProtocolType, string State, GroupKind Kind, int Coordinator);

/// <summary>The groups of the brokers that answered, and why the others did not.</summary>
public sealed record GroupListing(
    IReadOnlyList<ListedGroup> Groups, IReadOnlySet<int> Answered, IReadOnlyDictionary<int, KafkaException> Errors);

/// <summary>Lists groups.</summary>
public static class ListGroupsCalls
{
    /// <summary>Asks all brokers at once: each lists the groups that it coordinates.</summary>
    public static async Task<GroupListing> ListGroupsAsync(this KafkaCluster cluster, CancellationToken cancellationToken)
    {
        var answers = await cluster.SendToAllAsync(_ => new ListGroupsRequest(), cancellationToken).ConfigureAwait(false);
        var groups = new List<ListedGroup>();
        var names = new NamePool();
        var errors = new Dictionary<int, KafkaException>();
        foreach (var (broker, answer) in answers)
        {
            if (!answer.Succeeded)
            {
                errors[broker] = answer.Error;
            }
            else if (answer.Value.ErrorCode != (short)ErrorCode.None)
            {
                errors[broker] = new KafkaException((ErrorCode)answer.Value.ErrorCode);
            }
            else
            {
                groups.AddRange(answer.Value.Groups.Select(one => new ListedGroup(
                    one.GroupId, names.One(one.ProtocolType), names.One(one.GroupState), GroupKinds.Of(one.GroupType), broker)));
            }
        }

        return new GroupListing(groups, answers.Keys.Where(broker => !errors.ContainsKey(broker)).ToHashSet(), errors);
    }
}
