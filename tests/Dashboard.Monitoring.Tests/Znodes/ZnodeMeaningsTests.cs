using System.Text;
using Dashboard.Monitoring.Znodes;

namespace Dashboard.Monitoring.Tests.Znodes;

public sealed class ZnodeMeaningsTests
{
    [Theory]
    [InlineData(
        "/kafka/brokers/topics/orders/partitions/3/state",
        """{"controller_epoch":1,"leader":1,"version":1,"leader_epoch":4,"isr":[1,2]}""",
        "PartitionState", "3|orders|1|1, 2|4", "topics/orders")]
    [InlineData(
        "/kafka/brokers/topics/orders/partitions/3/state",
        """{"controller_epoch":1,"leader":-1,"version":1,"leader_epoch":4,"isr":[2]}""",
        "PartitionOffline", "3|orders|2", "topics/orders")]
    [InlineData("/kafka/brokers/ids/2", """{"host":"h","port":9094}""", "Broker", "2|h|9094", "brokers/2")]
    [InlineData(
        "/kafka/brokers/ids/2",
        """{"host":null,"port":-1,"endpoints":["TLS://h:9094"],"listener_security_protocol_map":{"TLS":"SSL"},"version":5}""",
        "Broker", "2|h|9094", "brokers/2")]
    [InlineData("/kafka/brokers/ids/2", """{"host":null,"port":-1,"endpoints":["nonsense"]}""", "Broker", "2||", "brokers/2")]
    [InlineData(
        "/kafka/brokers/topics/orders",
        """{"version":3,"partitions":{"0":[1,2],"1":[2,1]},"adding_replicas":{},"removing_replicas":{}}""",
        "Topic", "orders|2", "topics/orders")]
    [InlineData("/kafka/brokers/topics/orders", """{"partitions":[]}""", "Topic", "orders|?", "topics/orders")]
    [InlineData("/kafka/controller", """{"version":2,"brokerid":1}""", "Controller", "1", "brokers/1")]
    [InlineData("/kafka/controller", """{"version":2,"brokerid":"one"}""", "Controller", "?", null)]
    [InlineData(
        "/kafka/latest_producer_id_block",
        """{"version":1,"broker":0,"block_start":"0","block_end":"999"}""",
        "ProducerIds", "0|999", null)]
    [InlineData("/kafka", "", "KafkaRoot", "", null)]
    [InlineData("/kafka/config/topics/a b", "{}", "TopicConfig", "a b", "topics/a%20b?tab=configs")]
    public void Kafkas_znodes_are_told_in_words(string path, string data, string kind, string arguments, string? href)
    {
        var meaning = ZnodeMeanings.Of(path, "/kafka", Encoding.UTF8.GetBytes(data))!;
        Assert.Equal((kind, arguments, href), (meaning.Kind, string.Join('|', meaning.Arguments), meaning.Href));
    }

    [Theory]
    [InlineData("/kafka/brokers/topics/orders/partitions/3/state", "not json")]
    [InlineData("/kafka/brokers/topics/orders/partitions/3/state", """{"isr":7}""")]
    [InlineData("/elsewhere/brokers/ids/2", "{}")]
    [InlineData("/kafkaesque/controller", "{}")]
    public void What_cannot_be_read_or_is_not_Kafkas_has_no_meaning(string path, string data) =>
        Assert.Null(ZnodeMeanings.Of(path, "/kafka", Encoding.UTF8.GetBytes(data)));
}
