using System.Collections.Frozen;
using System.Globalization;

namespace Kafka.Broker.Configuration;

/// <summary>
/// The replicas of a topic that a replication throttle holds back: all ("*"), or those named as partition:broker (KIP-73). For the leader's
/// throttle the broker is the one that leads, for the follower's the one that follows. Immutable.
/// </summary>
sealed class ThrottledReplicas
{
    public static readonly ThrottledReplicas None = new(all: false, []);
    static readonly ThrottledReplicas everyone = new(all: true, []);

    readonly bool all;
    readonly FrozenSet<(int Partition, int Broker)> replicas;

    ThrottledReplicas(bool all, IEnumerable<(int Partition, int Broker)> replicas)
    {
        this.all = all;
        this.replicas = replicas.ToFrozenSet();
    }

    /// <summary>
    /// The elements of a legal value of leader.replication.throttled.replicas or follower.replication.throttled.replicas.
    /// </summary>
    public static ThrottledReplicas Parse(IReadOnlyList<string> items) =>
        items.Count == 0 ? None
        : items is ["*"] ? everyone
        : new ThrottledReplicas(all: false, items.Select(item => item.Split(':')).Select(parts => (Number(parts[0]), Number(parts[1]))));

    public bool Contains(int partition, int broker) => all || (replicas.Count > 0 && replicas.Contains((partition, broker)));

    /// <summary>-1, which no partition and no broker has, for what is no number.</summary>
    static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
