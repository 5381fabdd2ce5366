using Kafka.Protocol;

namespace Kafka.Client.Admin;

/// <summary>What is asked of each coordinator for many groups, gathered by group.</summary>
static class PerGroup
{
    internal static Dictionary<int, IReadOnlyList<string>> ByCoordinator(IEnumerable<ListedGroup> groups) =>
        groups.GroupBy(group => group.Coordinator, group => group.GroupId)
            .ToDictionary(broker => broker.Key, broker => (IReadOnlyList<string>)[.. broker]);

    internal static async Task<IReadOnlyDictionary<string, BrokerAnswer<T>>> CollectAsync<T>(
        IReadOnlyDictionary<int, IReadOnlyList<string>> byCoordinator,
        Func<int, IReadOnlyList<string>, Task<Dictionary<string, BrokerAnswer<T>>>> ask)
    {
        // started for all before the first is awaited
        var calls = byCoordinator.ToDictionary(one => one.Key, one => BrokerAnswer.OfAsync(() => ask(one.Key, one.Value)));
        var all = new Dictionary<string, BrokerAnswer<T>>(byCoordinator.Values.Sum(groups => groups.Count));
        foreach (var (coordinator, groups) in byCoordinator)
        {
            var answer = await calls[coordinator].ConfigureAwait(false);
            foreach (var group in groups)
            {
                all[group] = !answer.Succeeded ? new BrokerAnswer<T>(answer.Error)
                    : answer.Value.TryGetValue(group, out var value) ? value
                    : new BrokerAnswer<T>(
                        new KafkaException(ErrorCode.GroupIdNotFound, $"Broker {coordinator} left group {group} out of its answer."));
            }
        }

        return all;
    }
}
