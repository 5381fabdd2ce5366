using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Avro;
using Dashboard.Messages.Bytes;
using Wire;
using AvroType = Avro.Schema.Type;

namespace Dashboard.Messages.Schemas;

/// <summary>
/// From JSON to Avro's binary encoding. Takes what <see cref="AvroReader"/> writes, and Avro's own JSON, where a union's value stands in an
/// object under the name of its type. Fields that are left out take the schema's default.
/// </summary>
sealed class AvroWriter
{
    const string Root = "$";

    /// <summary>Values that are tried: unions within unions could take for ever, and a default that holds itself as well.</summary>
    const int MostSteps = 1_000_000;

    const int LongestPath = 4000;

    int steps;

    /// <exception cref="BodyMismatchException">It does not fit the schema; names the field.</exception>
    public static void Write(Schema schema, JsonElement value, Stream output) => new AvroWriter().Value(schema, value, Root, output);

    void Value(Schema schema, JsonElement value, string path, Stream output)
    {
        // a default may lead into its own record again, and a union into unions: neither has to end
        if (++steps > MostSteps || path.Length > LongestPath)
        {
            throw new BodyMismatchException(path.Length > 200 ? path[..200] + "…" : path, "the schema leads nowhere from here");
        }

        switch (schema)
        {
            case LogicalSchema logical:
                Logical(logical, value, path, output);
                break;
            case RecordSchema record:
                Record(record, value, path, output);
                break;
            case UnionSchema union:
                Union(union, value, path, output);
                break;
            case ArraySchema array:
                Require(value.ValueKind == JsonValueKind.Array, "a list", value, path);
                Block(value.GetArrayLength(), output); // one block with all, then 0 for the end; an empty list is the 0 alone
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Value(array.ItemSchema, item, $"{path}[{index++}]", output);
                }

                output.WriteByte(0);
                break;
            case MapSchema map:
                Require(value.ValueKind == JsonValueKind.Object, "an object (a map)", value, path);
                Block(value.GetPropertyCount(), output);
                foreach (var entry in value.EnumerateObject())
                {
                    Text(entry.Name, output);
                    Value(map.ValueSchema, entry.Value, $"{path}.{entry.Name}", output);
                }

                output.WriteByte(0);
                break;
            case EnumSchema symbols:
                Require(
                    value.ValueKind == JsonValueKind.String && symbols.Contains(value.GetString()!),
                    $"one of {string.Join(", ", symbols.Symbols.Take(20))}", value, path);
                ZigZag(symbols.Ordinal(value.GetString()!), output);
                break;
            case FixedSchema fixedSize:
                var bytes = Bytes(value, path);
                Require(bytes.Length == fixedSize.Size, $"{fixedSize.Size} bytes", value, path);
                output.Write(bytes);
                break;
            default:
                Primitive(schema.Tag, value, path, output);
                break;
        }
    }

    void Record(RecordSchema record, JsonElement value, string path, Stream output)
    {
        Require(value.ValueKind == JsonValueKind.Object, $"an object ({record.Name})", value, path);
        foreach (var entry in value.EnumerateObject())
        {
            if (!record.Fields.Any(field => field.Name == entry.Name))
            {
                throw new BodyMismatchException($"{path}.{entry.Name}", $"{record.Name} has no such field");
            }
        }

        foreach (var field in record.Fields)
        {
            if (value.TryGetProperty(field.Name, out var given))
            {
                Value(field.Schema, given, $"{path}.{field.Name}", output);
            }
            else if (field.DefaultValue is { } otherwise)
            {
                // the default of a union is one of its first type
                using var document = JsonDocument.Parse(otherwise.ToString(Newtonsoft.Json.Formatting.None));
                Value(field.Schema, document.RootElement, $"{path}.{field.Name}", output);
            }
            else
            {
                throw new BodyMismatchException($"{path}.{field.Name}", "it is missing, and the schema has no default for it");
            }
        }
    }

    void Union(UnionSchema union, JsonElement value, string path, Stream output)
    {
        // Avro's JSON: {"string": "a"}
        if (value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 1)
        {
            var named = value.EnumerateObject().First();
            if (Enumerable.Range(0, union.Count).FirstOrDefault(i => IsCalled(union[i], named.Name), -1) is var branch and >= 0)
            {
                ZigZag(branch, output);
                Value(union[branch], named.Value, path, output);
                return;
            }
        }

        BodyMismatchException? first = null;
        for (var i = 0; i < union.Count; i++)
        {
            try
            {
                // what a branch wrote before it turned out not to fit must not be in the record
                using var attempt = new MemoryStream();
                Value(union[i], value, path, attempt);
                ZigZag(i, output);
                attempt.WriteTo(output);
                return;
            }
            catch (BodyMismatchException e)
            {
                // of several branches the one that came furthest says most
                first = first is null || e.Path.Length > first.Path.Length ? e : first;
            }
        }

        throw first is { } deeper && deeper.Path.Length > path.Length
            ? deeper
            : Mismatch($"one of {string.Join(", ", union.Schemas.Select(s => s.Name))}", value, path);
    }

    static bool IsCalled(Schema schema, string name) => schema.Fullname == name || schema.Name == name
        || (schema is LogicalSchema logical && IsCalled(logical.BaseSchema, name));

    void Logical(LogicalSchema schema, JsonElement value, string path, Stream output)
    {
        switch (schema.BaseSchema.Tag)
        {
            case AvroType.Int or AvroType.Long when value.ValueKind == JsonValueKind.String:
                var number = AvroLogical.Number(schema.LogicalTypeName, value.GetString()!)
                    ?? throw Mismatch($"a {schema.LogicalTypeName} (ISO 8601, or its number)", value, path);
                ZigZag(number, output);
                break;
            case AvroType.Bytes or AvroType.Fixed when schema.LogicalTypeName == "decimal":
                Decimal(schema, value, path, output);
                break;
            case AvroType.Fixed when schema.LogicalTypeName == "uuid" && value.TryGetGuid(out var id):
                output.Write(id.ToByteArray(bigEndian: true));
                break;
            case AvroType.Fixed when schema.LogicalTypeName == "duration" && value.ValueKind == JsonValueKind.Object:
                foreach (var part in (string[])["months", "days", "millis"])
                {
                    var count = value.TryGetProperty(part, out var given) && given.TryGetUInt32(out var some)
                        ? some
                        : throw new BodyMismatchException($"{path}.{part}", "a whole number from 0 is expected");
                    var bytes = new byte[4];
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes, count);
                    output.Write(bytes);
                }

                break;
            default:
                Value(schema.BaseSchema, value, path, output);
                break;
        }
    }

    static void Decimal(LogicalSchema schema, JsonElement value, string path, Stream output)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        var scale = AvroLogical.Scale(schema);
        var (whole, part) = text.Split('.') is [var before, var after] ? (before, after.TrimEnd('0')) : (text, "");
        Require(
            part.Length <= scale && text.Length < 256
                && BigInteger.TryParse(
                    whole + part.PadRight(scale, '0'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            $"a number with at most {scale} digits after the point", value, path);
        var bytes = BigInteger.Parse(whole + part.PadRight(scale, '0'), CultureInfo.InvariantCulture).ToByteArray(isBigEndian: true);
        if (schema.BaseSchema is FixedSchema { Size: var size })
        {
            Require(bytes.Length <= size, $"a number that fits into {size} bytes", value, path);
            // two's complement, big-endian: filled in front with the sign
            var sign = (bytes[0] & 0x80) != 0 ? (byte)0xff : (byte)0;
            output.Write([.. Enumerable.Repeat(sign, size - bytes.Length), .. bytes]);
        }
        else
        {
            ZigZag(bytes.Length, output);
            output.Write(bytes);
        }
    }

    static void Primitive(AvroType type, JsonElement value, string path, Stream output)
    {
        switch (type)
        {
            case AvroType.Null:
                Require(value.ValueKind == JsonValueKind.Null, "null", value, path);
                break;
            case AvroType.Boolean:
                Require(value.ValueKind is JsonValueKind.True or JsonValueKind.False, "true or false", value, path);
                output.WriteByte(value.GetBoolean() ? (byte)1 : (byte)0);
                break;
            case AvroType.Int:
                Require(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _), "an int", value, path);
                ZigZag(value.GetInt32(), output);
                break;
            case AvroType.Long:
                Require(value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _), "a long", value, path);
                ZigZag(value.GetInt64(), output);
                break;
            case AvroType.Float:
                var single = new byte[4];
                BinaryPrimitives.WriteSingleLittleEndian(single, (float)Number(value, path));
                output.Write(single);
                break;
            case AvroType.Double:
                var precise = new byte[8];
                BinaryPrimitives.WriteDoubleLittleEndian(precise, Number(value, path));
                output.Write(precise);
                break;
            case AvroType.String:
                Require(value.ValueKind == JsonValueKind.String, "a string", value, path);
                Text(value.GetString()!, output);
                break;
            default:
                var bytes = Bytes(value, path);
                ZigZag(bytes.Length, output);
                output.Write(bytes);
                break;
        }
    }

    static double Number(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when value.GetString() is "NaN" or "Infinity" or "-Infinity" =>
            double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        _ => throw Mismatch("a number", value, path),
    };

    /// <summary>A character a byte, as in Avro's JSON.</summary>
    static byte[] Bytes(JsonElement value, string path)
    {
        Require(
            value.ValueKind == JsonValueKind.String && value.GetString()!.All(c => c <= 0xff),
            "a string with a character (U+0000 to U+00FF) a byte", value, path);
        return Encoding.Latin1.GetBytes(value.GetString()!);
    }

    static void Text(string text, Stream output)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        ZigZag(bytes.Length, output);
        output.Write(bytes);
    }

    static void Block(int count, Stream output)
    {
        if (count > 0)
        {
            ZigZag(count, output);
        }
    }

    static void ZigZag(long value, Stream output) => Varint.Write(output, Varint.Unsigned(value));

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
