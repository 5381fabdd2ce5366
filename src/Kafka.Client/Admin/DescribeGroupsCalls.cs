using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>State and members of many groups, in few requests a coordinator and kind of group.</summary>
public static class DescribeGroupsCalls
{
    /// <summary>Groups in one request: an answer carries every member's metadata.</summary>
    const int AtOnce = 200;

    /// <summary>
    /// Each kind is asked for with its own API; one of a kind that is not known as if it were classic. A coordinator that does not answer,
    /// or does not have the API, fails its own groups of that kind only.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, BrokerAnswer<GroupDescription>>> DescribeGroupsAsync(
        this KafkaCluster cluster, IReadOnlyCollection<ListedGroup> groups, CancellationToken cancellationToken)
    {
        var asking = groups.GroupBy(group => group.Kind).Select(kind => PerGroup.CollectAsync(
            PerGroup.ByCoordinator(kind),
            (coordinator, ids) => DescribeAsync(cluster, kind.Key, coordinator, ids, cancellationToken))).ToList();
        var all = new Dictionary<string, BrokerAnswer<GroupDescription>>(groups.Count);
        // all kinds are asked by now, side by side
        foreach (var kind in asking)
        {
            foreach (var (group, answer) in await kind.ConfigureAwait(false))
            {
                all[group] = answer;
            }
        }

        return all;
    }

    /// <summary>One request after the other, on one connection: answers of many groups take megabytes.</summary>
    static Task<Dictionary<string, BrokerAnswer<GroupDescription>>> DescribeAsync(
        KafkaCluster cluster, GroupKind kind, int coordinator, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        cluster.UseAsync(
            coordinator,
            async (connection, left) =>
            {
                var described = new Dictionary<string, BrokerAnswer<GroupDescription>>(ids.Count);
                foreach (var some in ids.Chunk(AtOnce))
                {
                    await AskAsync(new Asking(connection, coordinator, left, described), kind, [.. some], cancellationToken)
                        .ConfigureAwait(false);
                }

                return described;
            },
            cancellationToken);

    static async Task AskAsync(Asking asking, GroupKind kind, List<string> ids, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case GroupKind.Consumer:
                var consumer = new ConsumerGroupDescribeRequest { GroupIds = ids };
                asking.Take((await asking.SendAsync(consumer, cancellationToken).ConfigureAwait(false)).Groups);
                break;
            case GroupKind.Share:
                var share = new ShareGroupDescribeRequest { GroupIds = ids };
                asking.Take((await asking.SendAsync(share, cancellationToken).ConfigureAwait(false)).Groups);
                break;
            case GroupKind.Streams:
                var streams = new StreamsGroupDescribeRequest { GroupIds = ids };
                asking.Take((await asking.SendAsync(streams, cancellationToken).ConfigureAwait(false)).Groups);
                break;
            // classic, and what the broker did not name: before KIP-848 there was nothing else
            default:
                var classic = new DescribeGroupsRequest { Groups = ids };
                asking.Take((await asking.SendAsync(classic, cancellationToken).ConfigureAwait(false)).Groups);
                break;
        }
    }

    /// <summary>The questions to one coordinator, and what it answered so far.</summary>
    sealed record Asking(
        KafkaConnection Connection, int Coordinator, TimeSpan Left, Dictionary<string, BrokerAnswer<GroupDescription>> Described)
    {
        internal Task<TResponse> SendAsync<TResponse>(IKafkaRequest<TResponse> request, CancellationToken cancellationToken)
            where TResponse : IKafkaResponse => Connection.SendAsync(request, cancellationToken, Left);

        internal void Take(List<DescribeGroupsResponse.DescribedGroup> groups) =>
            groups.ForEach(g => Described[g.GroupId] = Results.Answer(g.ErrorCode, () => GroupDescriptions.Of(g, Coordinator)));

        internal void Take(List<ConsumerGroupDescribeResponse.DescribedGroup> groups) => groups.ForEach(g =>
            Described[g.GroupId] = Results.Answer(g.ErrorCode, () => GroupDescriptions.Of(g, Coordinator), g.ErrorMessage));

        internal void Take(List<ShareGroupDescribeResponse.DescribedGroup> groups) => groups.ForEach(g =>
            Described[g.GroupId] = Results.Answer(g.ErrorCode, () => GroupDescriptions.Of(g, Coordinator), g.ErrorMessage));

        internal void Take(List<StreamsGroupDescribeResponse.DescribedGroup> groups) => groups.ForEach(g =>
            Described[g.GroupId] = Results.Answer(g.ErrorCode, () => GroupDescriptions.Of(g, Coordinator), g.ErrorMessage));
    }
}
