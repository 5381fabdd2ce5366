using Wire;
using static Dashboard.Nodes.Files.BrokerLines;

namespace Dashboard.Nodes.Files;

/// <summary>
/// A quorum of controllers, each a process of its own or the first brokers, and brokers that register with it. The voters are fixed
/// (controller.quorum.voters), as they are in every release that has KRaft.
/// </summary>
sealed class KRaftLayout : IClusterLayout
{
    /// <summary>Ids are shared with the brokers, which count from 0.</summary>
    const int FirstController = 101;

    readonly HostingOptions options;
    readonly Ports ports;
    readonly KeptEngine kept;
    readonly Dictionary<int, int> voters;

    public KRaftLayout(HostingOptions options, KeptEngine kept, BrokerIds brokers, Ports ports)
    {
        (this.options, this.kept, this.ports) = (options, kept, ports);
        var ids = Enumerable.Range(kept.Combined ? 0 : FirstController, kept.Controllers);
        if (kept.Combined && ids.Except(brokers.Ids).Any())
        {
            throw new HostingException(CodedText.Of(
                "BrokersAreControllers",
                $"--brokers {brokers.Ids.Count}: the first {kept.Controllers} brokers of {options.DataDirectory} are its controllers. "
                + $"Start with --brokers {kept.Controllers} or more, or choose another directory with --data DIR."));
        }

        voters = ids.Index().ToDictionary(
            v => v.Item,
            v => ports.Get(kept.Combined ? $"kafka{v.Item}.controller" : NameOf(v.Item), options.FirstControllerPort + v.Index));
        Founders = kept.Combined ? [] : [.. voters.Keys.Select(id => Controller(id, brokers.Ids.Count))];
    }

    public IReadOnlyList<NodeDraft> Founders { get; }

    public string? ZooKeeperConnect => null;

    string Quorum => string.Join(',', voters.Select(v => $"{v.Key}@127.0.0.1:{v.Value}"));

    public NodeDraft Broker(int id, int brokers)
    {
        var (name, port) = ($"kafka{id}", ports.Get($"kafka{id}", options.FirstBrokerPort + id));
        var isVoter = voters.TryGetValue(id, out var controller);
        return new NodeDraft(name, NodeKind.Broker, id, isVoter ? [port, controller] : [port],
        [
            ("process.roles", isVoter ? "broker,controller" : "broker"),
            ("listeners", $"PLAINTEXT://127.0.0.1:{port}" + (isVoter ? $",CONTROLLER://127.0.0.1:{controller}" : "")),
            ("advertised.listeners", $"PLAINTEXT://127.0.0.1:{port}"),
            // several JVMs that start at once are slow to answer each other
            ("initial.broker.registration.timeout.ms", "120000"),
            .. Member(id, name, brokers),
        ])
        {
            IsVoter = isVoter,
            StorageId = kept.ClusterId,
        };
    }

    static string NameOf(int controller) => $"controller{controller}";

    NodeDraft Controller(int id, int brokers)
    {
        var (name, port) = (NameOf(id), voters[id]);
        return new NodeDraft(name, NodeKind.Controller, id, [port],
        [
            ("process.roles", "controller"),
            ("listeners", $"CONTROLLER://127.0.0.1:{port}"),
            .. Member(id, name, brokers),
        ])
        {
            IsVoter = true,
            StorageId = kept.ClusterId,
        };
    }

    /// <summary>The controller that is active creates topics by its own defaults: they are the brokers'.</summary>
    IEnumerable<(string Key, string Value)> Member(int id, string name, int brokers) =>
    [
        ("node.id", Text(id)),
        ("controller.listener.names", "CONTROLLER"),
        ("controller.quorum.voters", Quorum),
        ("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        // Kafka's default is 9 s: a killed broker is to be seen as gone while one watches
        ("broker.session.timeout.ms", "6000"),
        .. Common(NodeFiles.LogsIn(Path.Combine(options.DataDirectory, name)), brokers),
    ];
}
