namespace Dashboard.Monitoring.Checks;

/// <summary>
/// Whether brokers were told of a change of overrides. They answer DescribeConfigs out of ZooKeeper, and so say what is written there
/// whatever they apply; they apply what they read at their start, and read again what /config/changes names (DynamicConfigManager of Kafka
/// 0.9 to 3.9). A change by Kafka is written first and announced after; one by a ZooKeeper client is not announced. Zxids tell the order.
/// </summary>
/// <param name="LastMove">When an announcement last came or went: the znode's pzxid.</param>
/// <param name="Oldest">The first of those that are there; null: none. They go by age, a quarter of an hour after they came.</param>
/// <param name="Newest">By entity ("topics/orders"), those that are there.</param>
/// <param name="Registered">Brokers, and since when.</param>
sealed record ConfigAnnouncements(
    long LastMove, long? Oldest, IReadOnlyDictionary<string, long> Newest, IReadOnlyDictionary<int, long> Registered)
{
    /// <summary>Brokers that run since before a topic's overrides were written, and were certainly not told; ascending.</summary>
    public IReadOnlyList<int> Untold(string topic, ConfigSaid written)
    {
        // with the topic itself they come in its first version, and are read when its logs are made
        if (!written.WasChanged || Newest.GetValueOrDefault($"topics/{topic}") > written.Version)
        {
            return [];
        }

        // an announcement may have come and gone: not while one from before is there, nor if none came or went since
        var wouldBeThere = Oldest < written.Version || LastMove < written.Version;
        return wouldBeThere ? [.. Registered.Where(b => b.Value < written.Version).Select(b => b.Key).Order()] : [];
    }
}
