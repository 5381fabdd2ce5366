using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Producing;
using Dashboard.Messages.Registry;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Security.Access;
using Kafka.Protocol;

namespace Dashboard.Api;

/// <summary>One record to a topic.</summary>
static class ProduceEndpoints
{
    const string Pattern = "{cluster}/topics/{topic}/messages";

    public static void MapProducing(this RouteGroupBuilder clusters)
    {
        var records = clusters.MapGroup("").WithTags("Change").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        records.AddEndpointFilter(CommandEndpoints.RefuseFaultsAsync);
        records.OnlyJson(Pattern).MapPost(Pattern, ProduceAsync)
            .WithSummary("Produces one record; a value of null is a tombstone")
            .Requires(AccessKind.Records, AccessAction.Write, "topic").Commanded<ProducePlan>().Produces<ProducedBody>();
    }

    static async Task<IResult> ProduceAsync(
        string cluster, string topic, ProduceBody body, IClusterRegistry registry, IRecordSender sender, ICurrentActor who,
        CancellationToken cancellationToken, bool dryRun = false)
    {
        if (registry.Find(cluster) is not { } monitor)
        {
            return Problems.NoCluster(cluster);
        }

        if (!monitor.Current.HasKafka)
        {
            return Problems.Of(StatusCodes.Status404NotFound, "NO_KAFKA", $"Cluster {cluster} has no Kafka.");
        }

        try
        {
            var record = await sender.EncodeAsync(cluster, body.Record(topic), cancellationToken);
            if (dryRun)
            {
                return Results.Ok(ProducePlan.Of(record, monitor.Current));
            }

            var (result, sent) = await sender.SendAsync(monitor, record, who.Actor, cancellationToken);
            return sent is null ? Problems.Of(result) : Results.Ok(ProducedBody.Of(sent, record, result));
        }
        catch (BodyMismatchException e)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "BODY_MISMATCH", $"{e.Part}: {e.Message}");
        }
        catch (UndecodableException e)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "INVALID_SCHEMA", e.Message);
        }
        catch (RegistryException e)
        {
            return Problems.Of(
                e.IsAnswer ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status503ServiceUnavailable, "SCHEMA_REGISTRY",
                $"Nothing was sent: {e.Message}.");
        }
    }
}

/// <summary>A record to produce. A name that is none of these is refused: it was meant to do something.</summary>
/// <param name="Partition">Left out, the partitioner chooses.</param>
/// <param name="Key">Left out or null: without a key.</param>
/// <param name="Value">Has to be there; null is a tombstone.</param>
/// <param name="KeyFormat">
/// utf8, json, base64, hex, avro, protobuf, jsonschema, msgpack, int8 to int64, float, double, uuid, or protobuf:NAME of the cluster's
/// .proto files; left out, a string is text and everything else JSON.
/// </param>
/// <param name="KeySchema">An id, a subject or SUBJECT:VERSION; left out, the latest of TOPIC-key (TOPIC-value).</param>
/// <param name="KeyMessage">Of a protobuf schema: which of its messages, also one within another; left out, its first.</param>
/// <param name="Acks">all (unless given), leader or none.</param>
/// <param name="Compression">none (unless given), gzip, snappy, lz4 or zstd.</param>
/// <param name="Partitioner">murmur2 (unless given: as Java's producer), consistent or random.</param>
public sealed record ProduceBody(
    int? Partition, JsonElement Key, [property: Required] JsonElement Value, ProduceHeaderBody[]? Headers,
    string? KeyFormat, string? ValueFormat,
    string? KeySchema, string? ValueSchema, string? KeyMessage, string? ValueMessage, string? Acks,
    string? Compression, string? Partitioner) : ICommandBody
{
    const int MostHeaders = 1000;

    string? ICommandBody.Fault =>
        Value.ValueKind == JsonValueKind.Undefined ? "value is missing; null is a tombstone, \"\" an empty value."
        : Partition < 0 ? "partition: 0 or more."
        : Headers is { Length: > MostHeaders } ? $"headers: at most {MostHeaders}."
        : Headers?.Any(h => h?.Name is null) == true ? "headers: each has a name, and a value that is a string, null or {\"base64\": …}."
        : Headers?.Select(h => h.Fault).FirstOrDefault(fault => fault is not null) is { } header ? header
        : Options.Fault;

    ProduceOptions Options => new()
    {
        Acks = Acks ?? "all",
        Compression = Compression ?? "none",
        Partitioner = Partitioner ?? "murmur2",
    };

    public RecordToSend Record(string topic) =>
        new(
            topic, new RecordPart(Key, KeyFormat, KeySchema) { Message = KeyMessage },
            new RecordPart(Value, ValueFormat, ValueSchema) { Message = ValueMessage })
        {
            Partition = Partition,
            Headers = [.. (Headers ?? []).Select(h => new RecordHeaderToSend(h.Name, h.Bytes()))],
            Options = Options,
        };
}

/// <param name="Value">A string, null, or {"base64": "…"}.</param>
public sealed record ProduceHeaderBody(string Name, JsonElement Value)
{
    internal string? Fault
    {
        get
        {
            try
            {
                Bytes();
                return null;
            }
            catch (FormatException)
            {
                return $"headers: {Name}: a string, null or {{\"base64\": …}}.";
            }
        }
    }

    internal ImmutableArray<byte>? Bytes() => RecordHeaderToSend.Bytes(Value);
}

/// <param name="Offset">Null when no acknowledgement was asked for.</param>
/// <param name="Timestamp">In ms since 1970, as records are read.</param>
/// <param name="Seen">Left out when it was acknowledged; else where it was found without that.</param>
/// <param name="Trouble">Why it may not be as its schema is now, such as broken .proto files; left out where it is.</param>
public sealed record ProducedBody(
    int Partition, long? Offset, long? Timestamp,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<SeenBody>? Seen,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Trouble)
{
    internal static ProducedBody Of(SentRecord sent, EncodedRecord record, CommandResult result) => new(
        sent.Partition, sent.Offset, sent.Timestamp?.ToUnixTimeMilliseconds(), SeenBody.Of(result), record.Outdated?.English);
}

/// <summary>What would be sent.</summary>
/// <param name="Partition">Null: the partitioner chooses.</param>
/// <param name="KeyBytes">Null: without a key.</param>
/// <param name="ValueBytes">Null: a tombstone.</param>
/// <param name="Trouble">Why they may not be as their schema is now, such as broken .proto files; left out where they are.</param>
public sealed record ProducePlan(
    string Topic, int? Partition, int? KeyBytes, int? ValueBytes, int Headers, ImmutableArray<Refusal> Refusals,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Trouble)
{
    internal static ProducePlan Of(EncodedRecord record, Monitoring.Model.ClusterSnapshot snapshot)
    {
        var asked = record.Asked;
        var topic = snapshot.Topics.Value?.Find(asked.Topic);
        ImmutableArray<Refusal> readOnly = snapshot.ReadOnly ? [Refusal.ReadOnly(snapshot.Id, null)] : [];
        ImmutableArray<Refusal> refusals = snapshot.Topics.Value is null ? []
            : topic is null ? [new(ErrorCode.UnknownTopicOrPartition, $"There is no topic {asked.Topic}.", asked.Topic)]
            : asked.Partition >= topic.Partitions.Length
                ? [new(ErrorCode.UnknownTopicOrPartition, $"{asked.Topic} has {topic.Partitions.Length} partitions.", asked.Topic)]
            : [];
        return new(
            asked.Topic, asked.Partition, record.Key?.Length, record.Value?.Length, asked.Headers.Length,
            [.. readOnly, .. refusals],
            record.Outdated?.English);
    }
}
