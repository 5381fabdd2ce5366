using Wire;

namespace ZooKeeper.Server.Tests.Config;

/// <summary>What promises safety and is not here is refused, and nothing of Apache's list is unknown.</summary>
public sealed class RefusedKeysTests
{
    public static TheoryData<string> KeysOfZooKeeper() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Config", "zookeeper-3.9.5.keys")).Where(line => line[0] != '#')];

    [Theory]
    [MemberData(nameof(KeysOfZooKeeper))]
    public void Every_key_of_ZooKeeper_is_honoured_said_to_change_nothing_or_refused(string key)
    {
        try
        {
            Assert.DoesNotContain(Parse($"{key}=x").Warnings, warning => warning.Contains("unknown key", StringComparison.Ordinal));
        }
        catch (ConfigException e)
        {
            Assert.Contains($"zoo.cfg, line 2: {key} ", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("enforce.auth.enabled=true", "let everyone in")]
    [InlineData("enforce.auth.schemes=digest", "let everyone in")]
    [InlineData("zookeeper.enforce.auth.enabled=true", "let everyone in")]
    [InlineData("sessionRequireClientSASLAuth=true", "let everyone in")]
    [InlineData("requireClientAuthScheme=sasl", "let everyone in")]
    [InlineData("authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider", "let everyone in")]
    [InlineData("authProvider.x509=org.example.Provider", "let everyone in")]
    [InlineData("quorum.auth.enableSasl=true", "let everyone in")]
    [InlineData("quorum.auth.serverRequireSasl=true", "let everyone in")]
    [InlineData("ensembleAuthName=prod", "let everyone in")]
    [InlineData("DigestAuthenticationProvider.digestAlg=SHA3-256", "let everyone in")]
    [InlineData("secureClientPort=2281", "plain text")]
    [InlineData("sslQuorum=true", "plain text")]
    [InlineData("portUnification=true", "plain text")]
    [InlineData("ssl.keyStore.location=/k.jks", "plain text")]
    [InlineData("ssl.quorum.trustStore.password=x", "plain text")]
    [InlineData("admin.forceHttps=true", "plain text")]
    [InlineData("audit.enable=true", "audit log")]
    [InlineData("connection_throttle_tokens=10", "nothing would enforce it")]
    [InlineData("request_throttle_max_requests=100", "nothing would enforce it")]
    [InlineData("largeRequestThreshold=1000", "nothing would enforce it")]
    [InlineData("db.autocreate=false", "empty tree")]
    [InlineData("oraclePath=/oracle", "majority")]
    [InlineData("group.1=1:2:3", "majority")]
    [InlineData("weight.1=3", "majority")]
    [InlineData("multiAddress.enabled=true", "majority")]
    [InlineData("observerMasterPort=2191", "observers")]
    public void A_key_that_promises_safety_is_refused_with_its_line_and_what_to_do(string line, string why)
    {
        var refused = Assert.Throws<ConfigException>(() => Parse("", line)).Message;
        Assert.StartsWith($"zoo.cfg, line 3: {line.Split('=')[0]} is refused: ", refused, StringComparison.Ordinal);
        Assert.Contains(why, refused, StringComparison.Ordinal);
        Assert.Contains("Remove the line", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enforce.auth.enabled=false")]
    [InlineData("enforce.auth.schemes=")]
    [InlineData("enforce.auth.enabled=FALSE", "enforce.auth.schemes=digest")]
    [InlineData("quorum.auth.enableSasl=false", "quorum.auth.server.saslLoginContext=Mine")]
    [InlineData("authProvider.1=org.apache.zookeeper.server.auth.DigestAuthenticationProvider")]
    [InlineData("sslQuorum=false", "secureClientPort=0")]
    [InlineData("ssl.quorum.hostnameVerification=true")]
    [InlineData("audit.enable=false")]
    [InlineData("maxCnxns=0", "enforceQuota=false", "DigestAuthenticationProvider.enabled=true")]
    public void A_value_that_promises_nothing_is_fine(params string[] lines) => Assert.Empty(Parse(lines).Warnings);

    [Fact]
    public void All_lines_that_are_refused_are_named_at_once()
    {
        var refused = Assert.Throws<ConfigException>(() => Parse("sslQuorum=true", "tickTime=2000", "audit.enable=true")).Message;
        Assert.Equal(
            ["zoo.cfg, line 2: sslQuorum", "zoo.cfg, line 4: audit.enable"],
            refused.Split('\n').Select(line => line.Split(" is refused")[0]));
    }

    [Fact]
    public void A_key_that_seems_to_protect_says_why_nothing_is_lost() =>
        Assert.Equal(
            [
                "zoo.cfg, line 2: forceSync is accepted, but changes nothing in this server: "
                + "the transaction log is always on disk before a write is acknowledged.",
            ],
            Parse("forceSync=yes").Warnings);

    static ZooKeeperConfig Parse(params string[] lines) => ZooKeeperConfig.Parse(["dataDir=/x", .. lines], "zoo.cfg");
}
