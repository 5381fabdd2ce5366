namespace Dashboard.Hosting;

/// <summary>What the command line asks for. Options become configuration keys, so that appsettings.json and the environment fill in the rest.</summary>
/// <param name="Verb">"dashboard", "zookeeper", "kafka" or "help".</param>
/// <param name="ConfigFile">Of a headless verb.</param>
/// <param name="Settings">Keys of <see cref="CastellanOptions"/>.</param>
/// <param name="Error">Why the arguments cannot be taken, or null.</param>
sealed record CommandLine(string Verb, string? ConfigFile, IReadOnlyDictionary<string, string?> Settings, string? Error)
{
    public const string Help =
        """
        Castellan: a dashboard for ZooKeeper and Kafka clusters, and a cluster to look at.

          castellan [options]                    hosts the cluster "local" and serves the pages
          castellan zookeeper ZOO_CFG            one coordinator in the foreground
          castellan kafka SERVER_PROPERTIES      one broker in the foreground

          --urls URL          where the pages are served       (http://127.0.0.1:8080; loopback only)
          --data DIR          data of the hosted nodes         ($XDG_DATA_HOME/castellan)
          --coordinators N    hosted ZooKeeper servers, 1 to 9 (3)
          --brokers N         hosted Kafka brokers, 1 to 32    (3)
          --no-sample         no sample topics, producer and groups
          --no-local          host nothing
          --kafka LIST        open a remote cluster: HOST:PORT,…
          --zookeeper LIST    and its ensemble: HOST:PORT,…/chroot
          --help              this text

        The same as settings: section "Castellan" of appsettings.json, or the environment: CASTELLAN_URLS, CASTELLAN_DATA, CASTELLAN_COORDINATORS,
        CASTELLAN_BROKERS, CASTELLAN_SAMPLE=false, CASTELLAN_LOCAL=false, CASTELLAN_KAFKA, CASTELLAN_ZOOKEEPER.
        Exit code: 0 ended as asked, 1 failed, 2 wrong arguments or settings.
        """;

    static readonly Dictionary<string, string> valued = new()
    {
        ["--urls"] = nameof(CastellanOptions.Urls),
        ["--data"] = nameof(CastellanOptions.Data),
        ["--coordinators"] = nameof(CastellanOptions.Coordinators),
        ["--brokers"] = nameof(CastellanOptions.Brokers),
        ["--kafka"] = nameof(CastellanOptions.Kafka),
        ["--zookeeper"] = nameof(CastellanOptions.ZooKeeper),
    };

    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        if (arguments is ["help", ..] || arguments.Any(a => a is "--help" or "-h"))
        {
            return new("help", null, new Dictionary<string, string?>(), null);
        }

        if (arguments is ["zookeeper" or "kafka", ..])
        {
            return arguments.Count == 2
                ? new(arguments[0], arguments[1], new Dictionary<string, string?>(), null)
                : Wrong($"{arguments[0]} takes one configuration file.");
        }

        var settings = new Dictionary<string, string?>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var n, var v] ? (n, v) : (arguments[i], null);
            if (name is "--no-sample" or "--no-local" && value is null)
            {
                settings[Key(name == "--no-sample" ? nameof(CastellanOptions.Sample) : nameof(CastellanOptions.Local))] = "false";
            }
            else if (!valued.TryGetValue(name, out var key))
            {
                return Wrong($"{arguments[i]}: unknown. castellan --help lists the options.");
            }
            else if (string.IsNullOrEmpty(value ??= i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal) ? arguments[++i] : null))
            {
                return Wrong($"{name} takes a value.");
            }
            else if (key is nameof(CastellanOptions.Coordinators) or nameof(CastellanOptions.Brokers) && !int.TryParse(value, out _))
            {
                return Wrong($"{name} {value}: not a number.");
            }
            else
            {
                settings[Key(key)] = value;
            }
        }

        return new("dashboard", null, settings, null);
    }

    static string Key(string name) => $"{CastellanOptions.Section}:{name}";

    static CommandLine Wrong(string error) => new("dashboard", null, new Dictionary<string, string?>(), error);
}
