using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using Dashboard.Nodes;

namespace Dashboard.Hosting;

/// <summary>
/// What the command line takes. Options become configuration keys, so that appsettings.json and the environment fill in the rest; what the
/// values mean is checked where all three have been read (<see cref="CastellanOptions.Problem"/>).
/// </summary>
sealed class CommandLine
{
    public const string Kafka = "kafka";
    public const string ZooKeeper = "zookeeper";

    /// <summary>Exit code for arguments and settings that cannot be taken.</summary>
    public const int Wrong = 2;

    const string Help =
        """
        A dashboard for ZooKeeper and Kafka clusters, and a cluster to look at. Without a command it hosts the cluster "local" and serves
        the pages.

        The same as settings: section "Castellan" of appsettings.json, or the environment: CASTELLAN_URLS, CASTELLAN_BASEPATH,
        CASTELLAN_TRUSTEDPROXIES, CASTELLAN_DATA, CASTELLAN_COORDINATORS, CASTELLAN_BROKERS, CASTELLAN_BROKERCONFIG="KEY=VALUE;KEY=VALUE",
        CASTELLAN_COORDINATORCONFIG, CASTELLAN_ENGINE, CASTELLAN_KAFKAHOME, CASTELLAN_ZOOKEEPERHOME, CASTELLAN_MODE,
        CASTELLAN_CONTROLLERS, CASTELLAN_COMBINED=true, CASTELLAN_KAFKAHEAP, CASTELLAN_ZOOKEEPERHEAP, CASTELLAN_SAMPLE=false,
        CASTELLAN_LOCAL=false, CASTELLAN_KAFKA, CASTELLAN_ZOOKEEPER, CASTELLAN_KAFKACONFIG, CASTELLAN_ZOOKEEPERCONFIG,
        CASTELLAN_CLUSTERSFILE, CASTELLAN_METRICSERIES. More clusters: the list "Clusters" of the section, or CASTELLAN_CLUSTERS__0__ID,
        CASTELLAN_CLUSTERS__0__KAFKA … in the environment. Sign-in and TLS: its section "SignIn", or CASTELLAN_SIGNIN__LOCAL,
        CASTELLAN_SIGNIN__OIDC__AUTHORITY …
        Exit code: 0 ended as asked, 1 failed, 2 wrong arguments or settings.
        """;

    readonly RootCommand root = new(Help) { HelpName = "castellan" };
    readonly List<Func<ParseResult, IEnumerable<KeyValuePair<string, string?>>>> settings = [];

    /// <param name="dashboard">Runs with these keys of <see cref="CastellanOptions"/>; gives the exit code.</param>
    /// <param name="node">Runs one server, <see cref="Kafka"/> or <see cref="ZooKeeper"/>, by its configuration file.</param>
    /// <param name="health">Asks a running program whether it answers, at a URL or where its settings say.</param>
    public CommandLine(
        Func<IReadOnlyDictionary<string, string?>, Task<int>> dashboard, Func<string, string, Task<int>> node,
        Func<string?, Task<int>> health)
    {
        Add(
            "--urls", "URL", nameof(CastellanOptions.Urls),
            "where the pages are served; on loopback only, unless one has to sign in (http://127.0.0.1:8080)", TakesText);
        Add("--base-path", "/PATH", nameof(CastellanOptions.BasePath), "where a proxy mounts it, such as /kafka", TakesText);
        Add(
            "--trusted-proxies", "ADDRESS,…", nameof(CastellanOptions.TrustedProxies),
            "addresses or networks of proxies whose X-Forwarded-For, -Proto and -Host are believed", TakesText);
        Add("--data", "DIR", nameof(CastellanOptions.Data), "data of the hosted nodes ($XDG_DATA_HOME/castellan)", TakesText);
        Add(
            "--coordinators", "N", nameof(CastellanOptions.Coordinators),
            $"hosted ZooKeeper servers, 1 to {CastellanOptions.MostCoordinators} (3)", TakesNumber(CastellanOptions.MostCoordinators));
        Add(
            "--brokers", "N", nameof(CastellanOptions.Brokers),
            $"hosted Kafka brokers, 1 to {HostingOptions.MostBrokers} (3, or those of the last start with this data)",
            TakesNumber(HostingOptions.MostBrokers));
        AddLines(
            "--broker-config", nameof(CastellanOptions.BrokerConfig),
            "a line for server.properties of every hosted broker; again for another line. It stays with the data; KEY= takes it out again",
            "num.partitions=4");
        AddLines(
            "--coordinator-config", nameof(CastellanOptions.CoordinatorConfig), "a line for zoo.cfg of every hosted coordinator, likewise",
            "tickTime=1000");
        Add(
            "--engine", "embedded|apache", nameof(CastellanOptions.Engine),
            "what is hosted: Castellan's own servers (embedded), or Apache's processes", TakesOneOf<EngineKind>);
        Add("--kafka-home", "DIR", nameof(CastellanOptions.KafkaHome), "Apache Kafka to host, where it was unpacked", TakesText);
        Add(
            "--zookeeper-home", "DIR", nameof(CastellanOptions.ZooKeeperHome),
            "Apache ZooKeeper to host (the one that comes with a Kafka 3)", TakesText);
        Add(
            "--mode", "zookeeper|kraft", nameof(CastellanOptions.Mode),
            "of Apache's processes (that of the data; zookeeper with a Kafka 3, kraft with a Kafka 4)", TakesOneOf<HostedMode>);
        Add(
            "--controllers", "N", nameof(CastellanOptions.Controllers),
            $"KRaft controllers, 1 to {ApacheOptions.MostControllers} (3)", TakesNumber(ApacheOptions.MostControllers));
        AddOn("--combined", nameof(CastellanOptions.Combined), "the first brokers are the KRaft controllers as well");
        Add(
            "--kafka-heap", "SIZE", nameof(CastellanOptions.KafkaHeap),
            $"memory for Java of each of Apache's brokers and controllers ({ApacheOptions.UsualKafkaHeap})", TakesText);
        Add(
            "--zookeeper-heap", "SIZE", nameof(CastellanOptions.ZooKeeperHeap),
            $"the same of each coordinator ({ApacheOptions.UsualZooKeeperHeap})", TakesText);
        AddOff("--no-sample", nameof(CastellanOptions.Sample), "no sample topics, producer and groups");
        AddOff("--no-local", nameof(CastellanOptions.Local), "host nothing");
        Add("--kafka", "HOST:PORT,…", nameof(CastellanOptions.Kafka), "open a remote cluster", TakesText);
        Add("--zookeeper", "HOST:PORT,…/chroot", nameof(CastellanOptions.ZooKeeper), "and its ensemble", TakesText);
        Add(
            "--kafka-config", "FILE", nameof(CastellanOptions.KafkaConfig),
            "its client.properties: security, and bootstrap.servers unless --kafka names them", TakesText);
        Add(
            "--zookeeper-config", "FILE", nameof(CastellanOptions.ZooKeeperConfig), "the same of its ensemble, by Java's names", TakesText);
        Add(
            "--clusters", "FILE", nameof(CastellanOptions.ClustersFile),
            "more clusters, and watched for changes (clusters.yaml beside the data, if there is one)", TakesText);
        Add(
            "--metric-series", "N", nameof(CastellanOptions.MetricSeries), "most series of one metric at /metrics (20000)",
            TakesNumber(CastellanOptions.MostMetricSeries));
        AddSignIn();
        AddNode(ZooKeeper, "ZOO_CFG", "one coordinator in the foreground", node);
        AddNode(Kafka, "SERVER_PROPERTIES", "one broker in the foreground", node);
        AddHealth(health);
        root.SetAction(parsed => dashboard(settings.SelectMany(read => read(parsed)).ToDictionary()));
    }

    /// <summary>Does what the arguments ask for, help and completion among it; gives the exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = root.Parse(
            arguments is ["help", ..] ? ["--help"] : arguments,
            new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction wrong)
        {
            wrong.ShowHelp = false;
            parsed.Invoke(new InvocationConfiguration { Output = Console.Error });
            return Wrong;
        }

        // signals are the host's
        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    static string Key(string name) => $"{CastellanOptions.Section}:{name}";

    static string? TakesText(string option, string value) =>
        value.Length == 0 || value.StartsWith("--", StringComparison.Ordinal) ? $"{option} takes a value." : null;

    static Func<string, string, string?> TakesNumber(int most) => (option, value) =>
        TakesText(option, value)
            ?? (int.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : $"{option} {value}: not a number; 1 to {most}.");

    static string? TakesOneOf<T>(string option, string value)
        where T : struct, Enum =>
        TakesText(option, value)
            ?? (Enum.GetNames<T>().Contains(value, StringComparer.OrdinalIgnoreCase)
                ? null
                : $"{option} {value}: takes {string.Join(" or ", Enum.GetNames<T>()).ToLowerInvariant()}.");

    static bool Checked(ArgumentResult given, string name, Func<string, string, string?> problem)
    {
        if (given.Tokens.Select(token => problem(name, token.Value)).FirstOrDefault(found => found is not null) is not { } wrong)
        {
            return true;
        }

        given.AddError(wrong);
        return false;
    }

    /// <param name="problem">Of the option's name and a value: why it cannot be taken, or null.</param>
    void Add(string name, string form, string setting, string help, Func<string, string, string?> problem)
    {
        // given again, the last holds: a script's options can be overruled behind them
        var option = new Option<string>(name)
        {
            HelpName = form,
            Description = help,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = given => Checked(given, name, problem) ? given.Tokens[^1].Value : null,
        };
        root.Add(option);
        settings.Add(parsed => parsed.GetResult(option) is null ? [] : [new(Key(setting), parsed.GetValue(option))]);
    }

    void AddLines(string name, string setting, string help, string example)
    {
        var option = new Option<string[]>(name)
        {
            HelpName = "KEY=VALUE",
            Description = help,
            CustomParser = given =>
                Checked(given, name, (_, value) => IsLine(value) ? null : $"{name} {value}: takes KEY=VALUE, such as {example}.")
                    ? [.. given.Tokens.Select(t => t.Value)]
                    : null,
        };
        root.Add(option);
        settings.Add(parsed => (parsed.GetValue(option) ?? []).Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
            .Select(line => KeyValuePair.Create(Key($"{setting}:{line[0]}"), (string?)line[1])).Reverse().DistinctBy(line => line.Key));

        static bool IsLine(string value) => value.Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 }, _];
    }

    void AddOff(string name, string setting, string help) => AddFlag(name, setting, "false", help);

    void AddOn(string name, string setting, string help) => AddFlag(name, setting, "true", help);

    void AddFlag(string name, string setting, string value, string help)
    {
        var option = new Option<bool>(name) { Description = help, Arity = ArgumentArity.Zero };
        root.Add(option);
        settings.Add(parsed => parsed.GetValue(option) ? [new(Key(setting), value)] : []);
    }

    void AddHealth(Func<string?, Task<int>> health)
    {
        var url = new Argument<string?>("URL") { Description = "where it serves, as --urls has it", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("health", "whether a running Castellan answers: exit code 0 or 1") { url };
        TakeNoOptions(command, "a URL, or its settings from the environment and appsettings.json");
        command.SetAction(parsed => health(parsed.GetValue(url)));
        root.Add(command);
    }

    /// <summary>The dashboard's own would be without effect.</summary>
    static void TakeNoOptions(Command command, string takes) => command.Validators.Add(given =>
    {
        foreach (var other in (given.Parent as CommandResult)?.Children.OfType<OptionResult>().Where(o => !o.Implicit) ?? [])
        {
            given.AddError($"{other.Option.Name} is not for {command.Name}, which takes {takes}.");
        }
    });

    /// <summary>The other ways to sign in take more than a word: they are in the settings.</summary>
    void AddSignIn()
    {
        const string Name = "--sign-in";
        var option = new Option<string>(Name)
        {
            HelpName = "local",
            Description = "one has to sign in, with an account of this server",
            CustomParser = given => Checked(
                given, Name, (_, value) => value == "local" ? null : $"{Name} {value}: takes local; other ways are in Castellan:SignIn.")
                ? given.Tokens[^1].Value
                : null,
        };
        root.Add(option);
        settings.Add(parsed => parsed.GetResult(option) is null ? [] : [new(Key("SignIn:Local"), "true")]);
    }

    void AddNode(string name, string file, string help, Func<string, string, Task<int>> node)
    {
        var argument = new Argument<string>(file) { Description = "its configuration file, as Apache's server reads it" };
        var command = new Command(name, help) { argument };
        TakeNoOptions(command, "one configuration file");
        command.SetAction(parsed => node(name, parsed.GetRequiredValue(argument)));
        root.Add(command);
    }
}
