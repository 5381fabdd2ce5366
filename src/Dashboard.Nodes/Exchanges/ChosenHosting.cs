using Dashboard.Nodes.Files;

namespace Dashboard.Nodes.Exchanges;

/// <summary>What a choice comes to with the data that is there.</summary>
public static class ChosenHosting
{
    /// <param name="options">Of the process: what a choice does not say is theirs.</param>
    /// <param name="root">The data directory of the process.</param>
    /// <param name="launch">See <see cref="ApacheOptions.Launch"/>.</param>
    /// <exception cref="HostingException">What the data is of cannot be understood.</exception>
    public static HostingOptions Of(EngineChoice choice, HostingOptions options, string root, IReadOnlyList<string> launch)
    {
        var plain = choice.Plain();
        var directory = EngineDirectories.Of(root, plain);
        var hasData = KeptEngine.Load(directory) is not null;
        var isKRaft = plain.Mode == HostedMode.KRaft;
        return options with
        {
            DataDirectory = directory,
            // numbers stay with the data: see ZooKeeperLayout.RequireSameEnsemble
            Coordinators = ZooKeeperLayout.CoordinatorsIn(directory) ?? plain.Coordinators,
            Brokers = hasData ? null : plain.Brokers,
            Apache = plain.Engine == EngineKind.Embedded ? null : new ApacheOptions
            {
                KafkaHome = plain.KafkaHome ?? "",
                ZooKeeperHome = plain.ZooKeeperHome,
                Mode = plain.Mode,
                // null: as many as the data has
                Controllers = isKRaft && !hasData ? plain.Controllers : null,
                Combined = plain.Combined,
                KafkaHeap = plain.KafkaHeap,
                ZooKeeperHeap = plain.ZooKeeperHeap,
                Launch = launch,
            },
        };
    }

    /// <summary>The other way: what these options chose.</summary>
    public static EngineChoice From(HostingOptions options, HostedEngine engine, IEnumerable<HostedNode> nodes, int voters)
    {
        var all = nodes.ToList();
        return new EngineChoice(engine.Kind, engine.Mode)
        {
            KafkaHome = options.Apache?.KafkaHome,
            ZooKeeperHome = options.Apache?.ZooKeeperHome,
            Coordinators = engine.Mode == HostedMode.ZooKeeper ? options.Coordinators : HostingOptions.UsualCoordinators,
            Controllers = engine.Mode == HostedMode.KRaft ? voters : ApacheOptions.UsualControllers,
            Combined = engine.Mode == HostedMode.KRaft && all.TrueForAll(n => n.Kind == NodeKind.Broker),
            Brokers = all.Count(n => n.Kind == NodeKind.Broker),
            KafkaHeap = options.Apache?.KafkaHeap ?? ApacheOptions.UsualKafkaHeap,
            ZooKeeperHeap = options.Apache?.ZooKeeperHeap ?? ApacheOptions.UsualZooKeeperHeap,
        };
    }
}
