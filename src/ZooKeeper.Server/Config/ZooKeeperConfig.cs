using System.Net;
using Wire;

namespace ZooKeeper.Server;

/// <summary>What a server runs with: the keys of zoo.cfg, and myid. Times are in ms unless they say ticks.</summary>
public sealed partial record ZooKeeperConfig
{
    public required string DataDir { get; init; }

    /// <summary>Where the transaction log goes; dataDir unless given.</summary>
    public string DataLogDir { get => field ?? DataDir; init; }

    public int TickTime { get; init; } = 3000;

    /// <summary>Ticks a follower has to connect to a leader and copy its state.</summary>
    public int InitLimit { get; init; }

    /// <summary>Ticks that a follower may be silent or behind.</summary>
    public int SyncLimit { get; init; }

    /// <summary>Ticks for connecting to the leader; initLimit unless given.</summary>
    public int ConnectToLearnerMasterLimit { get; init; }

    /// <summary>ms for opening a connection to another server in an election (zookeeper.cnxTimeout).</summary>
    public int ConnectionTimeout { get; init; } = 5000;

    /// <summary>0: any free port.</summary>
    public int ClientPort { get; init; }

    /// <summary>Null: every address.</summary>
    public IPAddress? ClientPortAddress { get; init; }

    /// <summary>Connections from one address; 0 for no limit.</summary>
    public int MaxClientConnections { get; init; } = 60;

    public int MinSessionTimeout { get => field > 0 ? field : TickTime * 2; init; }

    public int MaxSessionTimeout { get => field > 0 ? field : TickTime * 20; init; }

    /// <summary>Snapshots that purging keeps, at least 3.</summary>
    public int SnapRetainCount { get; init; } = 3;

    /// <summary>Hours; 0: never.</summary>
    public int PurgeInterval { get; init; }

    /// <summary>Null: all of them ("*").</summary>
    public IReadOnlySet<string>? FourLetterWords { get; init; } = new HashSet<string> { "srvr" };

    public bool AdminServerEnabled { get; init; } = true;

    /// <summary>0: any free port.</summary>
    public int AdminServerPort { get; init; } = 8080;

    /// <summary>Null: every address.</summary>
    public IPAddress? AdminServerAddress { get; init; }

    public string AdminCommandUrl { get; init; } = "/commands";

    /// <summary>Transactions between two snapshots, about.</summary>
    public int SnapCount { get; init; } = 100_000;

    /// <summary>Bytes of the longest request.</summary>
    public int MaxBuffer { get; init; } = Protocol.Limits.MaxBuffer;

    /// <summary>Nodes with a time to live.</summary>
    public bool ExtendedTypesEnabled { get; init; }

    /// <summary>user:base64(sha1(user:password)) of the client that may do everything; null: there is none.</summary>
    public string? SuperDigest { get; init; }

    /// <summary>dataDir/myid; 0 alone.</summary>
    public long MyId { get; init; }

    /// <summary>The ensemble; empty alone.</summary>
    public IReadOnlyDictionary<long, QuorumServer> Servers { get; init; } = new Dictionary<long, QuorumServer>();

    public bool IsEnsemble => Servers.Count > 1;

    /// <summary>Listen for other servers on every address rather than on that of server.N.</summary>
    public bool QuorumListenOnAllIPs { get; init; }

    /// <summary>What the file says that this server does not know or does not do.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The text of /zookeeper/config.</summary>
    public string ConfigNode => string.Join('\n', Servers.Values.OrderBy(s => s.Id).Select(s => $"server.{s.Id}={s}").Append("version=0"));

    /// <exception cref="ConfigException">Not readable, or wrong; the message names file, line and key.</exception>
    public static ZooKeeperConfig Load(string path)
    {
        try
        {
            return Parse(Wire.Properties.ReadLines(path), path) with { Source = File.ReadAllText(path) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{path}: {e.Message}");
        }
    }

    /// <summary>Also reads dataDir/myid when there are servers.</summary>
    /// <inheritdoc cref="Load"/>
    public static ZooKeeperConfig Parse(IEnumerable<string> lines, string fileName) => new ConfigParser(fileName).Parse(lines);
}
