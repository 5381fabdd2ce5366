using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ZooKeeper.Server;

/// <summary>zoo.cfg to <see cref="ZooKeeperConfig"/>.</summary>
sealed class ConfigParser(string fileName)
{
    /// <summary>Keys that Apache has, that change nothing here and do no harm.</summary>
    static readonly HashSet<string> WithoutEffect =
    [
        "standaloneEnabled", "reconfigEnabled", "globalOutstandingLimit", "preAllocSize", "leaderServes", "fsync.warningthresholdms",
        "clientPortListenBacklog", "localSessionsEnabled", "syncEnabled", "forceSync", "electionAlg", "peerType", "quorum.cnxn.threads.size",
        "admin.idleTimeout", "tcpKeepAlive", "commitLogCount", "snapshot.trust.empty", "snapsync", "audit.enable", "metricsProvider.className",
    ];

    /// <summary>Keys that would change what a server promises: running without them would be a lie.</summary>
    static readonly HashSet<string> Refused = ["dynamicConfigFile", "secureClientPort", "sslQuorum", "quorum.auth.enableSasl", "multiAddress.enabled"];

    readonly Dictionary<string, ConfigLine> values = [];
    readonly List<string> warnings = [];
    readonly Dictionary<long, QuorumServer> servers = [];

    public ZooKeeperConfig Parse(IEnumerable<string> lines)
    {
        foreach (var each in ConfigLines.Read(lines))
        {
            Take(each);
        }

        var dataDir = Text("dataDir") is { Length: > 0 } directory ? directory : throw new ConfigException($"{fileName}: dataDir is not set.");
        var bound = Given("maxSessionTimeout") ?? Given("minSessionTimeout");
        var config = Build(dataDir);
        if (bound is { } line && config.MinSessionTimeout > config.MaxSessionTimeout)
        {
            throw Wrong(line, $"the least timeout of a session, {config.MinSessionTimeout}, is above the greatest, {config.MaxSessionTimeout}");
        }

        CheckLeftOvers();
        return config.Servers.Count == 0 ? config with { Warnings = warnings } : WithEnsemble(config);
    }

    ZooKeeperConfig Build(string dataDir) => new()
    {
        DataDir = dataDir,
        DataLogDir = Text("dataLogDir") is { Length: > 0 } logs ? logs : dataDir,
        TickTime = Number("tickTime", 3000, 1, int.MaxValue / 20), // a session may last 20 ticks, in ms
        InitLimit = Number("initLimit", 0, 1),
        SyncLimit = Number("syncLimit", 0, 1),
        ConnectToLearnerMasterLimit = Number("connectToLearnerMasterLimit", 0, 1),
        ConnectionTimeout = Number("cnxTimeout", 5000, 1),
        ClientPort = Port("clientPort", values.ContainsKey("clientPort") || servers.Count == 0 ? null : OwnServer(dataDir).ClientPort),
        ClientPortAddress = Address("clientPortAddress"),
        MaxClientConnections = Number("maxClientCnxns", 60, 0),
        MinSessionTimeout = Number("minSessionTimeout", -1, -1),
        MaxSessionTimeout = Number("maxSessionTimeout", -1, -1),
        SnapRetainCount = RetainCount(),
        PurgeInterval = Number("autopurge.purgeInterval", 0, 0),
        FourLetterWords = Words(),
        AdminServerEnabled = Flag("admin.enableServer", true),
        AdminServerPort = Port("admin.serverPort", 8080),
        AdminServerAddress = Address("admin.serverAddress"),
        AdminCommandUrl = Text("admin.commandURL") is { Length: > 0 } url ? url : "/commands",
        SnapCount = Number("snapCount", 100_000, 2),
        MaxBuffer = Number("jute.maxbuffer", Protocol.Limits.MaxBuffer, 1024),
        ExtendedTypesEnabled = Flag("extendedTypesEnabled", false),
        SuperDigest = Text("DigestAuthenticationProvider.superDigest"),
        QuorumListenOnAllIPs = Flag("quorumListenOnAllIPs", false),
        Servers = servers,
    };

    ZooKeeperConfig WithEnsemble(ZooKeeperConfig config)
    {
        if (config.Servers.Count == 1)
        {
            warnings.Add($"{fileName}: only one server.N: it runs alone, as Apache does.");
            return config with { Servers = new Dictionary<long, QuorumServer>(), Warnings = warnings };
        }

        if (config.InitLimit == 0 || config.SyncLimit == 0)
        {
            throw new ConfigException($"{fileName}: {(config.InitLimit == 0 ? "initLimit" : "syncLimit")} is not set, and an ensemble needs it.");
        }

        var voters = config.Servers.Values.Count(s => !s.IsObserver);
        if (voters % 2 == 0)
        {
            warnings.Add($"{fileName}: {voters} voting servers tolerate no more failures than {voters - 1}; an odd number is better.");
        }

        var id = MyId(config.DataDir);
        return config with
        {
            MyId = id,
            ConnectToLearnerMasterLimit = config.ConnectToLearnerMasterLimit > 0 ? config.ConnectToLearnerMasterLimit : config.InitLimit,
            Warnings = warnings,
        };
    }

    QuorumServer OwnServer(string dataDir) => servers.Count > 1 ? servers[MyId(dataDir)] : servers.Values.First();

    long MyId(string dataDir)
    {
        var path = Path.Combine(dataDir, "myid");
        if (!File.Exists(path))
        {
            throw new ConfigException($"{path} is missing: it has to hold the number of this server, one of {string.Join(", ", servers.Keys.Order())}.");
        }

        var text = File.ReadAllText(path).Trim();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && servers.ContainsKey(id)
            ? id
            : throw new ConfigException($"{path}, line 1: \"{text}\" is not the number of a server in {fileName} ({string.Join(", ", servers.Keys.Order())}).");
    }

    void Take(ConfigLine line)
    {
        if (line.Key.StartsWith("server.", StringComparison.Ordinal))
        {
            TakeServer(line);
        }
        else if (line.Key.StartsWith("group.", StringComparison.Ordinal) || line.Key.StartsWith("weight.", StringComparison.Ordinal) || Refused.Contains(line.Key))
        {
            throw Wrong(line, "this server does not support it");
        }
        else
        {
            values[line.Key] = line;
        }
    }

    void TakeServer(ConfigLine line)
    {
        if (!long.TryParse(line.Key.AsSpan("server.".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id is < 1 or > 254)
        {
            throw Wrong(line, "the number of a server is 1 to 254");
        }

        var server = QuorumServer.TryParse(id, line.Value, out var problem) ?? throw Wrong(line, problem);
        if (!servers.TryAdd(id, server))
        {
            throw Wrong(line, "this server was named before");
        }
    }

    void CheckLeftOvers()
    {
        foreach (var line in values.Values.OrderBy(v => v.Line))
        {
            warnings.Add($"{fileName}, line {line.Line}: {(WithoutEffect.Contains(line.Key) ? $"{line.Key} is accepted, but changes nothing in this server." : $"unknown key {line.Key}, ignored.")}");
        }

        if (values.TryGetValue("electionAlg", out var algorithm) && algorithm.Value != "3")
        {
            throw Wrong(algorithm, "only 3, fast leader election, exists");
        }
    }

    ConfigLine? Given(string key) => values.TryGetValue(key, out var line) ? line : null;

    string? Text(string key) => values.Remove(key, out var line) ? line.Value : null;

    int Number(string key, int standard, int least, int most = int.MaxValue)
    {
        if (!values.Remove(key, out var line))
        {
            return standard;
        }

        return int.TryParse(line.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Wrong(line, most == int.MaxValue ? $"expected a number of at least {least}" : $"expected a number from {least} to {most}");
    }

    int Port(string key, int? standard) => Number(key, standard ?? 0, 0, 65535);

    bool Flag(string key, bool standard)
    {
        if (!values.Remove(key, out var line))
        {
            return standard;
        }

        return bool.TryParse(line.Value, out var flag) ? flag : throw Wrong(line, "expected true or false");
    }

    IPAddress? Address(string key)
    {
        if (!values.Remove(key, out var line) || line.Value.Length == 0)
        {
            return null;
        }

        try
        {
            // of a host with addresses of both kinds Java takes the IPv4 one
            var addresses = Dns.GetHostAddresses(line.Value);
            return addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw Wrong(line, "expected an address, or the name of a host that has one");
        }
    }

    int RetainCount()
    {
        values.TryGetValue("autopurge.snapRetainCount", out var line);
        var count = Number("autopurge.snapRetainCount", 3, 0);
        if (count < 3)
        {
            warnings.Add($"{fileName}, line {line.Line}: autopurge.snapRetainCount is {count}, at least 3 are kept.");
        }

        return Math.Max(3, count);
    }

    HashSet<string>? Words()
    {
        if (!values.Remove("4lw.commands.whitelist", out var line))
        {
            return ["srvr"];
        }

        // Apache always allows isro as well when read-only mode is on; there is no such mode here
        var words = line.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return words.Contains("*") ? null : [.. words];
    }

    ConfigException Wrong(ConfigLine line, string problem) =>
        new($"{fileName}, line {line.Line}: {line.Key} = \"{line.Value}\" is wrong: {problem}.");
}
