using Kafka.Client;
using Microsoft.Extensions.Logging;

namespace Dashboard.Monitoring.Messages;

/// <summary>
/// The way to a cluster's records: connections of its own, so that no poll waits behind a large answer, opened when something is read
/// first, and how much may be read of it a second.
/// </summary>
/// <param name="bootstrap">Asked then: the brokers of a hosted cluster come and go. Null without Kafka.</param>
/// <param name="options">As everything else reads this cluster.</param>
public sealed class ClusterData(
    string id, Func<string>? bootstrap, KafkaClientOptions options, long? bytesPerSecond, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>Of a question with a small answer.</summary>
    static readonly TimeSpan answerDeadline = TimeSpan.FromSeconds(10);

    readonly Lazy<KafkaCluster>? kafka = bootstrap is null ? null : new(() => new KafkaCluster(
        KafkaCluster.ParseBootstrap(bootstrap()),
        options with { ClientId = "castellan-messages", RequestTimeout = answerDeadline },
        loggers));

    /// <summary>The cluster's id, by which it is decided who may see what of a record.</summary>
    public string Id { get; } = id;

    /// <exception cref="InvalidOperationException">No address of Kafka was given for this cluster.</exception>
    public KafkaCluster Kafka => kafka?.Value ?? throw new InvalidOperationException(NotGiven.Kafka.English);

    /// <summary>Shared by all who read through this.</summary>
    public ReadBudget Budget { get; } = new(bytesPerSecond, options.Time);

    public TimeProvider Time => options.Time;

    public async ValueTask DisposeAsync()
    {
        if (kafka is { IsValueCreated: true })
        {
            await kafka.Value.DisposeAsync().ConfigureAwait(false);
        }
    }
}
