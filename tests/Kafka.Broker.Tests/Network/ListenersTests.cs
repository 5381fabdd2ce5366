using System.Net.Sockets;
using Kafka.Broker.Configuration;
using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Data;
using Kafka.Broker.Network;
using Kafka.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Wire;

namespace Kafka.Broker.Tests.Network;

public sealed class ListenersTests : IAsyncDisposable
{
    readonly PauseGate gate = new();
    readonly Listeners listeners;

    public ListenersTests() => listeners = new Listeners(CreateServer, gate, NullLogger.Instance);

    public ValueTask DisposeAsync() => listeners.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task A_listener_without_an_address_serves_IPv4_and_IPv6(string host)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        listeners.Bind([new Listener("PLAINTEXT", host, 0)]);
        listeners.Open();

        foreach (var address in new[] { "127.0.0.1", "::1" })
        {
            await using var client = await KafkaConnection.ConnectAsync(
                address, listeners.PortOf("PLAINTEXT"), new KafkaClientOptions(), TestContext.Current.CancellationToken);
            Assert.True(client.Supports(Kafka.Protocol.ApiKey.ApiVersions));
        }
    }

    [Fact]
    public void A_host_that_does_not_resolve_is_named_with_its_listener()
    {
        var e = Assert.Throws<IOException>(() => listeners.Bind([new Listener("PLAINTEXT", "no-such-host.invalid", 9092)]));

        Assert.StartsWith(
            "listeners=PLAINTEXT://no-such-host.invalid:9092: the host name no-such-host.invalid has no address",
            e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_another_machine_is_named_with_its_listener()
    {
        var e = Assert.Throws<IOException>(() => listeners.Bind([new Listener("PLAINTEXT", "192.0.2.1", 0)]));

        Assert.Equal("listeners=PLAINTEXT://192.0.2.1:0: the host is no address of this machine.", e.Message);
    }

    RequestServer CreateServer()
    {
        string[] lines = ["broker.id=0", "zookeeper.connect=none", "log.dirs=/tmp/none"];
        HandlerRegistry? registry = null;
        registry = new HandlerRegistry([new ApiVersionsHandler(() => registry!)]);
        return new RequestServer(
            registry, BrokerConfig.Parse(lines, "test"), gate, TimeProvider.System, NullLogger<RequestServer>.Instance);
    }
}
