using Kafka.Broker.Configuration;
using Kafka.Broker.Handlers;
using Kafka.Broker.Logging;
using Kafka.Broker.Metadata;
using Microsoft.Extensions.Logging.Abstractions;
using Wire;

namespace Kafka.Broker.Tests.Support;

/// <summary>The handlers of a broker that was never started: for what they say of themselves, not for what they do.</summary>
static class AllHandlers
{
    public static HandlerRegistry Create()
    {
        var config = BrokerConfig.Parse(
            ["broker.id=0", "listeners=PLAINTEXT://127.0.0.1:0", "zookeeper.connect=127.0.0.1:1", "log.dirs=/tmp/none"],
            "server.properties");
        var metadata = new MetadataCache();
        var control = new ControlPlane(config, metadata, TimeProvider.System, new PauseGate(), NullLoggerFactory.Instance);
        return BrokerHandlers.Create(
            config, metadata, null!, null!, null!, control, new BrokerLoggers(NullLoggerFactory.Instance), TimeProvider.System);
    }
}
