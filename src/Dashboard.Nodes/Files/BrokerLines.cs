using System.Globalization;

namespace Dashboard.Nodes.Files;

/// <summary>What server.properties says in either mode.</summary>
static class BrokerLines
{
    /// <summary>
    /// A leader that moved stays where it is until the preferred one is elected by hand: that is what there is to see.
    /// </summary>
    /// <param name="logs">The directory of its partitions.</param>
    /// <param name="brokers">How many there are: no topic has more replicas.</param>
    public static IEnumerable<(string Key, string Value)> Common(string logs, int brokers) =>
    [
        ("log.dirs", logs),
        ("num.partitions", "3"),
        ("default.replication.factor", Text(Math.Min(2, brokers))),
        ("min.insync.replicas", "1"),
        ("replica.lag.time.max.ms", "10000"),
        ("offsets.topic.replication.factor", Text(Math.Min(3, brokers))),
        ("offsets.topic.num.partitions", "10"),
        ("group.initial.rebalance.delay.ms", "500"),
        ("log.segment.bytes", "67108864"),
        ("auto.leader.rebalance.enable", "false"),
    ];

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
