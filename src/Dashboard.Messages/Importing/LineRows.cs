using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Producing;
using Wire;

namespace Dashboard.Messages.Importing;

/// <summary>Lines of JSON: records as they are exported, or values as they are.</summary>
sealed class LineRows(ImportMapping mapping, string topic, int partitions)
{
    static readonly JsonElement none = JsonText.TryParse("null")!.Value;
    static readonly CodedText tooLong = CodedText.Of("tooLong", $"It is longer than {FileLines.MostBytes >> 20} MiB.");

    public async IAsyncEnumerable<ImportRow> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (line, bytes) in FileLines.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            if ((bytes is { } given ? Row(line, WithoutMark(given)) : ImportRow.Wrong(line, tooLong)) is { } row)
            {
                yield return row;
            }
        }
    }

    static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> line) => line.Span is [0xEF, 0xBB, 0xBF, ..] ? line[3..] : line;

    /// <summary>Null where there is none: an empty line, and the last one of an export.</summary>
    ImportRow? Row(long line, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.Trim(" \t"u8).IsEmpty)
        {
            return null;
        }

        if (JsonText.TryParse(bytes) is not { } json)
        {
            return ImportRow.Wrong(line, HalfCharacters.AreIn(bytes.Span)
                ? CodedText.Of("halfCharacter", $"It has half of a character, as \"\\ud83d\" alone is.")
                : CodedText.Of("notJson", $"It is no JSON."));
        }

        if (mapping.File == ImportKindOfFile.Values)
        {
            var part = new RecordPart(json, mapping.ValueFormat ?? BodyFormats.Json, mapping.ValueSchema);
            return new ImportRow(line, new RecordToSend(topic, new RecordPart(none), part), null, null);
        }

        try
        {
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("summary", out _) && !json.TryGetProperty("value", out _)
                ? null
                : Record(line, json);
        }
        catch (FormatException e)
        {
            return ImportRow.Wrong(line, CodedText.Of(e));
        }
    }

    ImportRow Record(long line, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("value", out var value))
        {
            throw RowFaultException.Of(
                "noRecord",
                $"A record is an object with value, null for a tombstone; take each line as a value if it is one.");
        }

        var schema = Field(json, "schema") is { ValueKind: JsonValueKind.Object } found ? Field(found, "id")?.ToString() : null;
        var record = new RecordToSend(
            topic,
            Part("key", Field(json, "key") ?? none, mapping.KeyFormat, Text(json, "keyFormat"), mapping.KeySchema),
            Part("value", value, mapping.ValueFormat, Text(json, "valueFormat"), mapping.ValueSchema ?? schema))
        {
            Partition = mapping.KeepsPartitions && Field(json, "partition") is { } partition
                ? RowText.Partition(partition.ToString(), partitions)
                : null,
            Headers = Headers(json),
        };
        var time = mapping.KeepsTimestamps ? Field(json, "timestamp")?.ToString() : null;
        return new ImportRow(line, record, time is null or "-1" ? null : RowText.Time(time), null);
    }

    /// <summary>Bytes in base64 are what they are, whatever they were read as.</summary>
    static RecordPart Part(string name, JsonElement json, string? chosen, string? named, string? schema)
    {
        if (json.ValueKind == JsonValueKind.Object && json.GetPropertyCount() == 1 && json.TryGetProperty(BodyEncoder.Base64, out _))
        {
            return new(json, BodyEncoder.Base64);
        }

        var format = chosen ?? named;
        return format is null || BodyEncoder.Formats.Contains(format) || format.StartsWith(BodyFormats.ProtobufOf, StringComparison.Ordinal)
            ? new(json, format, schema)
            : throw RowFaultException.Of(
                "formatNotWritten",
                $"{name + "Format"}: {format} is read and not written; there are {string.Join(", ", BodyEncoder.Formats)}.");
    }

    static ImmutableArray<RecordHeaderToSend> Headers(JsonElement json)
    {
        if (Field(json, "headers") is not { } headers)
        {
            return [];
        }

        if (headers.ValueKind != JsonValueKind.Array)
        {
            throw RowFaultException.Of("headersList", $"headers: a list of {{name, value}} is expected.");
        }

        var read = ImmutableArray.CreateBuilder<RecordHeaderToSend>();
        foreach (var header in headers.EnumerateArray())
        {
            var name = header.ValueKind == JsonValueKind.Object ? Text(header, "name") : null;
            try
            {
                read.Add(new RecordHeaderToSend(
                    name ?? throw new FormatException(), RecordHeaderToSend.Bytes(Field(header, "value") ?? none)));
            }
            catch (FormatException)
            {
                throw name is null
                    ? RowFaultException.Of("headerName", $"headers: each has a name.")
                    : RowFaultException.Of("headerValue", $"headers: {name}: a string, null or {{\"base64\": …}} is expected.");
            }
        }

        return read.ToImmutable();
    }

    /// <summary>Null where it is not there, or null.</summary>
    static JsonElement? Field(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    static string? Text(JsonElement json, string name) => Field(json, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw RowFaultException.Of("textExpected", $"{name}: a text is expected."),
    };
}
