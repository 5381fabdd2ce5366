using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dashboard.Messages.Bytes;

/// <summary>What a decoder writes a structure into. Bounded: a few bytes of a body can stand for gigabytes, and for any depth.</summary>
sealed class JsonOutput : IDisposable
{
    /// <summary>Of the JSON that one body becomes; a broker takes 1 MiB a record unless told otherwise.</summary>
    public const int MostBytes = 32 << 20;

    /// <summary>Of objects and lists within each other.</summary>
    public const int Deepest = 100;

    static readonly JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = Deepest + 20 };

    readonly ArrayBufferWriter<byte> buffer = new(256);
    readonly Utf8JsonWriter writer;
    int depth;

    public JsonOutput() => writer = new Utf8JsonWriter(buffer, options);

    /// <summary>Each value comes through here, so that none is written past the limit.</summary>
    public Utf8JsonWriter Writer
    {
        get
        {
            // a few bytes can become much JSON: a schema may have a million fields of no bytes
            if (writer.BytesCommitted + writer.BytesPending > MostBytes)
            {
                throw new UndecodableException($"it becomes more than {MostBytes >> 20} MiB of JSON");
            }

            return writer;
        }
    }

    /// <param name="at">Which byte is being read.</param>
    public void Open(bool isList, long at)
    {
        if (++depth > Deepest)
        {
            throw new UndecodableException($"more than {Deepest} values within each other", at);
        }

        if (isList)
        {
            Writer.WriteStartArray();
        }
        else
        {
            Writer.WriteStartObject();
        }
    }

    public void Close(bool isList)
    {
        depth--;
        if (isList)
        {
            Writer.WriteEndArray();
        }
        else
        {
            Writer.WriteEndObject();
        }
    }

    /// <summary>What JSON has no number for is a string: "NaN", "Infinity".</summary>
    public void Number(double value)
    {
        if (double.IsFinite(value))
        {
            Writer.WriteNumberValue(value);
        }
        else
        {
            Writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    public void Number(float value)
    {
        if (float.IsFinite(value))
        {
            Writer.WriteNumberValue(value);
        }
        else
        {
            Writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The whole; after it nothing is written.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        writer.Flush();
        return buffer.WrittenMemory;
    }

    public void Dispose() => writer.Dispose();
}
