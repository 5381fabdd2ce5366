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
/// disk, with the cluster as the key. In the background and in order: a topic that cannot be written delays nobody, and what it did not get
/// is sent when it can be written again; until then the audit page and the metrics say how many wait.
/// </summary>
sealed partial class AuditShipping(
    AuditCopies copies, AccessStore access, CastellanOptions options, ClusterRegistry registry, TimeProvider time,
    ILogger<AuditShipping> logger) : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(1), longestPause = TimeSpan.FromSeconds(30);

    (AuditTarget Target, ClusterMonitorOptions Cluster, IProducer<string, byte[]> Producer)? open;
    string? told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = interval;
        try
        {
            while (true)
            {
                pause = await ShipAllAsync(stoppingToken) ? interval : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, longestPause.Ticks));
                await Task.Delay(pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // what waits is on disk
        }
        finally
        {
            // while its brokers are still there, if they are hosted here
            Close();
        }
    }

    async Task<bool> ShipAllAsync(CancellationToken stoppingToken)
    {
        var target = access.Rules.Audit ?? options.Audit.Target;
        try
        {
            await copies.SendAsync(target, line => ShipAsync(target!, line, stoppingToken));
            told = null;
            return true;
        }
        catch (Exception e) when (e is KafkaException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // a producer that keeps order may be past mending
            Close();
            if (told != e.Message)
            {
                told = e.Message;
                LogWaiting(target!.Topic, target.Cluster, copies.Delivery?.Waiting ?? 0, e.Message);
            }

            return false;
        }
    }

    /// <returns>False: it is no entry, or longer than the topic takes.</returns>
    async Task<bool> ShipAsync(AuditTarget target, AuditLine line, CancellationToken stoppingToken)
    {
        if (ClusterOf(line) is not { } cluster)
        {
            return false;
        }

        try
        {
            var message = new Message<string, byte[]> { Key = cluster, Value = line.Json.ToArray() };
            await Producer(target).ProduceAsync(target.Topic, message, stoppingToken);
            return true;
        }
        catch (ProduceException<string, byte[]> e) when (e.Error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidRecord)
        {
            LogPassedOver(target.Topic, target.Cluster, e.Message);
            return false;
        }
    }

    /// <summary>Null of a line that was torn by a crash.</summary>
    static string? ClusterOf(AuditLine line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditEntry>(line.Json.Span, JsonSerializerOptions.Web)?.Cluster;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    void Close()
    {
        open?.Producer.Dispose();
        open = null;
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

        Close();
        var config = new ProducerConfig(ProducerProperties.Of(cluster))
        {
            ClientId = "castellan-audit",
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = 0, // one after the other is waited for
            MessageTimeoutMs = 30_000,
            AllowAutoCreateTopics = false,
        };
        var producer = new ProducerBuilder<string, byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        open = (target, cluster, producer);
        return producer;
    }

    [LoggerMessage(LogLevel.Warning,
        "Entries of the audit log wait to be written to topic {Topic} of {Cluster} ({Waiting}), and are in audit.jsonl: {Why}")]
    partial void LogWaiting(string topic, string cluster, long waiting, string why);

    [LoggerMessage(LogLevel.Warning,
        "An entry of the audit log is not written to topic {Topic} of {Cluster}, and is in audit.jsonl alone: {Why}")]
    partial void LogPassedOver(string topic, string cluster, string why);
}
