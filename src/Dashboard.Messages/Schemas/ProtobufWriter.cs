using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dashboard.Messages.Bytes;
using Wire;
using FieldType = Google.Protobuf.Reflection.FieldDescriptorProto.Type;

namespace Dashboard.Messages.Schemas;

/// <summary>
/// From JSON to protobuf's wire format. Takes what <see cref="ProtobufReader"/> writes, and names in lowerCamelCase; a name that the schema
/// does not have is refused.
/// </summary>
sealed class ProtobufWriter(ProtobufTypes types)
{
    /// <exception cref="BodyMismatchException">It does not fit the schema; names the field.</exception>
    public static void Write(ProtobufTypes types, ProtobufMessage type, JsonElement value, Stream output) =>
        new ProtobufWriter(types).Message(type, value, "$", output);

    void Message(ProtobufMessage type, JsonElement value, string path, Stream output)
    {
        if (WellKnown(type, value, path, output))
        {
            return;
        }

        Require(value.ValueKind == JsonValueKind.Object, $"an object ({type.FullName})", value, path);
        foreach (var entry in value.EnumerateObject())
        {
            var at = $"{path}.{entry.Name}";
            var field = type.Fields.Values.FirstOrDefault(f => f.Name == entry.Name || f.JsonName == entry.Name)
                ?? throw new BodyMismatchException(at, $"{type.FullName} has no such field");
            // null is absence, by Protobuf's JSON mapping; only Value has a null of its own
            if (entry.Value.ValueKind != JsonValueKind.Null || field.TypeName == "google.protobuf.Value")
            {
                Field(field, entry.Value, at, output);
            }
        }
    }

    void Field(ProtobufField field, JsonElement value, string path, Stream output)
    {
        if (!field.IsRepeated)
        {
            One(field, value, path, output);
        }
        else if (field.Type == FieldType.TypeMessage && types.Find(field.TypeName) is { IsMapEntry: true } entry)
        {
            Require(value.ValueKind == JsonValueKind.Object, "an object (a map)", value, path);
            foreach (var one in value.EnumerateObject())
            {
                using var inner = new MemoryStream();
                One(entry.Fields[1], Key(entry.Fields[1], one.Name), $"{path}.{one.Name}", inner);
                One(entry.Fields[2], one.Value, $"{path}.{one.Name}", inner);
                Delimited(field.Number, inner, output);
            }
        }
        else
        {
            Require(value.ValueKind == JsonValueKind.Array, "a list", value, path);
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                // one by one: every reader takes what is not packed as well
                One(field, item, $"{path}[{index++}]", output);
            }
        }
    }

    /// <summary>Keys of JSON are strings, those of a map are what its type says.</summary>
    static JsonElement Key(ProtobufField key, string name) => key.Type == FieldType.TypeString
        ? JsonSerializer.SerializeToElement(name, JsonText.Default.String)
        : JsonText.TryParse(name) ?? JsonSerializer.SerializeToElement(name, JsonText.Default.String);

    void One(ProtobufField field, JsonElement value, string path, Stream output)
    {
        switch (field.Type)
        {
            case FieldType.TypeMessage:
                using (var inner = new MemoryStream())
                {
                    var type = types.Find(field.TypeName) ?? throw new BodyMismatchException(path, $"the schema has no {field.TypeName}");
                    Message(type, value, path, inner);
                    Delimited(field.Number, inner, output);
                }

                break;
            case FieldType.TypeString:
                Require(value.ValueKind == JsonValueKind.String, "a string", value, path);
                Delimited(field.Number, Encoding.UTF8.GetBytes(value.GetString()!), output);
                break;
            case FieldType.TypeBytes:
                Require(value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out _), "bytes in base64", value, path);
                Delimited(field.Number, value.GetBytesFromBase64(), output);
                break;
            case FieldType.TypeDouble:
                Fixed64(field.Number, BitConverter.DoubleToUInt64Bits(Number(value, path)), output);
                break;
            case FieldType.TypeFloat:
                Fixed32(field.Number, BitConverter.SingleToUInt32Bits((float)Number(value, path)), output);
                break;
            case FieldType.TypeFixed64 or FieldType.TypeSfixed64:
                Fixed64(field.Number, Whole(field, value, path), output);
                break;
            case FieldType.TypeFixed32 or FieldType.TypeSfixed32:
                Fixed32(field.Number, (uint)Whole(field, value, path), output);
                break;
            default:
                Tag(field.Number, 0, output);
                Varint.Write(output, Whole(field, value, path));
                break;
        }
    }

    /// <summary>As it stands in a varint.</summary>
    ulong Whole(ProtobufField field, JsonElement value, string path)
    {
        if (field.Type == FieldType.TypeBool)
        {
            Require(value.ValueKind is JsonValueKind.True or JsonValueKind.False, "true or false", value, path);
            return value.GetBoolean() ? 1UL : 0;
        }

        if (field.Type == FieldType.TypeEnum && value.ValueKind == JsonValueKind.String)
        {
            return (ulong)(types.EnumNumber(field.TypeName, value.GetString()!)
                ?? throw Mismatch($"a value of {field.TypeName}", value, path));
        }

        var text = value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
        var (lowest, highest) = field.Type switch
        {
            FieldType.TypeUint64 or FieldType.TypeFixed64 => (Int128.Zero, (Int128)ulong.MaxValue),
            FieldType.TypeUint32 or FieldType.TypeFixed32 => (Int128.Zero, (Int128)uint.MaxValue),
            FieldType.TypeInt64 or FieldType.TypeSint64 or FieldType.TypeSfixed64 => ((Int128)long.MinValue, (Int128)long.MaxValue),
            _ => ((Int128)int.MinValue, (Int128)int.MaxValue),
        };
        Require(
            Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number >= lowest && number <= highest,
            $"a whole number from {lowest} to {highest}", value, path);
        return field.Type is FieldType.TypeSint32 or FieldType.TypeSint64
            ? (ulong)(((long)number << 1) ^ ((long)number >> 63))
            : unchecked((ulong)number);
    }

    bool WellKnown(ProtobufMessage type, JsonElement value, string path, Stream output)
    {
        switch (type.FullName)
        {
            case "google.protobuf.Timestamp" when value.ValueKind == JsonValueKind.String:
                Require(
                    DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at),
                    "a time (ISO 8601)", value, path);
                Parts(at.UtcTicks - DateTime.UnixEpoch.Ticks, output);
                return true;
            case "google.protobuf.Duration" when value.ValueKind == JsonValueKind.String:
                Require(
                    decimal.TryParse(value.GetString()!.TrimEnd('s'), CultureInfo.InvariantCulture, out var seconds)
                        // 10,000 years, the limit that duration.proto states
                        && Math.Abs(seconds) < 315_576_000_000,
                    "a duration, \"3.5s\"", value, path);
                Part(1, (long)decimal.Truncate(seconds), output);
                Part(2, (long)((seconds - decimal.Truncate(seconds)) * 1_000_000_000), output);
                return true;
            case "google.protobuf.Struct" or "google.protobuf.ListValue":
                Field(type.Fields[1], value, path, output);
                return true;
            case "google.protobuf.Value":
                Any(type, value, path, output);
                return true;
            case var name when ProtobufWellKnown.IsWrapper(name):
                One(type.Fields[1], value, path, output);
                return true;
            default:
                return false;
        }
    }

    void Any(ProtobufMessage type, JsonElement value, string path, Stream output)
    {
        var number = value.ValueKind switch
        {
            JsonValueKind.Number => 2,
            JsonValueKind.String => 3,
            JsonValueKind.True or JsonValueKind.False => 4,
            JsonValueKind.Object => 5,
            JsonValueKind.Array => 6,
            _ => 1,
        };
        One(type.Fields[number], number == 1 ? JsonText.Zero : value, path, output);
    }

    /// <summary>Seconds and nanoseconds, which are never negative.</summary>
    static void Parts(long ticks, Stream output)
    {
        var (seconds, rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        // nanos are never negative, also before 1970
        (seconds, rest) = rest < 0 ? (seconds - 1, rest + TimeSpan.TicksPerSecond) : (seconds, rest);
        Part(1, seconds, output);
        Part(2, rest * 100, output);
    }

    static void Part(int number, long value, Stream output)
    {
        if (value != 0)
        {
            Tag(number, 0, output);
            Varint.Write(output, (ulong)value);
        }
    }

    static double Number(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when value.GetString() is "NaN" or "Infinity" or "-Infinity" =>
            double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        _ => throw Mismatch("a number", value, path),
    };

    static void Tag(int number, int wire, Stream output) => Varint.Write(output, ((ulong)number << 3) | (uint)wire);

    static void Delimited(int number, MemoryStream inner, Stream output) =>
        Delimited(number, inner.GetBuffer().AsSpan(0, (int)inner.Length), output);

    static void Delimited(int number, ReadOnlySpan<byte> bytes, Stream output)
    {
        Tag(number, 2, output);
        Varint.Write(output, (ulong)bytes.Length);
        output.Write(bytes);
    }

    static void Fixed64(int number, ulong value, Stream output)
    {
        Tag(number, 1, output);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        output.Write(bytes);
    }

    static void Fixed32(int number, uint value, Stream output)
    {
        Tag(number, 5, output);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        output.Write(bytes);
    }

    static void Require(bool fits, string expected, JsonElement value, string path)
    {
        if (!fits)
        {
            throw Mismatch(expected, value, path);
        }
    }

    static BodyMismatchException Mismatch(string expected, JsonElement value, string path) =>
        BodyMismatchException.Of(expected, value, path);
}
