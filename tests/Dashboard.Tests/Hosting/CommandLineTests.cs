using System.Net;
using System.Net.Sockets;
using Testing;

namespace Dashboard.Tests.Hosting;

/// <summary>What the program does with its arguments, seen from whoever started it.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://192.0.2.1:8080")]
    [InlineData("https://127.0.0.1:8443")]
    public async Task An_address_that_others_could_reach_is_refused(string url)
    {
        var result = await Castellan.RunAsync("--urls", url);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(url, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("--frobnicate", "--frobnicate")]
    [InlineData("--brokers=many", "--brokers many: not a number; 1 to 32.")]
    [InlineData("--metric-series=0", "--metric-series 0: 1 to")]
    [InlineData("--brokers=0", "--brokers")]
    [InlineData("--coordinators=99", "--coordinators")]
    [InlineData("--broker-config=num.partitions", "KEY=VALUE")]
    [InlineData("--broker-config==4", "KEY=VALUE")]
    [InlineData("--broker-config=num.partitions=many", "--broker-config num.partitions=many: Not a number")]
    [InlineData("--broker-config=broker.id=4", "--broker-config broker.id=4: refused")]
    [InlineData("--broker-config=no.such.key=4", "--broker-config no.such.key=4: not a key")]
    [InlineData("--coordinator-config=tickTime=0", "--coordinator-config tickTime=0: expected")]
    [InlineData("--coordinator-config=enforce.auth.enabled=true", "let everyone in")]
    [InlineData("--data", "--data")]
    [InlineData("--data=", "--data")]
    [InlineData("--urls=", "--urls")]
    [InlineData("--kafka-config=/no/such/file", "--kafka-config: /no/such/file: it cannot be read")]
    [InlineData("--zookeeper-config=/no/such/file", "--zookeeper-config: /no/such/file")]
    [InlineData("--clusters=/no/such/file", "--clusters /no/such/file: there is no such file")]
    [InlineData("--kafka=http://broker:9092", "--kafka")]
    [InlineData("--kafka=broker:many", "broker:many")]
    [InlineData("--zookeeper=zk:99999/kafka", "--zookeeper")]
    [InlineData("--zookeeper=zk:2181/kafka/", "chroot")]
    [InlineData("zookeeper", "zookeeper")]
    [InlineData("zookeper", "Did you mean")]
    [InlineData("--no-sample=yes", "yes")]
    public async Task Wrong_arguments_end_it_with_exit_code_2_and_a_word_about_which(string argument, string word)
    {
        var result = await Castellan.RunAsync(argument);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(word, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("--data takes a value.", "--data", "--brokers", "3")]
    [InlineData("--data is not for zookeeper", "--data", "x", "zookeeper", "zoo.cfg")]
    [InlineData("--urls is not for health", "--urls", "http://127.0.0.1:8080", "health")]
    [InlineData("Unrecognized command or argument 'more'.", "kafka", "server.properties", "more")]
    public async Task Arguments_that_do_not_go_together_are_told(string words, params string[] arguments)
    {
        var result = await Castellan.RunAsync(arguments);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CASTELLAN_BROKERS", "many", "Castellan:Brokers")]
    [InlineData("CASTELLAN_SAMPLE", "perhaps", "Castellan:Sample")]
    [InlineData("CASTELLAN_BROKERCONFIG", "num.partitions=4;listeners=x", "--broker-config listeners=x: refused")]
    [InlineData("CASTELLAN_COORDINATORCONFIG", "tickTime", "CASTELLAN_COORDINATORCONFIG: \"tickTime\" is not KEY=VALUE")]
    [InlineData("CASTELLAN_COORDINATORS", "99", "99")]
    [InlineData("CASTELLAN_CLUSTERS__0__KAFKA", "broker:9092", "id is missing")]
    [InlineData("CASTELLAN_CLUSTERS__0__ID", "Prod", "Castellan:Clusters:0:ID: id: \"Prod\" is not lower case letters")]
    [InlineData("CASTELLAN_URLS", "http://0.0.0.0:8080", "refused")]
    public async Task A_wrong_setting_of_the_environment_is_named_as_well(string name, string value, string word)
    {
        var result = await Castellan.RunAsync(new Dictionary<string, string> { [name] = value });
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(word, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--no-sample")]
    [InlineData("--no-local", "--kafka=127.0.0.1:1")]
    public async Task A_data_directory_that_cannot_be_written_is_told_at_once(params string[] arguments)
    {
        var result = await Castellan.RunAsync(["--urls", "http://127.0.0.1:0", "--data", "/proc/castellan", .. arguments]);
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.StartsWith("/proc/castellan cannot be used", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_urls_says_where_it_listens()
    {
        var other = FreePorts.Take(1)[0];
        await using var remote = new RunningDashboard
        {
            Arguments = ["--urls", "http://127.0.0.1:0", "--no-local", "--kafka=127.0.0.1:1"],
            Environment = new Dictionary<string, string> { ["Kestrel__Endpoints__Everywhere__Url"] = $"http://0.0.0.0:{other}" },
        };
        await remote.InitializeAsync();
        Assert.NotEqual(other, remote.Address.Port);
        Assert.True(FreePorts.IsFree(other));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    public async Task Help_names_every_argument(string argument)
    {
        var result = await Castellan.RunAsync(argument);
        Assert.True(result.ExitCode == 0, result.ToString());
        string[] told =
        [
            "--urls", "--data", "--coordinators", "--brokers", "--no-sample", "--no-local", "--kafka", "--zookeeper", "--help",
            "--broker-config", "--coordinator-config", "--metric-series", "--version", "--kafka-config", "--zookeeper-config", "--clusters",
            "kafka <SERVER_PROPERTIES>", "CASTELLAN_DATA", "Exit code",
        ];
        Assert.All(told, option => Assert.Contains(option, result.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_told()
    {
        var result = await Castellan.RunAsync("--version");
        Assert.Equal((0, "0.1.0"), (result.ExitCode, result.Output.Trim()));
    }

    /// <summary>As dotnet-suggest asks for it.</summary>
    [Theory]
    [InlineData("--brok", "--broker-config", "--brokers")]
    [InlineData("--coordinator", "--coordinator-config", "--coordinators")]
    [InlineData("kaf", "--kafka", "--kafka-config", "--kafka-heap", "--kafka-home", "kafka")]
    public async Task A_shell_can_complete(string begun, params string[] expected)
    {
        var result = await Castellan.RunAsync($"[suggest:{begun.Length}]", begun);
        Assert.Equal(expected, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// From the command line and from the environment, down to the topics; of an option that is given again the last holds.
    /// </summary>
    [Fact]
    public async Task What_is_set_for_hosted_nodes_holds()
    {
        await using var small = new RunningDashboard
        {
            Arguments =
            [
                "--urls", "http://127.0.0.1:0", "--coordinators", "1", "--brokers=2", "--brokers=1", "--no-sample",
                "--broker-config", "num.partitions=3", "--broker-config=num.partitions=4", "--coordinator-config=tickTime=1500",
            ],
            Environment = new Dictionary<string, string> { ["CASTELLAN_BROKERCONFIG"] = "num.partitions=7; log.retention.hours=5" },
        };
        await small.InitializeAsync();
        var rest = new Rest(small);
        var created = await rest.PostAsync("topics", new { name = "plain" });
        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        await rest.EventuallyAsync(
            "topics", t => t.Find("name", "plain")?["partitions"]!.AsArray().Count == 4, "the topic has four partitions");
        Assert.Contains("log.retention.hours=5", File.ReadAllLines(Path.Combine(small.DataDirectory, "kafka0", "server.properties")));
        Assert.Contains("tickTime=1500", File.ReadAllLines(Path.Combine(small.DataDirectory, "zk1", "zoo.cfg")));
    }

    [Fact]
    public async Task A_headless_node_says_which_file_is_missing()
    {
        var result = await Castellan.RunAsync("zookeeper", "/no/such/zoo.cfg");
        Assert.True(result.ExitCode is not (0 or -1), result.ToString());
        Assert.Contains("/no/such/zoo.cfg", result.Error + result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_replaced_by_the_next_free_one_and_a_data_directory_in_use_is_refused()
    {
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await using var small = new RunningDashboard
        {
            Arguments = ["--urls", $"http://127.0.0.1:{port}", "--coordinators", "1", "--brokers=1", "--no-sample"],
        };
        await small.InitializeAsync();
        Assert.NotEqual(port, small.Address.Port);
        var told = $"Port {port} is taken by process {Environment.ProcessId} (";
        Assert.Contains(small.Lines, line => line.StartsWith(told, StringComparison.Ordinal)
            && line.EndsWith($"; using {small.Address.Port}.", StringComparison.Ordinal));
        Assert.Matches(@"^Castellan is ready: \S+ \(1 coordinator, 1 broker at \S+\)$", Assert.Single(small.Output));
        Assert.Equal(2, (await new Rest(small).ValueAsync("nodes")).AsArray().Count);

        var second = await Castellan.RunAsync("--urls", "http://127.0.0.1:0", "--data", small.DataDirectory);
        Assert.True(second.ExitCode == 1, second.ToString());
        Assert.Contains(small.DataDirectory, second.Error, StringComparison.Ordinal);
    }
}
