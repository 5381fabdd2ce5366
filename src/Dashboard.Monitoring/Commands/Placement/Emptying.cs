using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Commands.Placement;

/// <summary>Moves every copy that a broker holds of a topic to the one of the others that would hold fewest of it.</summary>
/// <param name="Targets">Replicas by partition, of all that are not as they are now.</param>
/// <param name="Stuck">Partitions that keep their copy: every other broker that is up holds one already.</param>
/// <param name="Others">How many other brokers are up.</param>
public sealed record Emptying(ImmutableDictionary<int, ImmutableArray<int>> Targets, ImmutableArray<int> Stuck, int Others)
{
    public static Emptying Of(
        TopicInfo topic, ImmutableDictionary<int, ImmutableArray<int>> targets, IEnumerable<BrokerInfo> brokers, int broker)
    {
        var holds = brokers.Where(b => b.State == BrokerState.Up && b.Id != broker)
            .ToDictionary(b => b.Id, b => topic.Partitions.Count(p => targets.GetValueOrDefault(p.Partition, p.Replicas).Contains(b.Id)));
        var stuck = ImmutableArray.CreateBuilder<int>();
        foreach (var p in topic.Partitions)
        {
            var target = targets.GetValueOrDefault(p.Partition, p.Replicas);
            if (!target.Contains(broker))
            {
                continue;
            }

            // by id as well, so that the same cluster gives the same plan
            var others = holds.Where(h => !target.Contains(h.Key)).OrderBy(h => h.Value).ThenBy(h => h.Key);
            if (others.Select(h => (int?)h.Key).FirstOrDefault() is not { } other)
            {
                stuck.Add(p.Partition);
                continue;
            }

            // in its place: the order of replicas says who is preferred as leader
            targets = targets.SetItem(p.Partition, target.SetItem(target.IndexOf(broker), other));
            holds[other]++;
        }

        return new Emptying(targets, stuck.ToImmutable(), holds.Count);
    }
}
