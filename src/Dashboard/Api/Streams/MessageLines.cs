using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Kafka.Client.Admin;

namespace Dashboard.Api.Streams;

/// <summary>Records as lines of JSON, and what was looked at as the last one.</summary>
sealed class MessageLines(PipeWriter output) : IMessageWriter
{
    static readonly JsonWriterOptions readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Bytes that wait for their reader; past that reading waits with them.</summary>
    const int MostUnflushed = 64 << 10;

    readonly Utf8JsonWriter json = new(output, readable);

    public async ValueTask WriteAsync(FoundRecord found, CancellationToken cancellationToken)
    {
        Write(found);
        if (output.UnflushedBytes > MostUnflushed)
        {
            await output.FlushAsync(cancellationToken);
        }
    }

    public async ValueTask<bool> EndAsync(ScanProgress progress, string? failure, CancellationToken cancellationToken)
    {
        Write(progress, failure);
        await output.FlushAsync(cancellationToken);
        return true;
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await output.FlushAsync(cancellationToken);

    public ValueTask DisposeAsync() => json.DisposeAsync();

    /// <summary>What is followed: how far it is, and how to go on from there.</summary>
    public void Write(FollowProgress progress, string? failure)
    {
        json.WriteStartObject();
        json.WriteStartObject("summary");
        json.WriteString("since", progress.Since);
        json.WriteNumber("scanned", progress.Scanned);
        json.WriteNumber("bytes", progress.Bytes);
        json.WriteNumber("behind", progress.Behind);
        json.WriteStartObject("partitions");
        foreach (var partition in progress.Partitions)
        {
            json.WriteStartObject($"{partition.Partition}");
            if (partition is { From: { } from, Position: { } to })
            {
                json.WriteNumber("from", from);
                json.WriteNumber("to", to);
            }

            json.WriteBoolean("done", false);
            Write(partition);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteBoolean("complete", false);
        WriteNext(progress.Rest, progress.Position);
        if (failure is not null)
        {
            json.WriteString("error", failure);
        }

        json.WriteEndObject();
        EndLine();
    }

    public void Write(FoundRecord found)
    {
        var message = found.Message;
        json.WriteStartObject();
        json.WriteNumber("partition", message.Partition);
        json.WriteNumber("offset", message.Offset);
        json.WriteNumber("timestamp", message.Timestamp);
        Write(json, "key", found.Key, message.Key);
        json.WriteString("keyFormat", found.Key?.Format);
        Write(json, "value", found.Value, message.Value);
        json.WriteString("valueFormat", found.Value?.Format);
        json.WriteNumber("valueSize", message.ValueLength);
        json.WritePropertyName("headers");
        WriteHeaders(json, found);
        WriteSchema(found.Value?.Schema);
        if (found.Value?.Trouble is { } trouble)
        {
            json.WriteString("trouble", trouble);
        }

        if (found.Transaction is TransactionEnd.Aborted or TransactionEnd.NotTold)
        {
            json.WriteString("transaction", found.Transaction == TransactionEnd.Aborted ? "aborted" : "notTold");
        }

        EndLine();
    }

    /// <param name="failure">Why it ended before its time; null when it did not.</param>
    public void Write(ScanProgress progress, string? failure)
    {
        json.WriteStartObject();
        json.WriteStartObject("summary");
        json.WriteNumber("scanned", progress.Scanned);
        json.WriteNumber("bytes", progress.Bytes);
        json.WriteStartObject("partitions");
        foreach (var partition in progress.Partitions)
        {
            json.WriteStartObject($"{partition.Partition}");
            json.WriteNumber("from", partition.Covered.From);
            json.WriteNumber("to", partition.Covered.To);
            json.WriteBoolean("done", partition.IsDone);
            WriteExceptions(partition, progress.Query.Isolation);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteBoolean("complete", progress.IsComplete && failure is null);
        WriteNext(progress.Query, progress.Next);
        if (progress.Keys is { } keys)
        {
            json.WriteStartObject("keys");
            json.WriteNumber("met", keys.Met);
            json.WriteNumber("tombstones", keys.Tombstones);
            json.WriteNumber("withoutKey", keys.WithoutKey);
            json.WriteBoolean("full", keys.IsFull);
            json.WriteEndObject();
        }

        if (failure is not null)
        {
            json.WriteString("error", failure);
        }

        json.WriteEndObject();
        EndLine();
    }

    /// <summary>Left out where there is nothing of the kind.</summary>
    void Write(FollowedPartition partition)
    {
        if (partition.Error is { } error)
        {
            json.WriteString("error", error.Message);
        }

        WriteCounts(
            ("lost", partition.Lost), ("skipped", partition.Skipped), ("aborted", partition.Aborted), ("heldUp", partition.HeldUp),
            ("undecoded", partition.Undecoded), ("unreadableBatches", partition.Unreadable));
        if (partition.WasCut)
        {
            json.WriteBoolean("wasCut", true);
        }
    }

    void WriteCounts(params ReadOnlySpan<(string Name, long Count)> counts)
    {
        foreach (var (name, count) in counts)
        {
            if (count > 0)
            {
                json.WriteNumber(name, count);
            }
        }
    }

    /// <summary>Left out where there is nothing of the kind.</summary>
    void WriteExceptions(PartitionProgress partition, IsolationLevel isolation)
    {
        if (partition.Error is { } error)
        {
            json.WriteString("error", error.Message);
        }

        WriteCounts(
            ("markers", partition.Markers), ("aborted", partition.Aborted), ("gaps", partition.Gaps), ("undecoded", partition.Undecoded),
            ("heldUp", isolation == IsolationLevel.ReadCommitted ? partition.HeldUp : 0));
        if (partition.Registry is { } registry)
        {
            json.WriteString("registry", registry.Message);
        }

        if (partition.Unreadable.Length > 0)
        {
            json.WriteStartArray("unreadable");
            foreach (var batch in partition.Unreadable)
            {
                json.WriteStartObject();
                json.WriteNumber("from", batch.First);
                json.WriteNumber("to", batch.Last + 1);
                json.WriteString("why", batch.Why);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    /// <summary>Headers alone, as a text.</summary>
    public static string Headers(FoundRecord found)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, readable))
        {
            WriteHeaders(json, found);
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    static void WriteHeaders(Utf8JsonWriter json, FoundRecord found)
    {
        json.WriteStartArray();
        foreach (var header in found.Message.Headers)
        {
            json.WriteStartObject();
            json.WriteString("name", header.Name);
            Write(json, "value", header.Value is { } bytes ? PlainDecoder.Of(bytes.AsMemory()) : null, header.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Text as it is; bytes that are none in base 64.</summary>
    static void Write(Utf8JsonWriter json, string name, DecodedBody? body, ImmutableArray<byte>? bytes)
    {
        // the bytes rather than their hexadecimal text, so that a program need not know the decoding
        if (body is { Format: BodyFormats.Hex } && bytes is { } raw)
        {
            json.WriteStartObject(name);
            json.WriteBase64String("base64", raw.AsSpan());
            json.WriteEndObject();
            return;
        }

        json.WriteString(name, body?.Text);
    }

    void WriteNext(ScanQuery query, ScanPosition? next)
    {
        var token = next is null ? null : ContinueToken.WriteForAddress(query, next);
        json.WriteString("next", token);
        if (next is not null && token is null)
        {
            json.WriteString(
                "nextOmitted",
                $"What is left of {next.Left.Count} partitions does not fit an address: ask for some of them at a time with partitions=, "
                + "or go on from a time.");
        }
    }

    void WriteSchema(SchemaReference? schema)
    {
        if (schema is null)
        {
            json.WriteNull("schema");
            return;
        }

        json.WriteStartObject("schema");
        json.WriteNumber("id", schema.Id);
        json.WriteString("type", schema.Type);
        json.WriteString("subject", schema.Subject);
        if (schema.Version is { } version)
        {
            json.WriteNumber("version", version);
        }

        json.WriteEndObject();
    }

    void EndLine()
    {
        json.WriteEndObject();
        json.Flush();
        // a line is a document of its own: the writer refuses a second one otherwise
        json.Reset(output);
        output.GetSpan(1)[0] = (byte)'\n';
        output.Advance(1);
    }
}
