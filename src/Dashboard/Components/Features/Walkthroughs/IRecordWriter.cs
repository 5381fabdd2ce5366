using Confluent.Kafka;

namespace Dashboard.Components.Features.Walkthroughs;

/// <summary>Writes records to a topic for as long as someone watches.</summary>
public interface IRecordWriter
{
    /// <summary>About 30 records a second over all partitions, until cancelled. Trouble of the cluster is no reason to end.</summary>
    Task WriteAsync(string bootstrap, string topic, CancellationToken cancellationToken);
}

/// <summary>Through Confluent.Kafka, as any application would.</summary>
public sealed class RecordWriter(TimeProvider time) : IRecordWriter
{
    public async Task WriteAsync(string bootstrap, string topic, CancellationToken cancellationToken)
    {
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = bootstrap,
            ClientId = "walkthrough",
            Acks = Acks.All,
            MessageTimeoutMs = 30_000,
            QueueBufferingMaxMessages = 2_000,
            AllowAutoCreateTopics = false,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), time);
        var number = 0;
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            for (var i = 0; i < 3; i++)
            {
                try
                {
                    producer.Produce(topic, new() { Key = $"{number}", Value = $"record {number++} of the walkthrough" });
                }
                catch (ProduceException<string, string> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    // the cluster is away: what does not fit is not written
                }
            }
        }
    }
}
