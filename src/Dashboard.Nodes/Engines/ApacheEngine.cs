using System.Globalization;
using Dashboard.Nodes.Apache;
using Dashboard.Nodes.Processes;
using Dashboard.Nodes.Runtimes;
using Kafka.Client;
using Kafka.Client.Admin;
using Wire;

namespace Dashboard.Nodes.Engines;

/// <summary>Apache Kafka and ZooKeeper: each node a Java process, begun without the shell scripts of the distributions.</summary>
sealed class ApacheEngine : INodeEngine
{
    const string Broker = "kafka.Kafka";
    const string Storage = "kafka.tools.StorageTool";
    const string Coordinator = "org.apache.zookeeper.server.quorum.QuorumPeerMain";

    readonly ApacheOptions options;
    readonly JavaInstallation java;
    readonly Distribution kafka;
    readonly Distribution? zooKeeper;

    ApacheEngine(ApacheOptions options, ApacheChoice choice, JavaInstallation java)
    {
        (this.options, this.java, kafka, zooKeeper) = (options, java, choice.Kafka, choice.ZooKeeper);
        var title = zooKeeper is null
            ? CodedText.Of("ApacheKRaft", $"Apache {kafka} in KRaft mode, Java {java.Major}")
            : CodedText.Of("ApacheWithZooKeeper", $"Apache {kafka} with {zooKeeper}, Java {java.Major}");
        Description = new HostedEngine(EngineKind.Apache, choice.Mode, title);
    }

    public HostedEngine Description { get; }

    /// <summary>Controlled shutdown of a broker asks the controller to move its leaders, which takes a second or two.</summary>
    public (TimeSpan Brokers, TimeSpan Others) StopWithin => (TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(2));

    public IEnumerable<(string Name, string Text)> SharedFiles =>
        Distributions.Select(LogConfigs.Of).Distinct().Select(log => (log.FileName, log.Text));

    IEnumerable<Distribution> Distributions => zooKeeper is null ? [kafka] : [kafka, zooKeeper];

    /// <param name="kept">The mode of the data that is there; null: none is.</param>
    /// <exception cref="HostingException">What is needed is missing, too old, or does not go together: says what to do.</exception>
    public static ApacheEngine Open(ApacheOptions options, HostedMode? kept, Func<string, string?> variable)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new HostingException(CodedText.Of(
                "NeedsLinux",
                $"--engine apache needs Linux: elsewhere nothing would end Apache's processes with a Castellan that is killed. "
                + $"Start them yourself, and open the cluster with --no-local --kafka HOST:PORT."));
        }

        var choice = ApacheChoice.Of(options, kept);
        // one Java for both
        var newest = choice.ZooKeeper is { } other && other.NeedsJava > choice.Kafka.NeedsJava ? other : choice.Kafka;
        return new ApacheEngine(options, choice, JavaInstallation.Find(newest.NeedsJava, newest.ToString(), variable));
    }

    /// <summary>What the embedded servers have not, or what depends on the release.</summary>
    public IEnumerable<(string Key, string Value)> Lines(NodeKind kind, int brokers)
    {
        if (kind == NodeKind.Coordinator)
        {
            yield break;
        }

        // Kafka's default of 3 would keep internal topics from being made with fewer brokers
        var most = Math.Min(3, brokers).ToString(CultureInfo.InvariantCulture);
        yield return ("transaction.state.log.replication.factor", most);
        yield return ("transaction.state.log.min.isr", "1");
        // 50 by default, each with files of its own in each broker: too many for a machine that hosts all of them
        yield return ("transaction.state.log.num.partitions", "10");
        if (kafka.Version.Major >= 4)
        {
            yield return ("share.coordinator.state.topic.replication.factor", most);
            yield return ("share.coordinator.state.topic.min.isr", "1");
            yield return ("share.coordinator.state.topic.num.partitions", "10");
        }

        if (zooKeeper is not null)
        {
            // several JVMs that start at once are slow to answer each other
            yield return ("zookeeper.connection.timeout.ms", "60000");
        }
    }

    /// <summary>Apache's servers check their settings themselves: what they say is in their logs, and the reason why they ended.</summary>
    public void Require(IReadOnlyList<NodeFiles> nodes)
    {
    }

    public CodedText? RoomProblem(int coordinators, int others, bool ofOneMore = false)
    {
        var heaps = HeapSum.Of(options.KafkaHeap, options.ZooKeeperHeap, coordinators, others, options.Memory);
        return ofOneMore ? heaps.ProblemOfOneMore : heaps.Problem;
    }

    public INodeRuntime Create(NodeFiles node, NodeSurroundings surroundings)
    {
        var server = node.Kind == NodeKind.Coordinator
            ? new ServerProcess(
                node.Name, Java(zooKeeper!, options.ZooKeeperHeap, Coordinator, node.ConfigFile), [node.Port, .. node.OtherPorts],
                cancellationToken => ServerProbes.ZooKeeperAsync(node.Port, cancellationToken), null,
                words => KnownEndings.Of(words, zooKeeper!.ToString()))
            : new ServerProcess(
                node.Name, Java(kafka, options.KafkaHeap, Broker, node.ConfigFile), [node.Port, .. node.OtherPorts],
                cancellationToken => ServerProbes.KafkaAsync(node.Port, cancellationToken), Format(node),
                words => KnownEndings.Of(words, kafka.ToString()));
        return new ProcessRuntime(server, surroundings.Logs, surroundings.Time);

        ProcessCommand Java(Distribution distribution, string heap, string main, params string[] arguments) =>
            Command(surroundings.DataDirectory, distribution, heap, main, arguments) with { Directory = node.Home };

        ProcessCommand? Format(NodeFiles unformatted)
        {
            if (unformatted.StorageId is not { } cluster)
            {
                return null;
            }

            if (unformatted.IsFormatted)
            {
                unformatted.RequireOfCluster(cluster);
                return null;
            }

            unformatted.ForgetHalfFormat();
            // KRaft refuses to start on storage that was not formatted (KIP-631)
            return Java(kafka, options.KafkaHeap, Storage, "format", "--cluster-id", cluster, "--config", unformatted.ConfigFile);
        }
    }

    /// <summary>A KRaft cluster remembers its brokers, whether they run or not (UnregisterBroker, KIP-631).</summary>
    public async Task ForgetAsync(NodeFiles broker, string bootstrap, CancellationToken cancellationToken)
    {
        if (Description.Mode != HostedMode.KRaft)
        {
            return;
        }

        var cluster = new KafkaCluster(KafkaCluster.ParseBootstrap(bootstrap), new KafkaClientOptions());
        await using (cluster.ConfigureAwait(false))
        {
            await cluster.UnregisterBrokerAsync(broker.Id, cancellationToken).ConfigureAwait(false);
        }
    }

    ProcessCommand Command(string data, Distribution distribution, string heap, string main, string[] arguments)
    {
        var log = LogConfigs.Of(distribution);
        string[] command =
        [
            java.Program,
            $"-Xmx{heap}",
            "-XX:+UseSerialGC", // the least memory and threads, with a heap as small as these
            // or a broker goes on half dead: its supervisor starts it again instead
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            log.Option(Path.Combine(data, log.FileName)),
            "-cp", distribution.ClassPath,
            main,
            .. arguments,
        ];
        return new ProcessCommand([.. options.Launch, ApacheOptions.LaunchCommand], command, data);
    }
}
