using System.Text.Json;
using Confluent.Kafka;
using Dashboard.Messages.Producing;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Security.Access;

namespace Dashboard.Hosting;

/// <summary>
/// Writes entries of the audit log to the topic that <c>audit:</c> of clusters.yaml or Castellan:Audit names, one JSON value each as on
/// disk, with the cluster as the key. In the background and in order: a topic that cannot be written delays nobody, and what could not be
/// delivered is counted, told in the log and on the audit page, and stays on disk.
/// </summary>
sealed partial class AuditShipping(
    AuditCopies copies, AccessStore access, CastellanOptions options, ClusterRegistry registry, TimeProvider time,
    ILogger<AuditShipping> logger) : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(1);

    (AuditTarget Target, ClusterMonitorOptions Cluster, IProducer<string, byte[]> Producer)? open;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do
            {
                copies.Target = access.Rules.Audit ?? options.Audit.Target;
                while (copies.Target is { } target && copies.Waiting.TryRead(out var entry))
                {
                    await ShipAsync(target, entry, stoppingToken);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // what waits is on disk
        }
        finally
        {
            // while its brokers are still there, if they are hosted here
            open?.Producer.Dispose();
        }
    }

    async Task ShipAsync(AuditTarget target, AuditEntry entry, CancellationToken stoppingToken)
    {
        try
        {
            var value = JsonSerializer.SerializeToUtf8Bytes(entry, JsonSerializerOptions.Web);
            var message = new Message<string, byte[]> { Key = entry.Cluster, Value = value };
            await Producer(target).ProduceAsync(target.Topic, message, stoppingToken);
        }
        catch (Exception e) when (e is KafkaException or InvalidOperationException)
        {
            copies.Lost(e.Message);
            LogUndelivered(target.Topic, target.Cluster, copies.Delivery?.Undelivered ?? 0, e.Message);
        }
    }

    /// <exception cref="InvalidOperationException">There is no such cluster, or it cannot be written to.</exception>
    IProducer<string, byte[]> Producer(AuditTarget target)
    {
        var cluster = registry.Find(target.Cluster) is ClusterMonitor monitor
            ? monitor.Options
            : throw new InvalidOperationException($"There is no cluster {target.Cluster}.");
        if (open is { } known && known.Target == target && known.Cluster.ConnectsAs(cluster))
        {
            return known.Producer;
        }

        open?.Producer.Dispose();
        open = null;
        var config = new ProducerConfig(ProducerProperties.Of(cluster))
        {
            ClientId = "castellan-audit",
            Acks = Acks.All,
            EnableIdempotence = true,
            MessageTimeoutMs = 30_000,
            AllowAutoCreateTopics = false,
        };
        var producer = new ProducerBuilder<string, byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        open = (target, cluster, producer);
        return producer;
    }

    [LoggerMessage(LogLevel.Warning,
        "An entry of the audit log was not written to topic {Topic} of {Cluster} ({Undelivered} so far): {Why}. It is in audit.jsonl.")]
    partial void LogUndelivered(string topic, string cluster, long undelivered, string why);
}
