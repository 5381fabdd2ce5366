using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kafka.Protocol.Znodes;

/// <summary>JSON as Kafka writes it into znodes: no white space, nothing escaped that need not be, keys in Kafka's order.</summary>
public static class ZkJson
{
    static readonly JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object; <paramref name="body"/> writes its properties.</summary>
    public static byte[] Object(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartObject();
            body(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A property with an array of integers.</summary>
    public static void WriteNumbers(this Utf8JsonWriter writer, string name, IEnumerable<int> numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    /// <summary>Replica lists by partition, the partition as the key's text.</summary>
    public static void WriteReplicas(this Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<int, IReadOnlyList<int>>> lists)
    {
        writer.WriteStartObject(name);
        foreach (var (partition, replicas) in lists)
        {
            writer.WriteNumbers(partition.ToString(System.Globalization.CultureInfo.InvariantCulture), replicas);
        }

        writer.WriteEndObject();
    }

    /// <summary>An array of integers.</summary>
    public static IReadOnlyList<int> Numbers(this JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetInt32())];

    /// <summary>A number that may be written as text (Kafka's timestamps and block bounds are).</summary>
    public static long Long(this JsonElement element) => element.ValueKind == JsonValueKind.String
        ? long.Parse(element.GetString()!, System.Globalization.CultureInfo.InvariantCulture)
        : element.GetInt64();

    /// <summary>
    /// What <paramref name="read"/> makes of a znode's object; null for what is none, lacks what is read or has it in another form: one
    /// znode that cannot be read must not end the reading of all.
    /// </summary>
    public static T? Read<T>(ReadOnlyMemory<byte> data, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            return TryParse(data) is { } json ? read(json) : null;
        }
        catch (Exception e) when (e
            is KeyNotFoundException
            or InvalidOperationException
            or FormatException
            or OverflowException
            or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The parsed value of a znode; null for one without data or with something else than an object in it.</summary>
    public static JsonElement? TryParse(ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(data);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
