namespace Kafka.Protocol;

/// <summary>A broker and its rack.</summary>
public readonly record struct BrokerRack(int Id, string? Rack);

/// <summary>
/// Kafka's assignment of replicas to brokers (AdminUtils; KIP-36 for racks): the first replica of each partition goes round the brokers,
/// the others follow it at a distance that grows each time the round is complete, so that followers of one broker are spread over all
/// others.
/// </summary>
public static class ReplicaPlacement
{
    /// <summary>
    /// Replicas for each partition, the preferred leader first, from <paramref name="startPartition"/> on (when adding to a topic that has
    /// as many). The start index and shift are random when negative. <see cref="ArgumentOutOfRangeException"/> for less than one partition
    /// or replica, or more replicas than brokers.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<int>> Assign(
        IReadOnlyList<int> brokers,
        int partitions,
        int factor,
        int startIndex = -1,
        int startShift = -1,
        int startPartition = 0,
        Random? random = null)
    {
        Check(brokers.Count, partitions, factor);
        var (index, shift) = Start(brokers.Count, startIndex, startShift, random);
        var assignment = new List<IReadOnlyList<int>>(partitions);
        for (var partition = Math.Max(0, startPartition); assignment.Count < partitions; partition++)
        {
            shift += partition > 0 && partition % brokers.Count == 0 ? 1 : 0;
            var first = (int)((partition + (long)index) % brokers.Count);
            var replicas = new int[factor];
            replicas[0] = brokers[first];
            for (var i = 1; i < factor; i++)
            {
                replicas[i] = brokers[ReplicaIndex(first, shift, i - 1, brokers.Count)];
            }

            assignment.Add(replicas);
        }

        return assignment;
    }

    /// <summary>
    /// As above, but no rack gets a second replica of a partition while another has none. Without any rack the racks play no part;
    /// racks on some brokers only are an <see cref="ArgumentException"/>, as in Kafka.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<int>> Assign(
        IReadOnlyList<BrokerRack> brokers,
        int partitions,
        int factor,
        int startIndex = -1,
        int startShift = -1,
        int startPartition = 0,
        Random? random = null)
    {
        if (brokers.All(broker => broker.Rack is null))
        {
            return Assign([.. brokers.Select(broker => broker.Id)], partitions, factor, startIndex, startShift, startPartition, random);
        }

        if (brokers.Any(broker => broker.Rack is null))
        {
            throw new ArgumentException("Not all brokers have rack information for replica rack aware assignment.", nameof(brokers));
        }

        Check(brokers.Count, partitions, factor);
        var (index, shift) = Start(brokers.Count, startIndex, startShift, random);
        var arranged = AlternateRacks(brokers);
        var racks = arranged.Select(broker => broker.Rack!).Distinct(StringComparer.Ordinal).Count();
        var assignment = new List<IReadOnlyList<int>>(partitions);
        for (var partition = Math.Max(0, startPartition); assignment.Count < partitions; partition++)
        {
            shift += partition > 0 && partition % arranged.Count == 0 ? 1 : 0;
            var first = (int)((partition + (long)index) % arranged.Count);
            assignment.Add(AcrossRacks(arranged, racks, first, shift, factor));
        }

        return assignment;
    }

    static int[] AcrossRacks(List<BrokerRack> brokers, int racks, int first, int shift, int factor)
    {
        var replicas = new List<int>(factor) { brokers[first].Id };
        var usedRacks = new HashSet<string>(StringComparer.Ordinal) { brokers[first].Rack! };
        for (var k = 0; replicas.Count < factor; k++)
        {
            var broker = brokers[ReplicaIndex(first, shift * racks, k, brokers.Count)];
            var rackIsFree = !usedRacks.Contains(broker.Rack!) || usedRacks.Count == racks;
            if (rackIsFree && !replicas.Contains(broker.Id))
            {
                replicas.Add(broker.Id);
                usedRacks.Add(broker.Rack!);
            }
        }

        return [.. replicas];
    }

    /// <summary>One broker of each rack in turn, racks by name and brokers by id, until all are placed.</summary>
    static List<BrokerRack> AlternateRacks(IReadOnlyList<BrokerRack> brokers)
    {
        var byRack = brokers.GroupBy(broker => broker.Rack!, StringComparer.Ordinal)
            .OrderBy(rack => rack.Key, StringComparer.Ordinal)
            .Select(rack => new Queue<BrokerRack>(rack.OrderBy(broker => broker.Id)))
            .ToList();
        var arranged = new List<BrokerRack>(brokers.Count);
        for (var rack = 0; arranged.Count < brokers.Count; rack = (rack + 1) % byRack.Count)
        {
            if (byRack[rack].TryDequeue(out var broker))
            {
                arranged.Add(broker);
            }
        }

        return arranged;
    }

    static int ReplicaIndex(int first, int shift, int replica, int brokers)
    {
        var distance = 1 + ((shift + replica) % (brokers - 1));
        return (first + distance) % brokers;
    }

    static (int Index, int Shift) Start(int brokers, int startIndex, int startShift, Random? random)
    {
        random ??= Random.Shared;
        return (startIndex >= 0 ? startIndex : random.Next(brokers), startShift >= 0 ? startShift : random.Next(brokers));
    }

    static void Check(int brokers, int partitions, int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factor, brokers);
    }
}
