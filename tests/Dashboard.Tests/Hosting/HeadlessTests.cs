using System.Globalization;
using Testing;

namespace Dashboard.Tests.Hosting;

/// <summary>One server in the foreground, whose others are not there.</summary>
public sealed class HeadlessTests : IDisposable
{
    readonly TempDirectory directory = new();

    [Fact]
    public async Task A_coordinator_alone_says_who_is_missing_and_ends_at_its_signal()
    {
        var ports = FreePorts.Take(7);
        File.WriteAllText(directory["myid"], "1");
        File.WriteAllLines(
            directory["zoo.cfg"],
            [
                $"dataDir={directory.Path}", $"clientPort={ports[6]}", "initLimit=10", "syncLimit=5", "admin.enableServer=false",
                .. Enumerable.Range(1, 3).Select(i => string.Create(
                    CultureInfo.InvariantCulture, $"server.{i}=127.0.0.1:{ports[2 * i - 2]}:{ports[2 * i - 1]}")),
            ]);
        var result = await Castellan.RunUntilAsync("no leader for", "zookeeper", directory["zoo.cfg"]);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains(
            $"it takes 2 of 3 servers. Not reached: server 2 at 127.0.0.1:{ports[3]} (Connection refused); "
            + $"server 3 at 127.0.0.1:{ports[5]} (",
            result.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_without_its_coordinators_says_so_and_ends_at_its_signal()
    {
        var ports = FreePorts.Take(2);
        File.WriteAllLines(
            directory["server.properties"],
            [
                "broker.id=1", $"listeners=PLAINTEXT://127.0.0.1:{ports[0]}", $"log.dirs={directory["logs"]}",
                $"zookeeper.connect=127.0.0.1:{ports[1]}/kafka",
            ]);
        var result = await Castellan.RunUntilAsync("No session with ZooKeeper", "kafka", directory["server.properties"]);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains($"at 127.0.0.1:{ports[1]} for ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Connection refused", result.Output, StringComparison.Ordinal);
    }

    /// <summary>A file that asks for what is not here must not start an open server.</summary>
    [Theory]
    [InlineData("zookeeper", "zoo.cfg", "enforce.auth.enabled=true", "{0}, line 2: enforce.auth.enabled is refused: ")]
    [InlineData("zookeeper", "zoo.cfg", "secureClientPort=2281", "{0}, line 2: secureClientPort is refused: ")]
    [InlineData("zookeeper", "zoo.cfg", "clientPortAddress=no-such-host.invalid", "the host no-such-host.invalid is not known here")]
    [InlineData(
        "kafka", "server.properties", "authorizer.class.name=kafka.security.authorizer.AclAuthorizer",
        "{0}:2: authorizer.class.name: refused: ")]
    [InlineData("kafka", "server.properties", "listeners=SASL_SSL://127.0.0.1:0", "{0}:2: listeners: ")]
    [InlineData("kafka", "server.properties", "process.roles=broker,controller", "{0}:2: process.roles: refused: ")]
    [InlineData(
        "kafka", "server.properties", "listeners=PLAINTEXT://no-such-host.invalid:0",
        "{0}:2: listeners: the host no-such-host.invalid")]
    public async Task A_file_that_cannot_be_followed_does_not_start_a_server(string verb, string name, string line, string message)
    {
        File.WriteAllLines(
            directory[name],
            verb == "kafka"
                ? ["zookeeper.connect=127.0.0.1:1", line, "broker.id=1"]
                : [$"dataDir={directory.Path}", line, "clientPort=0"]);
        var result = await Castellan.RunAsync(verb, directory[name]);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(string.Format(CultureInfo.InvariantCulture, message, directory[name]), result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_is_told_once()
    {
        File.WriteAllLines(directory["zoo.cfg"], [$"dataDir={directory.Path}", "clientPort=0", "admin.enableServer=false", "ticktime=5"]);
        var result = await Castellan.RunUntilAsync("Serving as", "zookeeper", directory["zoo.cfg"]);
        Assert.Equal(2, result.Output.Split("unknown key ticktime").Length);
    }

    public void Dispose() => directory.Dispose();
}
