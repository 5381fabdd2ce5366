using Dashboard.Clusters;
using Dashboard.Messages.Importing;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Audit;
using Dashboard.Nodes;
using Dashboard.Nodes.Exchanges;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Dashboard.Telemetry;

namespace Dashboard.Hosting;

/// <summary>
/// What can be set on the command line, in appsettings.json (section "Castellan") and as CASTELLAN_… in the environment; the first wins.
/// </summary>
public sealed class CastellanOptions
{
    public const string Section = "Castellan";
    public const string HostedId = "local";
    public const string RemoteId = "remote";
    public const int MostCoordinators = HostingOptions.MostCoordinators;
    public const int MostMetricSeries = 1_000_000;

    /// <summary>Where the pages are served; loopback only while nobody has to sign in.</summary>
    public string Urls { get; set; } = "http://127.0.0.1:8080";

    /// <summary>Where it is mounted behind a proxy: "/kafka"; "" for the root.</summary>
    public string BasePath { get; set; } = "";

    /// <summary>Addresses and networks of reverse proxies that are believed, with commas between.</summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>The hosted nodes' data, the audit log and the keys that sign the pages' forms.</summary>
    public string Data { get; set; } = HostingOptions.DefaultDataDirectory;

    public int Coordinators { get; set; } = 3;

    /// <summary>Null: those of the last start with this data; three at the first.</summary>
    public int? Brokers { get; set; }

    /// <summary>Lines for server.properties of every hosted broker; kept with the data until set to nothing.</summary>
    public Dictionary<string, string?> BrokerConfig { get; } = [];

    /// <summary>Lines for zoo.cfg of every hosted coordinator.</summary>
    public Dictionary<string, string?> CoordinatorConfig { get; } = [];

    /// <summary>What is hosted.</summary>
    public EngineKind Engine { get; set; }

    /// <summary>Where Apache Kafka was unpacked; for <see cref="EngineKind.Apache"/>, as the following.</summary>
    public string? KafkaHome { get; set; }

    /// <summary>Null: the ZooKeeper that comes with Kafka 3.</summary>
    public string? ZooKeeperHome { get; set; }

    /// <summary>Null: that of the data, or what the distributions can do, ZooKeeper first.</summary>
    public HostedMode? Mode { get; set; }

    /// <summary>KRaft controllers; null: those of the data, or three.</summary>
    public int? Controllers { get; set; }

    /// <summary>The first brokers are the KRaft controllers as well.</summary>
    public bool Combined { get; set; }

    /// <summary>-Xmx of each of Apache's brokers and controllers: 512m, 2g; null: <see cref="ApacheOptions.UsualKafkaHeap"/>.</summary>
    public string? KafkaHeap { get; set; }

    /// <summary>The same of each coordinator.</summary>
    public string? ZooKeeperHeap { get; set; }

    /// <summary>Sample topics, a producer and consumer groups on the hosted cluster.</summary>
    public bool Sample { get; set; } = true;

    /// <summary>Whether the cluster "local" is hosted.</summary>
    public bool Local { get; set; } = true;

    /// <summary>Bootstrap servers of a remote cluster: HOST:PORT,….</summary>
    public string? Kafka { get; set; }

    /// <summary>Connect string of a remote ensemble: HOST:PORT,…/chroot.</summary>
    public string? ZooKeeper { get; set; }

    /// <summary>A Kafka client's properties file for the remote cluster; its bootstrap.servers stand for <see cref="Kafka"/>.</summary>
    public string? KafkaConfig { get; set; }

    /// <summary>The same for its ensemble, by Java's names.</summary>
    public string? ZooKeeperConfig { get; set; }

    /// <summary>Where clusters.yaml is; null: beside the data, where there need not be one.</summary>
    public string? ClustersFile { get; set; }

    /// <summary>Series of one metric at /metrics, at most; those past it are left out and counted.</summary>
    public int MetricSeries { get; set; } = CastellanMeter.DefaultSeries;

    /// <summary>Of a file that is imported; larger ones are refused.</summary>
    public long MostUploadBytes { get; set; } = UploadStore.UsualMostBytes;

    /// <summary>How much of the audit log is kept on disk, and where it goes besides, unless clusters.yaml says it.</summary>
    public AuditOptions Audit { get; } = new();

    /// <summary>The remote cluster of the options above, and those of the section's list "Clusters".</summary>
    internal ClusterList Clusters { get; private set; } = ClusterList.Empty;

    /// <summary>The section's section "SignIn".</summary>
    internal SignInOptions SignIn { get; private set; } = new();

    /// <summary>What was chosen on the Nodes page; null: nothing was, or the settings say what is hosted.</summary>
    internal EngineChoice? Chosen { get; private set; }

    /// <summary>The settings say what is hosted, whatever is chosen.</summary>
    internal bool EngineIsSet { get; private set; }

    /// <summary>The settings say <see cref="Coordinators"/>.</summary>
    internal bool CoordinatorsAreSet { get; private set; }

    /// <exception cref="HostingException">A value is not of its kind; names the setting.</exception>
    public static CastellanOptions Read(IConfiguration configuration)
    {
        try
        {
            var section = configuration.GetSection(Section);
            var options = section.Get<CastellanOptions>() ?? new CastellanOptions();
            var (entries, unknown) = SettingsClusters.Read(section.GetSection(nameof(Clusters)));
            options.SignIn = SignInOptions.Read(configuration);
            options.EngineIsSet = section[nameof(Engine)] is not null;
            options.CoordinatorsAreSet = section[nameof(Coordinators)] is not null;
            options.Chosen = options is { Local: true, EngineIsSet: false } && !string.IsNullOrWhiteSpace(options.Data)
                ? KeptChoice.Load(options.Data)
                : null;
            options.Clusters = ClusterList.Of([.. options.Remote(), .. entries], DefinitionSource.Settings, unknown);
            return options;
        }
        catch (InvalidOperationException e)
        {
            throw new HostingException(
                $"{e.Message} The setting stands in appsettings.json, or as {Section.ToUpperInvariant()}_… in the environment.");
        }
    }

    /// <summary>One sentence a person can act on, or null.</summary>
    public string? Problem()
    {
        if (string.IsNullOrWhiteSpace(Data))
        {
            return "--data: names no directory.";
        }

        if (Coordinators is < 1 or > MostCoordinators)
        {
            return $"--coordinators {Coordinators}: 1 to {MostCoordinators} can be hosted.";
        }

        if (Brokers is < 1 or > HostingOptions.MostBrokers)
        {
            return $"--brokers {Brokers}: 1 to {HostingOptions.MostBrokers} can be hosted.";
        }

        if ((NotHostedProblem() ?? ApacheSettings.Problem(this)) is { } hosted)
        {
            return hosted;
        }

        if (MostUploadBytes < 1)
        {
            return $"{Section}:MostUploadBytes {MostUploadBytes}: 1 or more.";
        }

        if (MetricSeries is < 1 or > MostMetricSeries)
        {
            return $"--metric-series {MetricSeries}: 1 to {MostMetricSeries}.";
        }

        if ((Addresses.BasePath.Problem(BasePath) ?? Addresses.TrustedProxies.Problem(TrustedProxies)) is { } address)
        {
            return address;
        }

        if (SettingProblem() is { } setting)
        {
            return setting;
        }

        if (Audit.Problem is { } audit)
        {
            return audit;
        }

        if (ClustersFile is not null && !File.Exists(ClustersFile))
        {
            return $"--clusters {ClustersFile}: there is no such file.";
        }

        return Kafka is not null && ClusterMonitorOptions.KafkaProblem(Kafka) is { } kafka ? $"--kafka {Kafka}: {kafka}"
            : ZooKeeper is not null && ClusterMonitorOptions.ZooKeeperProblem(ZooKeeper) is { } zooKeeper
                ? $"--zookeeper {ZooKeeper}: {zooKeeper}"
            : Clusters.Problems is [var problem, ..] ? problem.English
            : SignIn.Problem(Urls);
    }

    /// <summary>For the hosted nodes: what was chosen, where the settings do not say it.</summary>
    /// <exception cref="HostingException">What the data is of cannot be understood.</exception>
    public HostingOptions Hosting(string data)
    {
        var hosting = new HostingOptions
        {
            DataDirectory = data,
            Coordinators = Coordinators,
            Brokers = Brokers,
            BrokerSettings = BrokerConfig.ToDictionary(s => s.Key, s => s.Value ?? ""),
            CoordinatorSettings = CoordinatorConfig.ToDictionary(s => s.Key, s => s.Value ?? ""),
            Apache = ApacheSettings.Of(this),
        };
        if (Chosen is null)
        {
            return hosting;
        }

        var chosen = ChosenHosting.Of(Chosen, hosting, data, ApacheSettings.ThisProgram);
        return chosen with
        {
            Coordinators = CoordinatorsAreSet ? Coordinators : chosen.Coordinators,
            Brokers = Brokers ?? chosen.Brokers,
        };
    }

    /// <summary>The cluster "remote", where anything is given of one.</summary>
    IEnumerable<WrittenDefinition> Remote()
    {
        var remote = new WrittenDefinition($"Cluster {RemoteId}", Environment.CurrentDirectory);
        (string Field, string? Value, string Option)[] given =
        [
            ("kafka", Kafka, "--kafka"),
            ("zookeeper", ZooKeeper, "--zookeeper"),
            ("kafkaConfig", KafkaConfig, "--kafka-config"),
            ("zooKeeperConfig", ZooKeeperConfig, "--zookeeper-config"),
        ];
        foreach (var (field, value, option) in given.Where(g => g.Value is not null))
        {
            remote.Set(field, value!, option);
        }

        remote.Set("id", RemoteId, "");
        return given.Any(g => g.Value is not null) ? [remote] : [];
    }

    /// <summary>A topic of one of the clusters, and what is kept on disk.</summary>
    public sealed class AuditOptions
    {
        public const int MostMegabytes = 1024, MostFiles = 1000;

        /// <summary>Of one file, in MiB.</summary>
        public int MaxFileMegabytes { get; set; } = (int)(AuditLimits.Usual.FileBytes >> 20);

        /// <summary>Of all files together the newest; the oldest are removed.</summary>
        public int MaxFiles { get; set; } = AuditLimits.Usual.Files;

        internal AuditLimits Limits => new((long)MaxFileMegabytes << 20, MaxFiles);

        internal string? Problem => MaxFileMegabytes is < 1 or > MostMegabytes
                ? $"{Section}:Audit:MaxFileMegabytes {MaxFileMegabytes}: 1 to {MostMegabytes}."
            : MaxFiles is < 1 or > MostFiles ? $"{Section}:Audit:MaxFiles {MaxFiles}: 1 to {MostFiles}."
            : (Cluster is null) != (Topic is null) ? $"{Section}:Audit: Cluster and Topic are both needed, or neither."
            : null;

        public string? Cluster { get; set; }

        public string? Topic { get; set; }

        internal AuditTarget? Target => Cluster is { } cluster && Topic is { } topic ? new(cluster, topic) : null;
    }

    /// <summary>What is said of a cluster that is not hosted.</summary>
    string? NotHostedProblem()
    {
        (string Option, bool IsGiven)[] hosted =
        [
            ("--coordinators", CoordinatorsAreSet),
            ("--brokers", Brokers is not null),
            ("--broker-config", BrokerConfig.Count > 0),
            ("--coordinator-config", CoordinatorConfig.Count > 0),
        ];
        return !Local && hosted.FirstOrDefault(o => o.IsGiven).Option is { } given
            ? $"{given} is for the hosted cluster, and --no-local (CASTELLAN_LOCAL=false) hosts none: leave one of them out."
            : null;
    }

    string? SettingProblem() => BrokerConfig.Select(s => (Kind: NodeKind.Broker, s.Key, s.Value))
        .Concat(CoordinatorConfig.Select(s => (Kind: NodeKind.Coordinator, s.Key, s.Value)))
        .Select(s => SettingChecks.Problem(Chosen?.Engine ?? Engine, s.Kind, s.Key, s.Value ?? ""))
        .FirstOrDefault(problem => problem is not null);
}
