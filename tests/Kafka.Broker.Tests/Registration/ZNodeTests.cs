using System.Text;
using Kafka.Protocol;

namespace Kafka.Broker.Tests.Registration;

/// <summary>The texts are captured from Apache Kafka 3.9.2 on ZooKeeper 3.9.5.</summary>
public sealed class ZNodeTests
{
    const string Broker =
        """{"features":{},"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"},"endpoints":["PLAINTEXT://127.0.0.1:31910"]"""
        + ""","jmx_port":-1,"port":31910,"host":"127.0.0.1","version":5,"timestamp":"1795241779487"}""";

    const string Topic =
        """{"partitions":{"0":[0,1],"1":[1,2],"2":[2,0],"3":[0,2]},"topic_id":"qV8IENj8Saev3L-w1jrDrg","adding_replicas":{}"""
        + ""","removing_replicas":{},"version":3}""";

    const string Moving =
        """{"partitions":{"0":[1,2,0]},"topic_id":"nyoMTROWS7OMRndi1etoMA","adding_replicas":{"0":[2]}"""
        + ""","removing_replicas":{"0":[0]},"version":3}""";

    const string State = """{"controller_epoch":1,"leader":-1,"version":1,"leader_epoch":4,"isr":[1]}""";

    [Fact]
    public void Brokers_are_written_as_apache_writes_them()
    {
        var broker = BrokerZNode.Decode(0, Bytes(Broker))!;
        Assert.Equal(new BrokerEndpoint("PLAINTEXT", "PLAINTEXT", "127.0.0.1", 31910), Assert.Single(broker.Endpoints));
        Assert.Equal(Broker, Text(broker.Encode()));
    }

    [Fact]
    public void Brokers_of_other_versions_are_read()
    {
        var old = BrokerZNode.Decode(
            3, Bytes("""{"version":1,"host":"localhost","port":9092,"jmx_port":9999,"timestamp":"2233345666"}"""))!;
        Assert.Equal("localhost", Assert.Single(old.Endpoints).Host);
        var rack = BrokerZNode.Decode(3, Bytes(
            """{"version":4,"host":null,"port":-1,"timestamp":"1","endpoints":["CLIENT://[::1]:9092","IN://h:9093"]"""
            + ""","listener_security_protocol_map":{"CLIENT":"SSL","IN":"PLAINTEXT"},"rack":"dc1"}"""))!;
        Assert.Equal("dc1", rack.Rack);
        Assert.Equal(new BrokerEndpoint("CLIENT", "SSL", "::1", 9092), rack.Endpoints[0]);
    }

    [Theory]
    [InlineData(Topic)]
    [InlineData(Moving)]
    public void Topics_are_written_as_apache_writes_them(string text) => Assert.Equal(text, Text(TopicZNode.Decode(Bytes(text))!.Encode()));

    [Fact]
    public void A_topic_older_than_ids_has_none()
    {
        var topic = TopicZNode.Decode(Bytes("""{"version":1,"partitions":{"0":[1]}}"""))!;
        Assert.Null(topic.TopicId);
        Assert.Equal([1], topic.Partitions[0].Target);
    }

    [Fact]
    public void Partition_states_are_written_as_apache_writes_them() =>
        Assert.Equal(State, Text(PartitionStateZNode.Decode(Bytes(State), 3)!.Encode()));

    [Fact]
    public void Small_znodes_are_written_as_apache_writes_them()
    {
        Assert.Equal(
            """{"version":2,"brokerid":2,"timestamp":"1795241779144","kraftControllerEpoch":-1}""",
            Text(new ControllerZNode(2, 1795241779144).Encode()));
        Assert.Equal("""{"version":1,"broker":0,"block_start":"0","block_end":"999"}""", Text(AdminZNodes.EncodeProducerIds(0, 0, 999)));
        Assert.Equal(
            """{"version":1,"id":"ekxJUHk9R9e35SkyIWXBMw"}""".Replace(":1,", ":\"1\","),
            Text(AdminZNodes.EncodeClusterId("ekxJUHk9R9e35SkyIWXBMw")));
        Assert.Equal("""{"version":2,"entity_path":"brokers/<default>"}""", Text(AdminZNodes.EncodeConfigChange("brokers/<default>")));
        Assert.Equal("""{"features":{},"version":2,"status":1}""", Text(AdminZNodes.EncodeNoFeatures()));
        var config = AdminZNodes.EncodeConfig(
            [KeyValuePair.Create("cleanup.policy", "compact"), KeyValuePair.Create("retention.ms", "1000000")]);
        Assert.Equal("""{"version":1,"config":{"cleanup.policy":"compact","retention.ms":"1000000"}}""", Text(config));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{\"partitions\"")]
    public void Garbage_is_nothing(string text)
    {
        Assert.Null(TopicZNode.Decode(Bytes(text)));
        Assert.Null(PartitionStateZNode.Decode(Bytes(text), 0));
        Assert.Null(BrokerZNode.Decode(1, Bytes(text)));
        Assert.Empty(AdminZNodes.DecodeConfig(Bytes(text)));
        Assert.Empty(AdminZNodes.DecodePartitions(Bytes(text)));
    }

    [Fact]
    public void Uuids_have_kafkas_text()
    {
        var id = KafkaUuid.Parse("qV8IENj8Saev3L-w1jrDrg");
        Assert.Equal("qV8IENj8Saev3L-w1jrDrg", KafkaUuid.ToText(id));
        Assert.Throws<FormatException>(() => KafkaUuid.Parse("short"));
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
