using Kafka.Broker.Configuration;
using Wire;

namespace Kafka.Broker.Tests.Settings;

/// <summary>Rules of Kafka 3.9 for server.properties: what it refuses is refused here, with its line; what it takes is taken.</summary>
public sealed class FileRulesTests
{
    static BrokerConfig Parse(params string[] lines) =>
        BrokerConfig.Parse(["broker.id=1", "zookeeper.connect=127.0.0.1:2181", .. lines], "server.properties");

    [Theory]
    [InlineData("zookeeper.connect=127.0.0.1:many", "zookeeper.connect: \"127.0.0.1:many\" in \"127.0.0.1:many\" has no valid port")]
    [InlineData("zookeeper.connect=zk:2181/kafka/", "zookeeper.connect: The chroot of ")]
    [InlineData("broker.id=1001", "broker.id: must not be above reserved.broker.max.id (1000)")]
    [InlineData("log.dirs=/a,/b/../a", "log.dirs: names /a twice")]
    [InlineData(@"log.dirs=C:\tmp\kafka-logs", "log.dirs: 'C:\tmpkafka-logs' is a path with a control character")]
    [InlineData("log.dir=C:/kafka-logs", "log.dir: 'C:/kafka-logs' is a path of Windows")]
    [InlineData("listeners=PLAINTEXT://:9092,INNER://:9092", "listeners: listener.security.protocol.map has no protocol for INNER")]
    [InlineData("listeners=PLAINTEXT://a b:9092", "listeners: the host a b of PLAINTEXT://a b:9092 is not known here")]
    [InlineData("listener.security.protocol.map=PLAINTEXT", "'PLAINTEXT' of listener.security.protocol.map is not NAME:PROTOCOL")]
    [InlineData("listener.security.protocol.map=PLAINTEXT:OPEN", "'PLAINTEXT:OPEN' of listener.security.protocol.map is not NAME:")]
    [InlineData("advertised.listeners=OTHER://h:9092", "advertised.listeners: listener.security.protocol.map has no protocol for OTHER")]
    [InlineData("advertised.listeners=PLAINTEXT://0.0.0.0:9092", "PLAINTEXT://0.0.0.0:9092 is an address to listen at")]
    [InlineData("advertised.listeners=PLAINTEXT://[::]:9092", "advertised.listeners: PLAINTEXT://[::]:9092 is an address to listen at")]
    [InlineData("queued.max.request.bytes=104857599", "must be -1 or at least socket.request.max.bytes (104857600), not '104857599'")]
    [InlineData("replica.lag.time.max.ms=100", "replica.lag.time.max.ms: replica.fetch.wait.max.ms (500) must not be above ")]
    [InlineData("replica.fetch.wait.max.ms=30001", "replica.fetch.wait.max.ms: replica.fetch.wait.max.ms (30001) must not be above ")]
    [InlineData("log.retention.ms=0", "log.retention.ms: must be -1 (no limit) or at least 1, not '0'")]
    [InlineData("log.retention.hours=0", "log.retention.hours: must be -1 (no limit) or at least 1, not '0'")]
    [InlineData("log.retention.ms=7d", "log.retention.ms: expected a whole number of milliseconds and nothing else, not '7d'")]
    [InlineData("log.segment.bytes=1 GB", "log.segment.bytes: expected a whole number of bytes and nothing else, not '1 GB'")]
    [InlineData("num.partitions=3 # of each topic", "num.partitions: expected a whole number and nothing else, not '3 # of each topic'")]
    public void What_Kafka_refuses_is_refused_with_its_line(string line, string problem)
    {
        var message = Assert.Throws<ConfigException>(() => Parse(line)).Message;
        Assert.StartsWith("server.properties:3: ", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    const string TwoNames = "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,inner:plaintext";

    [Theory]
    [InlineData("listeners=PLAINTEXT://127.0.0.1:9092,INNER://127.0.0.1:9092", "and INNER://127.0.0.1:9092 have the same port")]
    [InlineData("listeners=PLAINTEXT://:9092,PLAINTEXT://:9093", "each listener must have a different name")]
    [InlineData("advertised.listeners=INNER://127.0.0.1:9092", "advertised.listeners: INNER://127.0.0.1:9092 is no listener")]
    [InlineData(
        "listeners=PLAINTEXT://:9092,INNER://:9093;advertised.listeners=INNER://127.0.0.1:9093",
        "advertised.listeners: PLAINTEXT, by which brokers reach each other, is not among them")]
    public void Listeners_are_looked_at_together(string lines, string problem) =>
        Assert.Contains(
            problem, Assert.Throws<ConfigException>(() => Parse([TwoNames, .. lines.Split(';')])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("listeners=plaintext://127.0.0.1:9092,Inner://127.0.0.1:9093;inter.broker.listener.name=inner")]
    [InlineData("listeners=PLAINTEXT://127.0.0.1:9092,INNER://[::1]:9092;inter.broker.listener.name=INNER")]
    [InlineData("listeners=PLAINTEXT://:0,INNER://:0;advertised.listeners=INNER://127.0.0.1:9;inter.broker.listener.name=INNER")]
    public void What_Kafka_takes_is_taken(string lines) =>
        Assert.Equal("INNER", Parse([TwoNames, .. lines.Split(';')]).InterBrokerListenerName);

    [Fact]
    public void An_id_above_the_reserved_ones_may_be_where_none_are_generated() =>
        Assert.Equal(1001, Parse("broker.id=1001", "broker.id.generation.enable=false").BrokerId);
}
