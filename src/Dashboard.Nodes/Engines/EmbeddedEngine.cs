using Dashboard.Nodes.Runtimes;
using Kafka.Broker.Configuration;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Server;

namespace Dashboard.Nodes.Engines;

/// <summary>Castellan's own servers, within this process.</summary>
sealed class EmbeddedEngine : INodeEngine
{
    public static readonly EmbeddedEngine Instance = new();

    public HostedEngine Description => HostedEngine.Embedded;

    /// <summary>Ctrl-C ends everything within 5 s.</summary>
    public (TimeSpan Brokers, TimeSpan Others) StopWithin => (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));

    public IEnumerable<(string Name, string Text)> SharedFiles => [];

    public IEnumerable<(string Key, string Value)> Lines(NodeKind kind, int brokers) => [];

    /// <summary>Each setting may be right and both together wrong: the files are read once more before anything starts.</summary>
    public void Require(IReadOnlyList<NodeFiles> nodes)
    {
        try
        {
            foreach (var node in nodes)
            {
                _ = node.Kind == NodeKind.Broker ? (object)BrokerConfig.Load(node.ConfigFile) : ZooKeeperConfig.Load(node.ConfigFile);
            }
        }
        catch (ConfigException e)
        {
            throw new HostingException(
                $"{e.Message} What was set with --broker-config and --coordinator-config stays with the data; KEY= takes a key out again.");
        }
    }

    /// <summary>All of them share this process's memory, and take little.</summary>
    public CodedText? RoomProblem(int coordinators, int others, bool ofOneMore = false) => null;

    public INodeRuntime Create(NodeFiles node, NodeSurroundings surroundings)
    {
        var (_, logs, console, time, ensembleChanged) = surroundings;
        return node.Kind == NodeKind.Broker
            ? KafkaRuntime.Load(node.ConfigFile, logs.FactoryFor(node.Name, console, LogLevel.Trace), time)
            : ZooKeeperRuntime.Load(node.ConfigFile, logs.FactoryFor(node.Name, console), time, ensembleChanged);
    }

    /// <summary>Its registration was an ephemeral znode.</summary>
    public Task ForgetAsync(NodeFiles broker, string bootstrap, CancellationToken cancellationToken) => Task.CompletedTask;
}
