using Testing;

using Wire;

namespace Kafka.Client.Tests;

public class AddressMapTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void An_address_is_replaced_only_where_the_map_says_so()
    {
        var map = AddressMap.Parse(" Kafka-1:9092 = 127.0.0.1:19092, [::1]:1=[::2]:2 ");
        Assert.Equal(("127.0.0.1", 19092), map.Reachable("kafka-1", 9092));
        Assert.Equal(("::2", 2), map.Reachable("::1", 1));
        Assert.Equal(("kafka-1", 9093), map.Reachable("kafka-1", 9093));
        Assert.Equal("kafka-1:9092=127.0.0.1:19092", AddressMap.Parse("KAFKA-1:9092=127.0.0.1:19092").ToString());
        Assert.Equal(("a", 1), AddressMap.Empty.Reachable("a", 1));
    }

    [Theory]
    [InlineData("kafka-1:9092")]
    [InlineData("a:1=b:2=c:3")]
    [InlineData("a:1=b:x")]
    [InlineData("a:1=b:2,A:1=c:3")]
    public void What_is_no_map_is_refused(string text) => Assert.Throws<CodedFormatException>(() => AddressMap.Parse(text));

    [Fact]
    public async Task A_broker_that_advertises_what_cannot_be_reached_is_said_to()
    {
        await using var broker = new FakeBroker { NodeId = 1 };
        var port = FreePorts.Take(1)[0];
        broker.Handler = (_, _) =>
        {
            var metadata = broker.Metadata();
            metadata.Brokers[0].Port = port;
            return metadata;
        };
        await using var cluster = new KafkaCluster([("127.0.0.1", broker.Port)], new KafkaClientOptions());
        await cluster.MetadataAsync([], Token);
        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<KafkaUnreachableException>(
                () => cluster.SendAsync(1, new Protocol.Messages.ListGroupsRequest(), Token));
            Assert.Equal(
                $"Broker 1 advertises 127.0.0.1:{port}, which cannot be reached from this machine: Connection refused. Make "
                + "advertised.listeners of that broker an address that can be, or map it to one (a tunnel's) in the address map.",
                error.Message);
            Assert.False(error.MayHaveHappened);
        }
    }

    [Fact]
    public async Task A_broker_that_was_reached_before_is_down_and_not_wrongly_advertised()
    {
        await using var one = new FakeBroker { NodeId = 1 };
        var two = new FakeBroker { NodeId = 2, Handler = (_, _) => new Protocol.Messages.ListGroupsResponse() };
        one.Handler = (_, _) => one.Metadata(two);
        await using var cluster = new KafkaCluster([("127.0.0.1", one.Port)], new KafkaClientOptions());
        await cluster.MetadataAsync([], Token);
        await cluster.SendAsync(2, new Protocol.Messages.ListGroupsRequest(), Token);
        await two.DisposeAsync();
        var error = await Assert.ThrowsAnyAsync<KafkaException>(
            () => cluster.SendAsync(2, new Protocol.Messages.ListGroupsRequest(), Token));
        Assert.DoesNotContain("advertises", error.Message);
    }
}
