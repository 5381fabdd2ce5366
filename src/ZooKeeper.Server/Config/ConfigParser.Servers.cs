using System.Globalization;
using System.Net;
using Wire;

namespace ZooKeeper.Server;

/// <summary>
/// The ensemble: the lines server.N of zoo.cfg, or of the file that dynamicConfigFile names, and which of them this server is.
/// </summary>
sealed partial class ConfigParser
{
    /// <summary>The id is the top byte of the sessions' ids. Apache takes greater ones and gives two servers the same sessions.</summary>
    const long GreatestServer = 255;

    /// <summary>With extended types the top byte 0xff marks nodes with a time to live (Apache's EphemeralType).</summary>
    const long GreatestServerWithExtendedTypes = 254;

    /// <summary>A set of voters is 64 bits (QuorumSettings.Bit): with one more, two servers would share a bit.</summary>
    const int MostVoters = 64;

    readonly Dictionary<long, (string File, Property Line)> serverLines = [];

    void TakeServers()
    {
        if (!values.Remove("dynamicConfigFile", out var pointer))
        {
            foreach (var line in values.Values.Where(v => v.Key.StartsWith("server.", StringComparison.Ordinal)).ToList())
            {
                values.Remove(line.Key);
                TakeServer(fileName, line);
            }

            return;
        }

        if (values.Values.FirstOrDefault(v => IsOfEnsemble(v.Key)) is { } here)
        {
            throw Wrong(here, "with dynamicConfigFile, servers belong in that file only");
        }

        foreach (var line in ReadDynamic(pointer).Values.OrderBy(v => v.Line))
        {
            if (!line.Key.StartsWith("server.", StringComparison.Ordinal))
            {
                throw Wrong(pointer.Trimmed, line, IsOfEnsemble(line.Key)
                    ? "this server does not support it, and every server of an ensemble has to agree on what makes a majority"
                    : "a dynamic configuration has lines server.N only");
            }

            TakeServer(pointer.Trimmed, line);
        }
    }

    static bool IsOfEnsemble(string key) =>
        key.StartsWith("server.", StringComparison.Ordinal)
        || key.StartsWith("group", StringComparison.Ordinal)
        || key.StartsWith("weight", StringComparison.Ordinal);

    /// <summary>
    /// The ensemble as it was first configured. One that was reconfigured since has its version at the end of the file's name, in
    /// hexadecimal; other servers would ask for it.
    /// </summary>
    Dictionary<string, Property> ReadDynamic(Property pointer)
    {
        var file = pointer.Trimmed;
        var ending = Path.GetExtension(file).TrimStart('.');
        if (long.TryParse(ending, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var version) && version != 0)
        {
            throw Wrong(
                pointer,
                $"this ensemble was reconfigured (version {version:x}), which this server does not support. "
                + $"Write its servers into {fileName}, or run Apache ZooKeeper");
        }

        if (File.Exists(fileName + ".dynamic.next"))
        {
            throw Wrong(
                pointer,
                $"{fileName}.dynamic.next says that a reconfiguration has begun, which this server does not support. "
                + "Let Apache ZooKeeper end it");
        }

        var lines = new Dictionary<string, Property>();
        try
        {
            Read(file, Properties.ReadLines(file), lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong(pointer, e.Message);
        }

        return lines;
    }

    void TakeServer(string file, Property line)
    {
        var number = line.Key.AsSpan("server.".Length);
        if (!long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            || id is < 0 or > GreatestServer)
        {
            throw Wrong(file, line, $"the number of a server is 0 to {GreatestServer}");
        }

        var server = QuorumServer.TryParse(id, line.Trimmed, out var problem) ?? throw Wrong(file, line, problem);
        if (!servers.TryAdd(id, server))
        {
            throw Wrong(file, line, "this server was named before");
        }

        serverLines[id] = (file, line);
    }

    ZooKeeperConfig WithEnsemble(ZooKeeperConfig config)
    {
        if (config.Servers.Count == 1)
        {
            warnings.Add($"{fileName}: only one server.N: it runs alone, as Apache does.");
            return config with { Servers = new Dictionary<long, QuorumServer>(), Warnings = warnings };
        }

        if (config.InitLimit == 0 || config.SyncLimit == 0)
        {
            var missing = config.InitLimit == 0 ? "initLimit" : "syncLimit";
            throw new ConfigException($"{fileName}: {missing} is not set, and an ensemble needs it.");
        }

        var voters = config.Servers.Values.Count(s => !s.IsObserver);
        if (voters == 0)
        {
            throw new ConfigException($"{fileName}: every server.N is an observer: none of them could lead.");
        }

        if (voters > MostVoters)
        {
            throw new ConfigException(
                $"{fileName}: {voters} servers vote, at most {MostVoters} can: make the others observers (:observer).");
        }

        if (voters % 2 == 0)
        {
            warnings.Add($"{fileName}: {voters} voting servers tolerate no more failures than {voters - 1}; an odd number is better.");
        }

        var id = MyId(config.DataDir);
        CheckOwn(id, config);
        return config with
        {
            MyId = id,
            ConnectToLearnerMasterLimit = config.ConnectToLearnerMasterLimit > 0 ? config.ConnectToLearnerMasterLimit : config.InitLimit,
            Warnings = warnings,
        };
    }

    long MyId(string dataDir)
    {
        var path = Path.Combine(dataDir, "myid");
        var numbers = string.Join(", ", servers.Keys.Order());
        if (!File.Exists(path))
        {
            throw new ConfigException($"{path} is missing: it has to hold the number of this server, one of {numbers}.");
        }

        var text = File.ReadAllText(path).Trim();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && servers.ContainsKey(id)
            ? id
            : throw new ConfigException($"{path}, line 1: \"{text}\" is not the number of a server in {fileName} ({numbers}).");
    }

    void CheckOwn(long id, ZooKeeperConfig config)
    {
        var (file, line) = serverLines[id];
        if (config.ExtendedTypesEnabled && id > GreatestServerWithExtendedTypes)
        {
            throw Wrong(file, line, $"with extendedTypesEnabled the number of a server is at most {GreatestServerWithExtendedTypes}");
        }

        if (!config.QuorumListenOnAllIPs)
        {
            Resolve(file, line, config.Servers[id].Host);
        }
    }

    /// <summary>
    /// Where clients connect. What follows the semicolon of this server's own line wins over clientPort and clientPortAddress, which may
    /// say less than it and nothing else (as in Apache's QuorumPeerConfig.setupClientPort).
    /// </summary>
    (int Port, IPAddress? Address) ClientAddress(string dataDir)
    {
        var given = Given("clientPort");
        var (port, address) = (Port("clientPort", 0), Address("clientPortAddress"));
        if (servers.Values.All(s => s.ClientPort is null) || OwnServer(dataDir) is not { ClientPort: { } ownPort } own)
        {
            return (port, address);
        }

        var ownAddress = own.ClientAddress is { } host ? Resolve(serverLines[own.Id].File, serverLines[own.Id].Line, host) : null;
        var isAny = address is null || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        if (given is not null && (port != ownPort || !(isAny || address!.Equals(ownAddress))))
        {
            throw Wrong(
                given,
                $"clients connect to {own.ClientAddress ?? "0.0.0.0"}:{ownPort} by the line of server.{own.Id}: "
                + "make them the same, or leave one out");
        }

        return (ownPort, ownAddress);
    }

    /// <summary>The only one runs without myid.</summary>
    QuorumServer OwnServer(string dataDir) => servers.Count > 1 ? servers[MyId(dataDir)] : servers.Values.First();
}
