using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using Wire;
using ZooKeeper.Server.Tests.Quorum;

namespace ZooKeeper.Server.Tests.Config;

/// <summary>Which servers there are, where they listen, and the habits of Java's property files in front of all that.</summary>
public sealed class ServerLinesTests : IDisposable
{
    readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("0")]
    [InlineData("255")]
    public void Server_0_and_255_are_servers_as_with_Apache(string id)
    {
        File.WriteAllText(directory["myid"], id);
        var config = Parse($"server.{id}=127.0.0.1:1:2", "server.7=h:3:4");
        Assert.Equal(id, config.MyId.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task An_ensemble_with_server_0_serves()
    {
        var ports = FreePorts.Take(9);
        var lines = Enumerable.Range(0, 3)
            .Select(i => $"server.{i}=127.0.0.1:{ports[3 * i]}:{ports[3 * i + 1]};127.0.0.1:{ports[3 * i + 2]}");
        var servers = Enumerable.Range(0, 3).Select(id =>
        {
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(directory[$"{id}"]).FullName, "myid"), $"{id}");
            string[] own = [$"dataDir={directory[$"{id}"]}", "tickTime=500", "initLimit=20", "syncLimit=4", "admin.enableServer=false"];
            return new ZooKeeperServer(
                ZooKeeperConfig.Parse([.. own, .. lines], "zoo.cfg"), NullLoggerFactory.Instance, TimeProvider.System);
        }).ToList();
        await Task.WhenAll(servers.Select(server => server.StartAsync(TestContext.Current.CancellationToken)));
        var ready = Task.WhenAll(servers.Select(server => server.Ready));
        await ready.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(ports[2], servers[0].Port);
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public void With_extended_types_255_is_taken()
    {
        File.WriteAllText(directory["myid"], "255");
        Assert.Contains(
            "at most 254", Refused("server.255=127.0.0.1:1:2", "server.7=h:3:4", "extendedTypesEnabled=true"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_own_host_must_be_known_and_is_named_with_its_line()
    {
        File.WriteAllText(directory["myid"], "2");
        var refused = Refused("server.1=127.0.0.1:1:2", "server.2=no-such-host.invalid:3:4", "server.3=also-not.invalid:5:6");
        Assert.StartsWith("zoo.cfg, line 5: server.2 = ", refused, StringComparison.Ordinal);
        Assert.Contains("the host no-such-host.invalid is not known here", refused, StringComparison.Ordinal);
        Assert.Equal(2, Parse("server.1=127.0.0.1:1:2", "server.2=no-such-host.invalid:3:4", "quorumListenOnAllIPs=true").MyId);
    }

    [Theory]
    [InlineData("server.1=127.0.0.1:1:2;127.0.0.2:2281", 2281, "127.0.0.2")]
    [InlineData("server.1=127.0.0.1:1:2:participant;2281", 2281, null)]
    [InlineData("server.1=127.0.0.1:1:2:observer;", 0, null)]
    public void Behind_the_semicolon_stands_where_clients_connect(string line, int port, string? address)
    {
        File.WriteAllText(directory["myid"], "1");
        var config = Parse(line, "server.2=h:3:4", "server.3=h:5:6");
        Assert.Equal((port, address), (config.ClientPort, config.ClientPortAddress?.ToString()));
    }

    /// <summary>A server that its own line binds to one address must not listen on all.</summary>
    [Fact]
    public void The_line_of_the_server_wins_over_a_port_that_says_less_and_not_over_one_that_says_another()
    {
        File.WriteAllText(directory["myid"], "1");
        Assert.Equal(
            IPAddress.Loopback, Parse("server.1=127.0.0.1:1:2;127.0.0.1:2281", "server.2=h:3:4", "clientPort=2281").ClientPortAddress);
        Assert.Contains(
            "line 6: clientPort",
            Refused("server.1=127.0.0.1:1:2;127.0.0.1:2281", "server.2=h:3:4", "clientPort=2282"),
            StringComparison.Ordinal);
        Assert.Contains(
            "clientPort",
            Refused("server.1=127.0.0.1:1:2;127.0.0.1:2281", "server.2=h:3:4", "clientPort=2281", "clientPortAddress=127.0.0.9"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_servers_may_stand_in_a_dynamic_file()
    {
        File.WriteAllText(directory["myid"], "1");
        File.WriteAllLines(directory["zoo.cfg.dynamic"], ["server.1=127.0.0.1:1:2:participant;2281", "server.2=h:3:4"]);
        var config = Parse($"dynamicConfigFile={directory["zoo.cfg.dynamic"]}");
        Assert.Equal([1L, 2L], config.Servers.Keys.Order());
        Assert.Equal(2281, config.ClientPort);

        Assert.Contains(
            "line 5: server.3", Refused($"dynamicConfigFile={directory["zoo.cfg.dynamic"]}", "server.3=h:5:6"), StringComparison.Ordinal);
        File.AppendAllText(directory["zoo.cfg.dynamic"], "\nversion=0\n");
        Assert.Contains(
            $"{directory["zoo.cfg.dynamic"]}, line 4: version",
            Refused($"dynamicConfigFile={directory["zoo.cfg.dynamic"]}"),
            StringComparison.Ordinal);
        Assert.Contains(
            "was reconfigured (version 100000000)",
            Refused($"dynamicConfigFile={directory["zoo.cfg.dynamic.100000000"]}"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Observers_alone_are_no_ensemble() =>
        Assert.Contains("observer", Refused("server.1=127.0.0.1:1:2:observer", "server.2=h:3:4:observer"), StringComparison.Ordinal);

    [Fact]
    public void Files_are_read_as_Java_reads_them()
    {
        File.WriteAllText(directory["myid"], "1");
        File.WriteAllText(
            directory["zoo.cfg"],
            $"\\u0064ataDir={directory.Path}\rinitLimit : 5\r\nsyncLimit 2\nclientPort = 2181   \nclientPort = 2182\t\n"
            + "server.1=127.0.0.1\\\n    :1:2\nserver.2=h:3:4\n#\\\ntickTime=900");
        var config = ZooKeeperConfig.Load(directory["zoo.cfg"]);
        Assert.Equal(
            (directory.Path, 5, 2, 2182, 900, 2),
            (config.DataDir, config.InitLimit, config.SyncLimit, config.ClientPort, config.TickTime, config.Servers.Count));
        Assert.Equal($"{directory["zoo.cfg"]}, line 4: clientPort is set again in line 5, which wins.", config.Warnings[0]);
    }

    [Fact]
    public void Directories_that_are_not_to_be_made_must_be_there()
    {
        Assert.Contains("version-2 is missing", Refused("datadir.autocreate=false"), StringComparison.Ordinal);
        Directory.CreateDirectory(directory["version-2"]);
        Assert.Empty(Parse("datadir.autocreate=false").Warnings);
    }

    /// <summary>Votes are counted as the bits of one number.</summary>
    [Fact]
    public void At_most_64_servers_vote_and_more_may_observe()
    {
        File.WriteAllText(directory["myid"], "1");
        string[] voters = [.. Enumerable.Range(1, 64).Select(id => $"server.{id}=127.0.0.1:{2 * id}:{(2 * id) + 1}")];
        Assert.Equal(65, Parse([.. voters, "server.65=h:1:2:observer"]).Servers.Count);
        Assert.Contains("at most 64 can", Refused([.. voters, "server.65=h:1:2"]), StringComparison.Ordinal);
    }

    string Refused(params string[] lines) => Assert.Throws<ConfigException>(() => Parse(lines)).Message;

    ZooKeeperConfig Parse(params string[] lines) =>
        ZooKeeperConfig.Parse([$"dataDir={directory.Path}", "initLimit=5", "syncLimit=2", .. lines], "zoo.cfg");
}
