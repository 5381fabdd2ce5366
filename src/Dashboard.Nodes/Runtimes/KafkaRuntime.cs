using Kafka.Broker;
using Kafka.Broker.Configuration;
using Microsoft.Extensions.Logging;

namespace Dashboard.Nodes.Runtimes;

/// <summary>A broker of this process.</summary>
sealed class KafkaRuntime(KafkaBroker broker) : INodeRuntime
{
    public Task Ready => broker.Ready;

    public Task Completion => broker.Completion;

    public static KafkaRuntime Load(string configFile, ILoggerFactory loggers, TimeProvider time)
    {
        var config = BrokerConfig.Load(configFile);
        return new KafkaRuntime(new KafkaBroker(config, loggers, time));
    }

    public Task StartAsync(CancellationToken cancellationToken) => broker.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => broker.StopAsync(cancellationToken);

    public void Kill() => broker.Kill();

    public void Pause() => broker.Pause();

    public void Resume() => broker.Resume();

    public ValueTask DisposeAsync() => broker.DisposeAsync();
}
