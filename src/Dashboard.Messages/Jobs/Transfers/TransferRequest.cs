using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Scanning;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>Records of a range, and where they are to go.</summary>
/// <param name="Source">The range; read from its beginning.</param>
/// <param name="Cluster">Of the target.</param>
/// <param name="Topic">The target; null: the header of each record names it.</param>
public sealed record TransferRequest(string Kind, string SourceCluster, ScanQuery Source, string Cluster, string? Topic)
{
    /// <summary>Of Spring Kafka, of Kafka Connect, and what people write by hand.</summary>
    public static readonly ImmutableArray<string> Headers =
        ["x-original-topic", "kafka_dlt-original-topic", "__connect.errors.topic"];

    public const string Copy = "copy", Redrive = "redrive";

    const long MostRate = 1_000_000_000_000;

    /// <summary>Its value is a topic's name.</summary>
    public string? Header { get; init; }

    /// <summary>What no target is known of is left out and counted; else nothing is written at all.</summary>
    public bool SkipsMissing { get; init; }

    public bool KeepPartitions { get; init; }

    public bool KeepTimestamps { get; init; }

    /// <summary>The record's own headers go with it.</summary>
    public bool KeepHeaders { get; init; } = true;

    /// <summary>Headers say where it came from.</summary>
    public bool TellsSource => Kind == Redrive;

    /// <summary>Null: as fast as it goes.</summary>
    public long? RecordsPerSecond { get; init; }

    public long? BytesPerSecond { get; init; }

    /// <exception cref="FormatException">Names the field.</exception>
    public static TransferRequest Read(string kind, string cluster, JsonElement request)
    {
        var fields = new JobFields(request);
        string[] common =
        [
            "kind", "topic", .. JobRange.Fields, "target", "keepPartitions", "keepTimestamps", "headers",
            "rate",
        ];
        fields.Only(kind == Redrive ? [.. common, "header", "missing"] : common);
        var topic = fields.Required("topic");
        var query = JobRange.Read(fields, topic);
        var target = fields.Inner("target");
        target?.Only("cluster", "topic");
        var rate = fields.Inner("rate");
        rate?.Only("records", "bytes");
        var header = kind == Redrive ? fields.Text("header") : null;
        var to = target?.Text("topic") is { Length: > 0 } chosen ? chosen : null;
        if (kind == Copy && to is null)
        {
            throw fields.Wrong("target.topic", "it is missing.");
        }

        if (kind == Redrive && to is not null && header is not null)
        {
            throw fields.Wrong("header", "it names a target for each record, and target.topic one for all: give one of them.");
        }

        return new TransferRequest(kind, cluster, query, target?.Text("cluster") is { Length: > 0 } there ? there : cluster, to)
        {
            Header = to is null ? header is { Length: > 0 } ? header : Headers[0] : null,
            SkipsMissing = kind == Redrive && fields.OneOf("missing", "refuse", "skip") == "skip",
            KeepPartitions = fields.Flag("keepPartitions"),
            KeepTimestamps = fields.Flag("keepTimestamps"),
            KeepHeaders = fields.Flag("headers", otherwise: true),
            RecordsPerSecond = rate?.Number("records", 1, MostRate),
            BytesPerSecond = rate?.Number("bytes", 1, MostRate),
        };
    }
}
