using Kafka.Broker.Controller;
using Kafka.Client;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Wire;

namespace Kafka.Broker.Tests.Controller;

public sealed class BrokerChannelsTests
{
    [Fact]
    public async Task A_broker_that_takes_nothing_is_said_to_have_missed_something_when_too_much_waits_for_it()
    {
        var gate = new PauseGate();
        gate.Pause(); // nothing is sent
        var missed = 0;
        await using var channels = new BrokerChannels("PLAINTEXT", new KafkaClientOptions(), gate, NullLogger.Instance, () => missed++);
        channels.Add(new LiveBroker(new BrokerZNode(1, [new BrokerEndpoint("PLAINTEXT", "PLAINTEXT", "127.0.0.1", 1)], null, 0), 1));

        for (var i = 0; i < BrokerChannel.MostWaiting; i++)
        {
            channels.Send(1, new UpdateMetadataRequest());
        }

        Assert.Equal(0, missed);
        channels.Send(1, new UpdateMetadataRequest());
        channels.Send(1, new UpdateMetadataRequest()); // one may be in the channel's hands
        Assert.InRange(missed, 1, 2);

        channels.Remove(1);
        channels.Send(1, new UpdateMetadataRequest());
        Assert.InRange(missed, 1, 2);
    }
}
