using System.Text;
using Dashboard.Monitoring.Derivation;

namespace Dashboard.Monitoring.Tests;

public sealed class ZnodeMeaningsTests
{
    [Theory]
    [InlineData("/kafka/brokers/topics/orders/partitions/3/state", """{"controller_epoch":1,"leader":1,"version":1,"leader_epoch":4,"isr":[1,2]}""", "PartitionState", "3|orders|1|1, 2|4", "topics/orders")]
    [InlineData("/kafka/brokers/topics/orders/partitions/3/state", """{"leader":-1,"leader_epoch":4,"isr":[2]}""", "PartitionOffline", "3|orders|2", "topics/orders")]
    [InlineData("/kafka/brokers/ids/2", """{"host":"h","port":9094}""", "Broker", "2|h|9094", "brokers/2")]
    [InlineData("/kafka/controller", """{"version":2,"brokerid":1}""", "Controller", "1", "brokers/1")]
    [InlineData("/kafka/config/topics/a b", "{}", "TopicConfig", "a b", "topics/a%20b?tab=configs")]
    public void Kafkas_znodes_are_told_in_words(string path, string data, string kind, string arguments, string href)
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
