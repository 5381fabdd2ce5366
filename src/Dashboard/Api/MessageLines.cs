using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;

namespace Dashboard.Api;

/// <summary>Records as lines of JSON, and what was looked at as the last one.</summary>
sealed class MessageLines(PipeWriter output) : IDisposable
{
    static readonly JsonWriterOptions readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Utf8JsonWriter json = new(output, readable);

    public void Write(FoundRecord found)
    {
        var message = found.Message;
        json.WriteStartObject();
        json.WriteNumber("partition", message.Partition);
        json.WriteNumber("offset", message.Offset);
        json.WriteNumber("timestamp", message.Timestamp);
        Write("key", found.Key, message.Key);
        json.WriteString("keyFormat", found.Key?.Format);
        Write("value", found.Value, message.Value);
        json.WriteString("valueFormat", found.Value?.Format);
        json.WriteNumber("valueSize", message.ValueLength);
        json.WriteStartArray("headers");
        foreach (var header in message.Headers)
        {
            json.WriteStartObject();
            json.WriteString("name", header.Name);
            Write("value", header.Value is { } bytes ? PlainDecoder.Of(bytes.AsMemory()) : null, header.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
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
            WriteExceptions(partition);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteBoolean("complete", progress.IsComplete && failure is null);
        json.WriteString("next", progress.Next is { } next ? ContinueToken.Write(progress.Query, next) : null);
        if (failure is not null)
        {
            json.WriteString("error", failure);
        }

        json.WriteEndObject();
        EndLine();
    }

    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

    public void Dispose() => json.Dispose();

    /// <summary>Left out where there is nothing of the kind.</summary>
    void WriteExceptions(PartitionProgress partition)
    {
        if (partition.Error is { } error)
        {
            json.WriteString("error", error.Message);
        }

        foreach (var (name, count) in new[]
        {
            ("markers", partition.Markers), ("aborted", partition.Aborted), ("gaps", partition.Gaps), ("heldUp", partition.HeldUp),
        })
        {
            if (count > 0)
            {
                json.WriteNumber(name, count);
            }
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

    /// <summary>Text as it is; bytes that are none in base 64.</summary>
    void Write(string name, DecodedBody? body, ImmutableArray<byte>? bytes)
    {
        if (body is { Format: BodyFormats.Hex } && bytes is { } raw)
        {
            json.WriteStartObject(name);
            json.WriteBase64String("base64", raw.AsSpan());
            json.WriteEndObject();
            return;
        }

        json.WriteString(name, body?.Text);
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
        json.Reset(output);
        output.GetSpan(1)[0] = (byte)'\n';
        output.Advance(1);
    }
}
