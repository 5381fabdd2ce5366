using Kafka.Broker.Configuration;
using Wire;

namespace Kafka.Broker.Tests.Settings;

/// <summary>What promises safety and is not here is refused, and nothing of Apache's list is unknown.</summary>
public sealed class RefusedKeysTests
{
    static readonly string[] smallest = ["broker.id=1", "zookeeper.connect=127.0.0.1:2181/kafka"];

    public static TheoryData<string, string?> KeysOfKafka() =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Settings", "kafka-3.9.2.keys"))
            .Where(line => line[0] != '#')
            .Select(line => line.Split('\t'))
            .Select(each => (each[0], each.ElementAtOrDefault(1))),
    ];

    [Theory]
    [MemberData(nameof(KeysOfKafka))]
    public void Every_key_of_Kafka_is_honoured_said_to_change_nothing_or_refused(string key, string? standard)
    {
        try
        {
            Assert.DoesNotContain(Parse($"{key}=x").Warnings, warning => warning.Contains("unknown key", StringComparison.Ordinal));
        }
        catch (ConfigException e)
        {
            Assert.Contains($"server.properties:3: {key}: ", e.Message, StringComparison.Ordinal);
        }

        if (standard is not null)
        {
            Assert.DoesNotContain(
                Parse($"{key}={standard}", "broker.id=-1").Warnings,
                warning => warning.Contains("unknown key", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("authorizer.class.name=kafka.security.authorizer.AclAuthorizer", "everyone could do everything")]
    [InlineData("super.users=User:admin", "everyone could do everything")]
    [InlineData("allow.everyone.if.no.acl.found=false", "everyone could do everything")]
    [InlineData("zookeeper.set.acl=true", "everyone could do everything")]
    [InlineData("principal.builder.class=org.example.Builder", "everyone could do everything")]
    [InlineData("security.inter.broker.protocol=SASL_SSL", "plain text")]
    [InlineData("ssl.client.auth=required", "plain text")]
    [InlineData("ssl.keystore.location=/k.jks", "plain text")]
    [InlineData("ssl.keystroe.location=/k.jks", "plain text")]
    [InlineData("ssl.enabled.protocols=TLSv1.3", "plain text")]
    [InlineData("zookeeper.ssl.client.enable=true", "plain text")]
    [InlineData("password.encoder.secret=s", "plain text")]
    [InlineData("listener.name.internal.ssl.keystore.location=/k.jks", "plain text")]
    [InlineData("listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=x", "let everyone in")]
    [InlineData("listener.name.sasl_ssl.plain.connections.max.reauth.ms=5", "let everyone in")]
    [InlineData("sasl.enabled.mechanisms=SCRAM-SHA-512", "let everyone in")]
    [InlineData("delegation.token.secret.key=k", "let everyone in")]
    [InlineData("connections.max.reauth.ms=1000", "let everyone in")]
    [InlineData("max.connections.per.ip=10", "nothing would enforce it")]
    [InlineData("max.connections.per.ip.overrides=10.0.0.1:5", "nothing would enforce it")]
    [InlineData("max.connection.creation.rate=10", "nothing would enforce it")]
    [InlineData("listener.name.internal.max.connections=10", "nothing would enforce it")]
    [InlineData("client.quota.callback.class=org.example.Quota", "nothing would enforce it")]
    [InlineData("quota.producer.default=1000", "nothing would enforce it")]
    [InlineData("create.topic.policy.class.name=org.example.Policy", "would be allowed")]
    [InlineData("remote.log.storage.system.enable=true", "tiered storage")]
    [InlineData("config.providers=file", "not looked up")]
    [InlineData("zookeeper.metadata.migration.enable=true", "not in KRaft mode")]
    public void A_key_that_promises_safety_is_refused_with_its_line_and_what_to_do(string line, string why)
    {
        var refused = Assert.Throws<ConfigException>(() => Parse("num.partitions=2", "", line)).Message;
        Assert.StartsWith($"server.properties:5: {line.Split('=')[0]}: refused: ", refused, StringComparison.Ordinal);
        Assert.Contains(why, refused, StringComparison.Ordinal);
        Assert.Contains("Remove the line", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("authorizer.class.name=")]
    [InlineData("super.users=  ")]
    [InlineData("allow.everyone.if.no.acl.found=true")]
    [InlineData("security.inter.broker.protocol=plaintext")]
    [InlineData("ssl.client.auth=none")]
    [InlineData("ssl.enabled.protocols=TLSv1.3, TLSv1.2")]
    [InlineData("ssl.endpoint.identification.algorithm=")]
    [InlineData("max.connections.per.ip=2147483647")]
    [InlineData("zookeeper.ssl.client.enable=FALSE")]
    [InlineData("listener.name.internal.ssl.client.auth=none")]
    public void A_value_that_promises_nothing_is_fine(string line) => Assert.Empty(Parse(line).Warnings);

    /// <summary>What tools set while a broker without SASL runs; librdkafka's tests do.</summary>
    [Theory]
    [InlineData("sasl.kerberos.min.time.before.relogin", "58000")]
    [InlineData("sasl.login.refresh.window.factor", "0.7")]
    public void How_often_a_login_is_renewed_promises_nothing(string key, string value)
    {
        Assert.Contains($"{key}: accepted, but changes nothing", Assert.Single(Parse($"{key}={value}").Warnings), StringComparison.Ordinal);
        var config = Parse();
        Assert.Empty(config.ApplyDynamic(new Dictionary<string, string>(), new Dictionary<string, string> { [key] = value }));
        Assert.Equal(value, config.Values.Describe().Single(entry => entry.Key.Name == key).Value);
    }

    [Fact]
    public void All_lines_that_are_refused_are_named_at_once()
    {
        var refused = Assert.Throws<ConfigException>(
            () => Parse("super.users=User:a", "num.partitions=4", "ssl.keystore.location=/k.jks")).Message;
        Assert.Equal(
            ["server.properties:3: super.users", "server.properties:5: ssl.keystore.location"],
            refused.Split('\n').Select(line => line.Split(": refused")[0]));
    }

    /// <summary>
    /// The file of a node in KRaft mode, as Kafka ships it: one sentence with the line that says so, whatever else is in it.
    /// </summary>
    [Fact]
    public void A_file_for_KRaft_is_refused_as_such()
    {
        var refused = Assert.Throws<ConfigException>(() => BrokerConfig.Parse(
            [
                "# KRaft",
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.voters=1@localhost:9093",
                "listeners=PLAINTEXT://:9092,CONTROLLER://:9093",
                "controller.listener.names=CONTROLLER",
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
                "sasl.enabled.mechanisms=PLAIN",
            ],
            "server.properties")).Message;
        Assert.Equal(
            "server.properties:2: process.roles: refused: this broker works with ZooKeeper and not in KRaft mode: "
            + "set broker.id and zookeeper.connect instead, or run Apache Kafka.",
            refused);
    }

    [Fact]
    public void What_a_file_lacks_is_named_without_a_line() =>
        Assert.StartsWith(
            "server.properties: zookeeper.connect: missing",
            Assert.Throws<ConfigException>(() => BrokerConfig.Parse(["broker.id=1"], "server.properties")).Message,
            StringComparison.Ordinal);

    /// <summary>Kafka takes either for the other.</summary>
    [Fact]
    public void The_id_may_be_called_node_id()
    {
        Assert.Equal(7, BrokerConfig.Parse(["node.id=7", smallest[1]], "server.properties").BrokerId);
        Assert.Equal(1, Parse("node.id=1").BrokerId);
        Assert.StartsWith(
            "server.properties:3: node.id: ", Assert.Throws<ConfigException>(() => Parse("node.id=2")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_of_two_lines_wins_and_the_other_is_told()
    {
        var config = Parse("num.partitions=many", "num.partitions=4  ");
        Assert.Equal(4, config.NumPartitions);
        Assert.Equal(["server.properties:3: num.partitions: line 4 says it again, and wins"], config.Warnings);
    }

    [Fact]
    public void An_escape_that_Java_refuses_is_named_with_its_line() =>
        Assert.StartsWith(
            "server.properties:3: \\users is no character",
            Assert.Throws<ConfigException>(() => Parse("log.dirs=C:\\users")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_host_that_is_not_known_is_named_with_key_and_line()
    {
        var refused = Assert.Throws<ConfigException>(() => Parse("listeners=PLAINTEXT://no-such-host.invalid:9092")).Message;
        Assert.StartsWith(
            "server.properties:3: listeners: the host no-such-host.invalid of PLAINTEXT://no-such-host.invalid:9092 is not known here",
            refused,
            StringComparison.Ordinal);
        var warning = Assert.Single(
            Parse("listeners=PLAINTEXT://127.0.0.1:9092", "advertised.listeners=PLAINTEXT://no-such-host.invalid:9092").Warnings);
        Assert.StartsWith("server.properties:4: advertised.listeners: the host no-such-host.invalid", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_that_is_not_here_is_not_laid_over_the_file_either()
    {
        var config = Parse();
        Assert.Equal(
            ["max.connections.per.ip"],
            config.ApplyDynamic(new Dictionary<string, string>(), new Dictionary<string, string> { ["max.connections.per.ip"] = "5" }));
    }

    static BrokerConfig Parse(params string[] lines) => BrokerConfig.Parse([.. smallest, .. lines], "server.properties");
}
