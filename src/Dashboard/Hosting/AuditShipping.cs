using System.Text;
using System.Text.Json;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Security.Access;
using Kafka.Client;
using Kafka.Client.Producing;
using Kafka.Protocol;

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
    static readonly ProducerOptions producing = new() { Acks = Acks.All, Patience = TimeSpan.FromSeconds(30) };

    static readonly TimeSpan interval = TimeSpan.FromSeconds(1), longestPause = TimeSpan.FromSeconds(30);

    (KafkaCluster Cluster, RecordProducer Producer)? open;
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

        var record = new ProducerRecord(
            target.Topic, null, Encoding.UTF8.GetBytes(cluster), line.Json, time.GetUtcNow().ToUnixTimeMilliseconds());
        var delivery = await Producer(target).SendAsync(record).WaitAsync(stoppingToken);
        if (delivery.Error is not { } error)
        {
            return true;
        }

        if (error.Code is not (ErrorCode.MessageTooLarge or ErrorCode.InvalidRecord))
        {
            throw error;
        }

        LogPassedOver(target.Topic, target.Cluster, error.Message);
        return false;
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

    /// <exception cref="InvalidOperationException">There is no such cluster, or it has no Kafka.</exception>
    RecordProducer Producer(AuditTarget target)
    {
        var kafka = (registry.Find(target.Cluster) ?? throw new InvalidOperationException($"There is no cluster {target.Cluster}."))
            .Data.Kafka;
        // another where the cluster was defined otherwise: it has other connections then
        if (open is not { } known || known.Cluster != kafka)
        {
            open = known = (kafka, new RecordProducer(kafka, producing));
        }

        return known.Producer;
    }

    [LoggerMessage(LogLevel.Warning,
        "Entries of the audit log wait to be written to topic {Topic} of {Cluster} ({Waiting}), and are in audit.jsonl: {Why}")]
    partial void LogWaiting(string topic, string cluster, long waiting, string why);

    [LoggerMessage(LogLevel.Warning,
        "An entry of the audit log is not written to topic {Topic} of {Cluster}, and is in audit.jsonl alone: {Why}")]
    partial void LogPassedOver(string topic, string cluster, string why);
}
