using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wire;
using Wire.Files;

namespace ZooKeeper.Server;

/// <summary>zoo.cfg to <see cref="ZooKeeperConfig"/>.</summary>
sealed partial class ConfigParser(string fileName)
{
    readonly Dictionary<string, Property> values = [];
    readonly List<string> warnings = [];
    readonly Dictionary<long, QuorumServer> servers = [];

    public ZooKeeperConfig Parse(IEnumerable<string> lines)
    {
        Read(fileName, lines, values);
        TakeServers();
        var dataDir = PathAt("dataDir") ?? throw new ConfigException($"{fileName}: dataDir is not set.");
        var bound = Given("maxSessionTimeout") ?? Given("minSessionTimeout");
        var config = Build(dataDir);
        if (bound is { } line && config.MinSessionTimeout > config.MaxSessionTimeout)
        {
            throw Wrong(
                line, $"the least timeout of a session, {config.MinSessionTimeout}, is above the greatest, {config.MaxSessionTimeout}");
        }

        var (port, address) = ClientAddress(dataDir);
        config = config with { ClientPort = port, ClientPortAddress = address };
        var autocreate = Given("datadir.autocreate");
        if (!Flag("datadir.autocreate", true))
        {
            CheckDirectories(config, autocreate!);
        }

        CheckLeftOvers();
        return config.Servers.Count == 0 ? config with { Warnings = warnings } : WithEnsemble(config);
    }

    // the defaults are Apache's
    ZooKeeperConfig Build(string dataDir) => new()
    {
        DataDir = dataDir,
        DataLogDir = PathAt("dataLogDir") ?? dataDir,
        TickTime = Number("tickTime", 3000, 1, int.MaxValue / 20), // a session may last 20 ticks, in ms
        InitLimit = Number("initLimit", 0, 1),
        SyncLimit = Number("syncLimit", 0, 1),
        ConnectToLearnerMasterLimit = Number("connectToLearnerMasterLimit", 0, 1),
        ConnectionTimeout = Number("cnxTimeout", 5000, 1),
        MaxClientConnections = NumberOrNone("maxClientCnxns", 60),
        MinSessionTimeout = Number("minSessionTimeout", -1, -1),
        MaxSessionTimeout = Number("maxSessionTimeout", -1, -1),
        SnapRetainCount = RetainCount(),
        PurgeInterval = NumberOrNone("autopurge.purgeInterval", 0),
        FourLetterWords = Words(),
        AdminServerEnabled = Flag("admin.enableServer", true),
        AdminServerPort = Port("admin.serverPort", 8080),
        AdminServerAddress = Address("admin.serverAddress"),
        AdminCommandUrl = Text("admin.commandURL") is { Length: > 0 } url ? url : "/commands",
        SnapCount = Math.Max(2, Number("snapCount", 100_000, int.MinValue)), // as Apache: half of it is the least
        MaxBuffer = Number("jute.maxbuffer", Protocol.Limits.MaxBuffer, 1024),
        ExtendedTypesEnabled = Flag("extendedTypesEnabled", false),
        SuperDigest = Text("DigestAuthenticationProvider.superDigest"),
        QuorumListenOnAllIPs = Flag("quorumListenOnAllIPs", false),
        MaxConnections = NumberOrNone("maxCnxns", 0),
        DigestAuthenticationEnabled = Flag("DigestAuthenticationProvider.enabled", true),
        EnforceQuota = Flag("enforceQuota", false),
        ContainerCheckInterval = Number("znode.container.checkIntervalMs", 60_000, 1),
        ContainersPerMinute = Number("znode.container.maxPerMinute", 10_000, 1),
        ContainerNeverUsedInterval = Number("znode.container.maxNeverUsedIntervalMs", 0, 0),
        SnapshotCompression = Compression(),
        AdminSnapshotEnabled = Flag("admin.snapshot.enabled", true),
        AdminRateLimit = Number("admin.rateLimiterIntervalInMS", 300_000, 0),
        Servers = servers,
    };

    void CheckLeftOvers()
    {
        var lines = values.Values.OrderBy(v => v.Line).ToList();
        var refused = lines.Select(line => (Line: line, Why: WhyRefused(line))).Where(each => each.Why is not null).ToList();
        if (refused.Count > 0)
        {
            throw new ConfigException(string.Join(
                '\n', refused.Select(each => $"{fileName}, line {each.Line.Line}: {each.Line.Key} is refused: {each.Why}.")));
        }

        warnings.AddRange(lines
            .Where(line => !RefusedServerKeys.Contains(line.Key))
            .Select(line => $"{fileName}, line {line.Line}: {Word(line.Key)}"));
        if (values.TryGetValue("electionAlg", out var algorithm) && algorithm.Trimmed != "3")
        {
            throw Wrong(algorithm, "only 3, fast leader election, exists");
        }
    }

    string? WhyRefused(Property line) =>
        RefusedServerKeys.Why(line.Key, line.Trimmed, key => values.GetValueOrDefault(key)?.Trimmed);

    static string Word(string key)
    {
        if (IdleKeys.Contains(key))
        {
            return IdleKeys.Word(key);
        }

        return key.StartsWith("zookeeper.", StringComparison.Ordinal)
            ? $"unknown key {key}, ignored; in this file the name goes without \"zookeeper.\"."
            : $"unknown key {key}, ignored.";
    }

    /// <summary>With autocreate off a missing directory is an error instead of an empty tree (as in Apache's FileTxnSnapLog).</summary>
    void CheckDirectories(ZooKeeperConfig config, Property asked)
    {
        string[] directories = [Path.Combine(config.DataDir, "version-2"), Path.Combine(config.DataLogDir, "version-2")];
        if (directories.FirstOrDefault(d => !Directory.Exists(d)) is { } missing)
        {
            throw Wrong(asked, $"{missing} is missing and is not to be made");
        }
    }

    Property? Given(string key) => values.GetValueOrDefault(key);

    string? Text(string key) => values.Remove(key, out var line) ? line.Trimmed : null;

    /// <summary>Null when it is not given.</summary>
    string? PathAt(string key)
    {
        if (!values.Remove(key, out var line) || line.Trimmed.Length == 0)
        {
            return null;
        }

        return ConfiguredPath.Problem(line.Trimmed) is { } problem ? throw Wrong(line, problem) : line.Trimmed;
    }

    int Number(string key, int standard, int least, int most = int.MaxValue)
    {
        if (!values.Remove(key, out var line))
        {
            return standard;
        }

        if (TryNumber(line.Trimmed, out var number) && number >= least && number <= most)
        {
            return number;
        }

        throw Wrong(line, (least, most) switch
        {
            (int.MinValue, int.MaxValue) => "expected a whole number",
            (_, int.MaxValue) => $"expected a number of at least {least}",
            _ => $"expected a number from {least} to {most}",
        });
    }

    /// <summary>A limit that 0 and, as with Apache, any number below switches off.</summary>
    int NumberOrNone(string key, int standard) => Math.Max(0, Number(key, standard, int.MinValue));

    /// <summary>Also 0x…, as Apache's guide writes jute.maxbuffer: system properties are read by Java's Integer.decode.</summary>
    static bool TryNumber(string text, out int number) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number) && number >= 0
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    int Port(string key, int? standard) => Number(key, standard ?? 0, 0, 65535);

    bool Flag(string key, bool standard)
    {
        if (!values.Remove(key, out var line))
        {
            return standard;
        }

        return bool.TryParse(line.Trimmed, out var flag) ? flag : throw Wrong(line, "expected true or false");
    }

    IPAddress? Address(string key)
    {
        if (!values.Remove(key, out var line) || line.Trimmed.Length == 0)
        {
            return null;
        }

        return Resolve(fileName, line, line.Trimmed);
    }

    string Compression()
    {
        if (!values.Remove("snapshot.compression.method", out var line))
        {
            return "";
        }

        var method = line.Trimmed.ToLowerInvariant();
        return method is "" or "gz" or "snappy" ? method : throw Wrong(line, "expected gz, snappy or nothing");
    }

    int RetainCount()
    {
        values.TryGetValue("autopurge.snapRetainCount", out var line);
        var count = Number("autopurge.snapRetainCount", 3, int.MinValue);
        if (count < 3)
        {
            warnings.Add($"{fileName}, line {line!.Line}: autopurge.snapRetainCount is {count}, at least 3 are kept.");
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
        var words = line.Trimmed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return words.Contains("*") ? null : [.. words];
    }

    /// <summary>The last line of each key, under the key as Apache trims it.</summary>
    void Read(string file, IEnumerable<string> lines, Dictionary<string, Property> into)
    {
        try
        {
            foreach (var read in Properties.Parse(lines))
            {
                var line = read with { Key = read.Key.Trim() };
                if (into.TryGetValue(line.Key, out var before))
                {
                    warnings.Add($"{file}, line {before.Line}: {line.Key} is set again in line {line.Line}, which wins.");
                }

                into[line.Key] = line;
            }
        }
        catch (PropertiesException e)
        {
            throw new ConfigException($"{file}, line {e.Line}: {e.Message}.");
        }
    }

    IPAddress Resolve(string file, Property line, string host)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return literal;
        }

        try
        {
            // of a host with addresses of both kinds Java takes the IPv4 one
            var addresses = Dns.GetHostAddresses(host);
            return addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // the resolver's own words ("Resource temporarily unavailable") would send people to look at the wrong thing
            throw Wrong(
                file,
                line,
                $"the host {host} is not known here: give it an address (in DNS or /etc/hosts), or write an address in its place");
        }
    }

    ConfigException Wrong(Property line, string problem) => Wrong(fileName, line, problem);

    static ConfigException Wrong(string file, Property line, string problem) =>
        new($"{file}, line {line.Line}: {line.Key} = \"{line.Trimmed}\" is wrong: {problem}.");
}
