using System.Net;

namespace Kafka.Client.Tests;

public class AddressResolverTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_address_of_a_name_is_tried_and_a_silent_one_leaves_time_for_the_next()
    {
        await using var broker = new FakeBroker();
        var dead = Testing.FreePorts.Take(1)[0];
        IPEndPoint[] addresses =
        [
            new(IPAddress.Loopback, dead),
            new(IPAddress.Parse("192.0.2.1"), broker.Port), // of RFC 5737: nobody is there
            new(IPAddress.Loopback, broker.Port),
        ];
        var options = new KafkaClientOptions { ConnectTimeout = TimeSpan.FromSeconds(2) };
        using var socket = await SocketConnector.ConnectAsync("kafka", broker.Port, addresses, options, Token);
        Assert.Equal(addresses[^1], socket.RemoteEndPoint);
        var error = await Assert.ThrowsAsync<KafkaUnreachableException>(
            () => SocketConnector.ConnectAsync("kafka", 9092, [addresses[0]], options, Token));
        Assert.Equal($"kafka:9092 is unreachable: Connection refused (127.0.0.1:{dead})", error.Message);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_named()
    {
        var error = await Assert.ThrowsAsync<KafkaUnreachableException>(
            () => AddressResolver.ResolveAsync("broker.invalid", 9092, new KafkaClientOptions(), Token));
        Assert.StartsWith("broker.invalid:9092 is unreachable: this machine does not know the name broker.invalid (", error.Message);
    }

    [Fact]
    public async Task A_name_that_moves_to_another_address_is_followed()
    {
        const string Name = "kafka.example";
        var (first, second) = (IPAddress.Loopback, IPAddress.Parse("127.0.0.2"));
        var now = first;
        var before = new FakeBroker(new IPEndPoint(first, 0)) { NodeId = 1 };
        await using var after = new FakeBroker(new IPEndPoint(second, before.Port)) { NodeId = 1 };
        foreach (var (broker, id) in (ReadOnlySpan<(FakeBroker, string)>)[(before, "before"), (after, "after")])
        {
            var advertised = broker.Metadata();
            advertised.ClusterId = id;
            advertised.Brokers[0].Host = Name;
            broker.Handler = (_, _) => advertised;
        }

        var options = new KafkaClientOptions
        {
            ReconnectBackoff = TimeSpan.FromMilliseconds(1),
            AddressesOf = (name, _) => Task.FromResult<IPAddress[]>(name == Name ? [now] : []),
        };
        await using var cluster = new KafkaCluster([(Name, before.Port)], options);
        Assert.Equal("before", (await cluster.MetadataAsync([], Token)).ClusterId);
        now = second;
        await before.DisposeAsync();
        await Testing.Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return (await cluster.MetadataAsync([], Token)).ClusterId == "after";
                }
                catch (KafkaException)
                {
                    return false; // the connection that was cut
                }
            },
            "the name is followed");
    }

    [Fact]
    public async Task A_bootstrap_name_stands_for_the_canonical_names_of_its_addresses()
    {
        await using var broker = new FakeBroker();
        broker.Handler = (_, _) => broker.Metadata();
        var options = new KafkaClientOptions { DnsLookup = DnsLookup.ResolveCanonicalBootstrapServers };
        var canonical = (await Dns.GetHostEntryAsync("127.0.0.1", Token)).HostName;
        var (names, isComplete) = await AddressResolver.CanonicalAsync([("127.0.0.1", broker.Port), ("broker.invalid", 1)], options, Token);
        Assert.Equal([(canonical, broker.Port), ("broker.invalid", 1)], names);
        Assert.False(isComplete);
        await using var cluster = new KafkaCluster([("127.0.0.1", broker.Port)], options);
        Assert.Equal("fake", (await cluster.MetadataAsync([], Token)).ClusterId);
    }
}
