using Dashboard.Monitoring;
using Dashboard.Nodes;

namespace Dashboard.Hosting;

/// <summary>What can be set on the command line, in appsettings.json (section "Castellan") and as CASTELLAN_… in the environment; the first wins.</summary>
public sealed class CastellanOptions
{
    public const string Section = "Castellan";

    /// <summary>Where the pages are served; loopback only until there is sign-in.</summary>
    public string Urls { get; set; } = "http://127.0.0.1:8080";

    /// <summary>The hosted nodes' data, the audit log and the keys that sign the pages' forms.</summary>
    public string Data { get; set; } = HostingOptions.DefaultDataDirectory;

    public int Coordinators { get; set; } = 3;

    public int Brokers { get; set; } = 3;

    /// <summary>Sample topics, a producer and consumer groups on the hosted cluster.</summary>
    public bool Sample { get; set; } = true;

    /// <summary>Whether the cluster "local" is hosted.</summary>
    public bool Local { get; set; } = true;

    /// <summary>Bootstrap servers of a remote cluster: HOST:PORT,….</summary>
    public string? Kafka { get; set; }

    /// <summary>Connect string of a remote ensemble: HOST:PORT,…/chroot.</summary>
    public string? ZooKeeper { get; set; }

    /// <exception cref="HostingException">A value is not of its kind; names the setting.</exception>
    public static CastellanOptions Read(IConfiguration configuration)
    {
        try
        {
            return configuration.GetSection(Section).Get<CastellanOptions>() ?? new CastellanOptions();
        }
        catch (InvalidOperationException e)
        {
            throw new HostingException($"{e.Message} The setting stands in appsettings.json, or as {Section.ToUpperInvariant()}_… in the environment.");
        }
    }

    /// <summary>One sentence a person can act on, or null.</summary>
    public string? Problem()
    {
        if (string.IsNullOrWhiteSpace(Data))
        {
            return "--data: names no directory.";
        }

        if (Coordinators is < 1 or > 9)
        {
            return $"--coordinators {Coordinators}: 1 to 9 can be hosted.";
        }

        if (Brokers is < 1 or > 32)
        {
            return $"--brokers {Brokers}: 1 to 32 can be hosted.";
        }

        if (!Local && Kafka is null && ZooKeeper is null)
        {
            return "--no-local leaves nothing to show: name a cluster with --kafka HOST:PORT,… or --zookeeper HOST:PORT,…";
        }

        return Kafka is not null && ClusterMonitorOptions.KafkaProblem(Kafka) is { } kafka ? $"--kafka {Kafka}: {kafka}"
            : ZooKeeper is not null && ClusterMonitorOptions.ZooKeeperProblem(ZooKeeper) is { } zooKeeper ? $"--zookeeper {ZooKeeper}: {zooKeeper}"
            : LoopbackUrls.Problem(Urls);
    }
}
