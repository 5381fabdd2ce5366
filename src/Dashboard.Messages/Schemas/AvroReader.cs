using System.Numerics;
using System.Text;
using Avro;
using Dashboard.Messages.Bytes;
using AvroType = Avro.Schema.Type;

namespace Dashboard.Messages.Schemas;

/// <summary>
/// From Avro's binary encoding to JSON to read (Avro specification 1.12, "Binary encoding", "Logical types"): a union is the value alone,
/// dates and times are ISO 8601, decimals numbers, bytes a character each (as in Avro's JSON). Written for untrusted bytes, which the
/// package's own reader is not: it takes any depth and any announced length.
/// </summary>
static class AvroReader
{
    public static ReadOnlyMemory<byte> ToJson(Schema schema, ReadOnlySpan<byte> bytes, int origin)
    {
        using var output = new JsonOutput();
        var cursor = new ByteCursor(bytes, origin);
        Value(schema, ref cursor, output);
        cursor.RequireEnd();
        return output.Finish();
    }

    static void Value(Schema schema, ref ByteCursor cursor, JsonOutput output)
    {
        switch (schema)
        {
            case LogicalSchema logical:
                AvroLogical.Read(logical, ref cursor, output);
                break;
            case RecordSchema record:
                output.Open(isList: false, cursor.At);
                foreach (var field in record.Fields)
                {
                    output.Writer.WritePropertyName(field.Name);
                    Value(field.Schema, ref cursor, output);
                }

                output.Close(isList: false);
                break;
            case UnionSchema union:
                Value(union.Schemas[Index(ref cursor, union.Count, "branch of the union")], ref cursor, output);
                break;
            case ArraySchema array:
                output.Open(isList: true, cursor.At);
                for (var count = Block(ref cursor); count > 0; count = Block(ref cursor))
                {
                    for (; count > 0; count--)
                    {
                        Value(array.ItemSchema, ref cursor, output);
                    }
                }

                output.Close(isList: true);
                break;
            case MapSchema map:
                output.Open(isList: false, cursor.At);
                for (var count = Block(ref cursor); count > 0; count = Block(ref cursor))
                {
                    for (; count > 0; count--)
                    {
                        output.Writer.WritePropertyName(cursor.Utf8(cursor.ZigZag()));
                        Value(map.ValueSchema, ref cursor, output);
                    }
                }

                output.Close(isList: false);
                break;
            case EnumSchema symbols:
                output.Writer.WriteStringValue(symbols[Index(ref cursor, symbols.Count, "symbol of the enum")]);
                break;
            case FixedSchema fixedSize:
                output.Writer.WriteStringValue(Encoding.Latin1.GetString(cursor.Take(fixedSize.Size)));
                break;
            default:
                Primitive(schema.Tag, ref cursor, output);
                break;
        }
    }

    static void Primitive(AvroType type, ref ByteCursor cursor, JsonOutput output)
    {
        var writer = output.Writer;
        switch (type)
        {
            case AvroType.Null:
                writer.WriteNullValue();
                break;
            case AvroType.Boolean:
                writer.WriteBooleanValue(Boolean(ref cursor));
                break;
            case AvroType.Int:
                writer.WriteNumberValue(Int(ref cursor));
                break;
            case AvroType.Long:
                writer.WriteNumberValue(cursor.ZigZag());
                break;
            case AvroType.Float:
                output.Number(cursor.Float());
                break;
            case AvroType.Double:
                output.Number(cursor.Double());
                break;
            case AvroType.String:
                writer.WriteStringValue(cursor.Utf8(cursor.ZigZag()));
                break;
            case AvroType.Bytes:
                writer.WriteStringValue(Encoding.Latin1.GetString(cursor.Take(cursor.ZigZag())));
                break;
            default:
                throw new UndecodableException($"{type} is no type that is read", cursor.At);
        }
    }

    static bool Boolean(ref ByteCursor cursor)
    {
        var at = cursor.At;
        return cursor.Byte() switch
        {
            0 => false,
            1 => true,
            var other => throw new UndecodableException($"{other} is no boolean", at),
        };
    }

    public static int Int(ref ByteCursor cursor)
    {
        var at = cursor.At;
        var value = cursor.ZigZag();
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new UndecodableException($"{value} does not fit into an int", at);
    }

    static int Index(ref ByteCursor cursor, int count, string what)
    {
        var at = cursor.At;
        var index = cursor.ZigZag();
        return index >= 0 && index < count
            ? (int)index
            : throw new UndecodableException($"there is no {what} number {index}", at);
    }

    /// <summary>The number of items that follow; a negative one is followed by the block's size, which is not needed.</summary>
    static long Block(ref ByteCursor cursor)
    {
        var at = cursor.At;
        var count = cursor.ZigZag();
        if (count >= 0)
        {
            return count;
        }

        cursor.ZigZag();
        // a negative count: the bytes of the block follow, for readers that skip it
        return count > long.MinValue ? -count : throw new UndecodableException("a block of too many items", at);
    }

    /// <summary>An unscaled number, big-endian, in two's complement.</summary>
    public static BigInteger Unscaled(ReadOnlySpan<byte> bytes) => new(bytes, isBigEndian: true);
}
