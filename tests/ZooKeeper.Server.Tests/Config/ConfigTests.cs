using Testing;
using Wire;

namespace ZooKeeper.Server.Tests.Config;

public sealed class ConfigTests : IDisposable
{
    readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void The_keys_people_know_are_read()
    {
        File.WriteAllText(directory["myid"], "1\n");
        var config = Parse(
            "# a comment", "tickTime=1500", "initLimit = 10", "syncLimit: 5",
            $"dataDir={directory.Path}", $"dataLogDir={directory["logs"]}",
            "clientPort=2181", "clientPortAddress=127.0.0.1",
            "maxClientCnxns=0", "minSessionTimeout=100", "maxSessionTimeout=60000",
            "autopurge.snapRetainCount=5", "autopurge.purgeInterval=1", "4lw.commands.whitelist=ruok, mntr",
            "admin.enableServer=false", "admin.serverPort=9090",
            "server.1=localhost:2888:3888", "server.2=[::1]:2888:3888:participant;2281", "server.3=h3:1:2:observer;10.0.0.1:2181");
        Assert.Equal((1500, 10, 5), (config.TickTime, config.InitLimit, config.SyncLimit));
        Assert.Equal((2181, 0), (config.ClientPort, config.MaxClientConnections));
        Assert.Equal((100, 60000), (config.MinSessionTimeout, config.MaxSessionTimeout));
        Assert.Equal((5, 1, 9090, 1L), (config.SnapRetainCount, config.PurgeInterval, config.AdminServerPort, config.MyId));
        Assert.False(config.AdminServerEnabled);
        Assert.Equal(["mntr", "ruok"], config.FourLetterWords!.Order());
        Assert.Equal(directory["logs"], config.DataLogDir);
        Assert.Equal(new QuorumServer(2, "::1", 2888, 3888, false, null, 2281), config.Servers[2]);
        Assert.Equal(new QuorumServer(3, "h3", 1, 2, true, "10.0.0.1", 2181), config.Servers[3]);
        Assert.Equal(
            "server.1=localhost:2888:3888:participant\nserver.2=[::1]:2888:3888:participant;0.0.0.0:2281\n"
            + "server.3=h3:1:2:observer;10.0.0.1:2181\nversion=0",
            config.ConfigNode);
    }

    [Fact]
    public void What_is_not_given_is_as_with_Apache()
    {
        var config = Parse("dataDir=/x", "tickTime=2000");
        Assert.Equal((4000, 40_000, 60), (config.MinSessionTimeout, config.MaxSessionTimeout, config.MaxClientConnections));
        Assert.Equal((8080, 0, 3), (config.AdminServerPort, config.PurgeInterval, config.SnapRetainCount));
        Assert.True(config.AdminServerEnabled);
        Assert.Equal(["srvr"], config.FourLetterWords!);
        Assert.Equal("/x", config.DataLogDir);
        Assert.False(config.IsEnsemble);
        Assert.Null(Parse("dataDir=/x", "4lw.commands.whitelist=*").FourLetterWords);
        Assert.Equal(System.Net.IPAddress.Loopback, Parse("dataDir=/x", "clientPortAddress=localhost").ClientPortAddress);
    }

    [Fact]
    public void Limits_and_features_are_read()
    {
        var config = Parse(
            "dataDir=/x", "maxCnxns=9", "DigestAuthenticationProvider.enabled=false", "enforceQuota=true",
            "znode.container.checkIntervalMs=7", "znode.container.maxPerMinute=8", "znode.container.maxNeverUsedIntervalMs=6",
            "snapshot.compression.method=GZ", "admin.snapshot.enabled=false", "admin.rateLimiterIntervalInMS=5");
        Assert.Equal((9, false, true), (config.MaxConnections, config.DigestAuthenticationEnabled, config.EnforceQuota));
        Assert.Equal((7, 8, 6L), (config.ContainerCheckInterval, config.ContainersPerMinute, config.ContainerNeverUsedInterval));
        Assert.Equal(("gz", false, 5), (config.SnapshotCompression, config.AdminSnapshotEnabled, config.AdminRateLimit));
        Assert.Empty(config.Warnings);
        Assert.Throws<ConfigException>(() => Parse("dataDir=/x", "snapshot.compression.method=zip"));
    }

    /// <summary>Values that Apache 3.9 runs with: limits below 0 are none, and a hexadecimal number is what its guide shows.</summary>
    [Fact]
    public void Odd_numbers_mean_what_they_mean_to_Apache()
    {
        var config = Parse(
            "dataDir=/x", "maxClientCnxns=-1", "maxCnxns=-5", "autopurge.purgeInterval=-1", "autopurge.snapRetainCount=-1",
            "snapCount=1", "jute.maxbuffer=0x9fffff");
        Assert.Equal((0, 0, 0), (config.MaxClientConnections, config.MaxConnections, config.PurgeInterval));
        Assert.Equal((3, 2, 0x9fffff), (config.SnapRetainCount, config.SnapCount, config.MaxBuffer));
    }

    [Fact]
    public void The_client_port_may_stand_in_the_line_of_the_server()
    {
        File.WriteAllText(directory["myid"], "1");
        var config = Parse(
            $"dataDir={directory.Path}", "initLimit=1", "syncLimit=1", "server.1=localhost:1:2;2281", "server.2=h:3:4;2282");
        Assert.Equal(2281, config.ClientPort);
    }

    [Fact]
    public void An_unknown_key_is_a_warning_that_names_file_line_and_key() =>
        Assert.Equal(["zoo.cfg, line 3: unknown key tickTim, ignored."], Parse("dataDir=/x", "", "tickTim=3").Warnings);

    [Fact]
    public void A_key_of_Apache_that_changes_nothing_here_is_a_warning() =>
        Assert.Equal(
            ["zoo.cfg, line 2: preAllocSize is accepted, but changes nothing in this server."],
            Parse("dataDir=/x", "preAllocSize=9").Warnings);

    [Theory]
    [InlineData("tickTime=2147483647", "line 2: tickTime")]
    [InlineData("tickTime=fast", "zoo.cfg, line 2: tickTime = \"fast\" is wrong: expected a number from 1 to 107374182.")]
    [InlineData("tickTime=0", "line 2: tickTime")]
    [InlineData(
        "minSessionTimeout=70000",
        "line 2: minSessionTimeout = \"70000\" is wrong: the least timeout of a session, 70000, is above the greatest, 60000.")]
    [InlineData("maxSessionTimeout=5", "line 2: maxSessionTimeout")]
    [InlineData("clientPort=70000", "line 2: clientPort = \"70000\" is wrong: expected a number from 0 to 65535.")]
    [InlineData("clientPortAddress=nowhere.example", "line 2: clientPortAddress")]
    [InlineData("admin.enableServer=maybe", "line 2: admin.enableServer = \"maybe\" is wrong: expected true or false.")]
    [InlineData("server.x=h:1:2", "line 2: server.x")]
    [InlineData("server.256=h:1:2", "the number of a server is 0 to 255")]
    [InlineData("server.-1=h:1:2", "the number of a server is 0 to 255")]
    [InlineData("server.1=h:1:2;2", "must be different")]
    [InlineData("server.1=h:1", "line 2: server.1 = \"h:1\" is wrong")]
    [InlineData("server.1=h:1:2:boss", "neither participant nor observer")]
    [InlineData("weight.1=3", "line 2: weight.1")]
    [InlineData("dynamicConfigFile=/no/such/file", "line 2: dynamicConfigFile")]
    [InlineData("clientPortAddress=no-such-host.invalid", "the host no-such-host.invalid is not known here")]
    [InlineData("dataLogDir=C:\\tmp\\zk", "line 2: dataLogDir = \"C:\tmpzk\" is wrong: a path with a control character")]
    [InlineData("dataLogDir=C:/zk", "line 2: dataLogDir = \"C:/zk\" is wrong: a path of Windows")]
    [InlineData("maxClientCnxns=many", "line 2: maxClientCnxns = \"many\" is wrong: expected a whole number.")]
    [InlineData("tickTime=2s", "expected a number from 1 to")]
    [InlineData("jute.maxbuffer=0xzz", "expected a number of at least 1024")]
    [InlineData("dataLogDir=C:\\users", "zoo.cfg, line 2: \\users is no character")]
    public void A_wrong_value_is_an_error_that_names_file_line_and_key(string line, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigException>(() => Parse("dataDir=/x", line)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_ensemble_needs_its_limits_and_myid()
    {
        string[] servers = [$"dataDir={directory.Path}", "server.1=h:1:2", "server.2=h:3:4", "server.3=127.0.0.1:5:6"];
        Assert.Contains(
            "initLimit", Assert.Throws<ConfigException>(() => Parse([.. servers, "clientPort=1"])).Message, StringComparison.Ordinal);
        string[] complete = [.. servers, "initLimit=5", "syncLimit=2"];
        Assert.Contains(directory["myid"], Assert.Throws<ConfigException>(() => Parse(complete)).Message, StringComparison.Ordinal);
        File.WriteAllText(directory["myid"], "9");
        Assert.Contains(
            "\"9\" is not the number of a server in zoo.cfg (1, 2, 3)",
            Assert.Throws<ConfigException>(() => Parse(complete)).Message,
            StringComparison.Ordinal);
        File.WriteAllText(directory["myid"], "3");
        Assert.Equal(3, Parse(complete).MyId);
        Assert.Empty(Parse(complete).Warnings);
    }

    [Fact]
    public void Data_dir_is_required_and_a_file_that_is_not_there_is_named()
    {
        Assert.Contains("dataDir is not set", Assert.Throws<ConfigException>(() => Parse("tickTime=1")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "nowhere.cfg",
            Assert.Throws<ConfigException>(() => ZooKeeperConfig.Load(directory["nowhere.cfg"])).Message,
            StringComparison.Ordinal);
    }

    static ZooKeeperConfig Parse(params string[] lines) => ZooKeeperConfig.Parse(lines, "zoo.cfg");
}
