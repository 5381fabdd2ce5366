using Wire;

namespace Dashboard.Nodes.Apache;

/// <summary>
/// Which servers run, and in which mode: what was asked for, held against what the distributions can do and what the data is of.
/// </summary>
/// <param name="ZooKeeper">Null in KRaft mode.</param>
sealed record ApacheChoice(Distribution Kafka, Distribution? ZooKeeper, HostedMode Mode)
{
    /// <summary>KRaft is there for production since 3.3 (KIP-833).</summary>
    static readonly Version firstWithKRaft = new(3, 3);

    /// <summary>ZooKeeper mode is gone since 4.0.</summary>
    static readonly Version firstWithoutZooKeeper = new(4, 0);

    /// <param name="kept">The mode of the data that is there; null: none is.</param>
    /// <exception cref="HostingException">They do not go together: says what to do.</exception>
    public static ApacheChoice Of(ApacheOptions options, HostedMode? kept)
    {
        var kafka = Distribution.Kafka(options.KafkaHome);
        var zooKeeper = options.ZooKeeperHome is { } home ? Distribution.ZooKeeper(home) : kafka.ZooKeeperWithin;
        var usual = kafka.Version < firstWithoutZooKeeper && zooKeeper is not null ? HostedMode.ZooKeeper : HostedMode.KRaft;
        // what the data is of before what is usual: in another mode the same directory would look empty
        var mode = options.Mode ?? kept ?? usual;
        return Problem(options, kafka, zooKeeper, mode, kept) is { } problem
            ? throw new HostingException(problem)
            : new ApacheChoice(kafka, mode == HostedMode.ZooKeeper ? zooKeeper : null, mode);
    }

    static CodedText? Problem(ApacheOptions options, Distribution kafka, Distribution? zooKeeper, HostedMode mode, HostedMode? kept)
    {
        if (mode == HostedMode.ZooKeeper)
        {
            return kafka.Version >= firstWithoutZooKeeper ? WithoutZooKeeper(kafka, kept == mode)
                : zooKeeper is null
                    ? CodedText.Of(
                        "NoZooKeeper",
                        $"ZooKeeper mode needs a ZooKeeper, and {kafka.Libraries} has none: give its directory with --zookeeper-home DIR.")
                : options is { Controllers: not null } or { Combined: true }
                    ? CodedText.Of(
                        "KRaftOptions",
                        $"--controllers and --combined are for --mode kraft: in ZooKeeper mode one of the brokers is the controller.")
                : null;
        }

        return kafka.Version < firstWithKRaft
                ? CodedText.Of(
                    "NoKRaftMode",
                    $"{kafka} has no KRaft mode for production, which came with Kafka 3.3. Take --mode zookeeper, or a later Kafka.")
            : UnusedProblem([.. options.ZooKeeperHome is null ? (string[])[] : ["--zookeeper-home"], .. options.ForZooKeeperMode], kafka);
    }

    /// <summary>What would be without effect is not taken in silence.</summary>
    static CodedText? UnusedProblem(string[] forZooKeeperMode, Distribution kafka) =>
        forZooKeeperMode is not [var given, ..] ? null
        : kafka.Version >= firstWithoutZooKeeper
            ? CodedText.Of(
                "ZooKeeperModeGone",
                $"{given} is for ZooKeeper mode, which {kafka} has not: leave it out, or take a Kafka 3 with --kafka-home.")
        : CodedText.Of(
            "ForZooKeeperMode",
            $"{given} is for ZooKeeper mode, and this cluster is in KRaft mode: leave it out, or take --mode zookeeper.");

    /// <param name="isKept">There is data of ZooKeeper mode.</param>
    static CodedText WithoutZooKeeper(Distribution kafka, bool isKept) => isKept
        ? CodedText.Of(
            "NoZooKeeperModeForData",
            $"{kafka} has no ZooKeeper mode, which ended with Kafka 3.9. The data was written in ZooKeeper mode. "
            + $"Give the directory of a Kafka 3 with --kafka-home, or take --mode kraft with other data (--data DIR).")
        : CodedText.Of(
            "NoZooKeeperMode",
            $"{kafka} has no ZooKeeper mode, which ended with Kafka 3.9. "
            + $"Give the directory of a Kafka 3 with --kafka-home, or take --mode kraft.");
}
