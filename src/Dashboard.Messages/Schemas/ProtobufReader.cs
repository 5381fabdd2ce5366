using System.Globalization;
using System.Text.Json;
using Dashboard.Messages.Bytes;
using FieldType = Google.Protobuf.Reflection.FieldDescriptorProto.Type;

namespace Dashboard.Messages.Schemas;

/// <summary>
/// From protobuf's wire format to JSON to read (protobuf.dev, "Encoding"): names as in the .proto file, 64-bit numbers as numbers, bytes in
/// base64, well-known types as their values. Fields that the schema does not have are there too, under their numbers ("#7").
/// </summary>
sealed class ProtobufReader(ProtobufTypes types)
{
    /// <summary>Fields of one message that are kept apart while it is read.</summary>
    const int MostFields = 1_000_000;

    public static ReadOnlyMemory<byte> ToJson(ProtobufTypes types, ProtobufMessage type, ReadOnlySpan<byte> bytes, int origin)
    {
        using var output = new JsonOutput();
        new ProtobufReader(types).Message(type, bytes, origin, output);
        return output.Finish();
    }

    void Message(ProtobufMessage type, ReadOnlySpan<byte> bytes, int origin, JsonOutput output)
    {
        // gathered first: pieces of one field may be apart, and output has the schema's order
        var found = Split(bytes, origin);
        if (ProtobufWellKnown.Write(type.FullName, found, bytes, origin, output, this, types))
        {
            return;
        }

        output.Open(isList: false, origin);
        foreach (var field in type.Fields.Values)
        {
            if (found.Remove(field.Number, out var given))
            {
                output.Writer.WritePropertyName(field.Name);
                Field(field, given, bytes, origin, output);
            }
            else if (field.HasDefault)
            {
                output.Writer.WritePropertyName(field.Name);
                Scalar(field, default, [], origin, output);
            }
        }

        // what the schema does not know: of a newer one, mostly
        foreach (var (number, given) in found)
        {
            Unknown(number, given, bytes, output);
        }

        output.Close(isList: false);
    }

    /// <summary>What a message has on the wire, by field number; in order within each.</summary>
    static Dictionary<int, List<ProtobufPiece>> Split(ReadOnlySpan<byte> bytes, int origin)
    {
        var found = new Dictionary<int, List<ProtobufPiece>>();
        var cursor = new ByteCursor(bytes, origin);
        for (var count = 0; !cursor.IsAtEnd; count++)
        {
            var at = cursor.At;
            var tag = cursor.Varint();
            var (number, wire) = (tag >> 3, (int)(tag & 7));
            // numbers of fields have 29 bits
            if (number is 0 or > 0x1fffffff || count >= MostFields)
            {
                throw new UndecodableException(count >= MostFields ? $"more than {MostFields} fields" : "there is no field 0", at);
            }

            var piece = wire switch
            {
                0 => new ProtobufPiece(wire, cursor.Varint(), cursor.Position, 0),
                1 => new ProtobufPiece(wire, cursor.Fixed64(), cursor.Position, 0),
                2 => Delimited(ref cursor),
                5 => new ProtobufPiece(wire, cursor.Fixed32(), cursor.Position, 0),
                _ => throw new UndecodableException($"wire type {wire} is not read", at),
            };
            if (!found.TryGetValue((int)number, out var list))
            {
                found[(int)number] = list = [];
            }

            list.Add(piece);
        }

        return found;
    }

    static ProtobufPiece Delimited(ref ByteCursor cursor)
    {
        var length = cursor.Varint();
        var start = cursor.Position;
        // too long for the rest either way, and refused there
        cursor.Take(length > int.MaxValue ? int.MaxValue : (long)length);
        return new ProtobufPiece(2, 0, start, (int)length);
    }

    internal void Field(ProtobufField field, List<ProtobufPiece> given, ReadOnlySpan<byte> bytes, int origin, JsonOutput output)
    {
        if (!field.IsRepeated)
        {
            // of several the last counts
            One(field, given[^1], bytes, origin, output);
            return;
        }

        if (field.Type == FieldType.TypeMessage && types.Find(field.TypeName) is { IsMapEntry: true } entry)
        {
            Map(entry, given, bytes, origin, output);
            return;
        }

        output.Open(isList: true, origin);
        foreach (var piece in given)
        {
            // readers take packed and single values of every repeated field, and mixtures, whatever the schema says
            if (piece.Wire == 2 && field.Type is not (FieldType.TypeString or FieldType.TypeBytes or FieldType.TypeMessage))
            {
                Packed(field, piece.In(bytes), origin + piece.Start, output);
            }
            else
            {
                One(field, piece, bytes, origin, output);
            }
        }

        output.Close(isList: true);
    }

    void Map(ProtobufMessage entry, List<ProtobufPiece> given, ReadOnlySpan<byte> bytes, int origin, JsonOutput output)
    {
        var (key, value) = (entry.Fields[1], entry.Fields[2]);
        output.Open(isList: false, origin);
        foreach (var piece in given)
        {
            var inner = piece.In(bytes);
            var parts = Split(inner, origin + piece.Start);
            using var name = new JsonOutput();
            Scalar(key, parts.TryGetValue(1, out var keys) ? keys[^1] : default, inner, origin, name);
            using var written = JsonDocument.Parse(name.Finish());
            output.Writer.WritePropertyName(written.RootElement.ToString());
            if (parts.TryGetValue(2, out var values))
            {
                One(value, values[^1], inner, origin + piece.Start, output);
            }
            else if (value.Type == FieldType.TypeMessage)
            {
                output.Writer.WriteStartObject();
                output.Writer.WriteEndObject();
            }
            else
            {
                Scalar(value, default, [], origin, output);
            }
        }

        output.Close(isList: false);
    }

    internal void One(ProtobufField field, ProtobufPiece piece, ReadOnlySpan<byte> bytes, int origin, JsonOutput output)
    {
        if (field.Type != FieldType.TypeMessage)
        {
            Require(field, piece, origin);
            Scalar(field, piece, bytes, origin, output);
        }
        else if (piece.Wire != 2 || types.Find(field.TypeName) is not { } type)
        {
            throw new UndecodableException($"{field.Name} is no {field.TypeName}", origin + piece.Start);
        }
        else
        {
            Message(type, piece.In(bytes), origin + piece.Start, output);
        }
    }

    static void Require(ProtobufField field, ProtobufPiece piece, int origin)
    {
        var wire = field.Type switch
        {
            FieldType.TypeString or FieldType.TypeBytes => 2,
            FieldType.TypeDouble or FieldType.TypeFixed64 or FieldType.TypeSfixed64 => 1,
            FieldType.TypeFloat or FieldType.TypeFixed32 or FieldType.TypeSfixed32 => 5,
            _ => 0,
        };
        if (piece.Wire != wire)
        {
            throw new UndecodableException($"{field.Name} has wire type {piece.Wire} where its type has {wire}", origin + piece.Start);
        }
    }

    void Packed(ProtobufField field, ReadOnlySpan<byte> bytes, int origin, JsonOutput output)
    {
        for (var cursor = new ByteCursor(bytes, origin); !cursor.IsAtEnd;)
        {
            var piece = field.Type switch
            {
                FieldType.TypeDouble or FieldType.TypeFixed64 or FieldType.TypeSfixed64 => new ProtobufPiece(1, cursor.Fixed64(), 0, 0),
                FieldType.TypeFloat or FieldType.TypeFixed32 or FieldType.TypeSfixed32 => new ProtobufPiece(5, cursor.Fixed32(), 0, 0),
                _ => new ProtobufPiece(0, cursor.Varint(), 0, 0),
            };
            Scalar(field, piece, bytes, origin, output);
        }
    }

    internal void Scalar(ProtobufField field, ProtobufPiece piece, ReadOnlySpan<byte> bytes, int origin, JsonOutput output)
    {
        var (writer, value) = (output.Writer, piece.Value);
        switch (field.Type)
        {
            case FieldType.TypeString:
                writer.WriteStringValue(new ByteCursor(piece.In(bytes), origin).Utf8(piece.Length));
                break;
            case FieldType.TypeBytes:
                writer.WriteBase64StringValue(piece.In(bytes));
                break;
            case FieldType.TypeBool:
                writer.WriteBooleanValue(value != 0);
                break;
            case FieldType.TypeEnum when types.EnumName(field.TypeName, (int)value) is { } name:
                writer.WriteStringValue(name);
                break;
            case FieldType.TypeInt32 or FieldType.TypeEnum or FieldType.TypeSfixed32:
                writer.WriteNumberValue((int)value);
                break;
            case FieldType.TypeSint32:
                writer.WriteNumberValue((int)((uint)value >> 1) ^ -(int)((uint)value & 1));
                break;
            case FieldType.TypeSint64:
                writer.WriteNumberValue((long)(value >> 1) ^ -(long)(value & 1));
                break;
            case FieldType.TypeUint32 or FieldType.TypeFixed32:
                writer.WriteNumberValue((uint)value);
                break;
            case FieldType.TypeUint64 or FieldType.TypeFixed64:
                writer.WriteNumberValue(value);
                break;
            case FieldType.TypeDouble:
                output.Number(BitConverter.UInt64BitsToDouble(value));
                break;
            case FieldType.TypeFloat:
                output.Number(BitConverter.UInt32BitsToSingle((uint)value));
                break;
            case FieldType.TypeInt64 or FieldType.TypeSfixed64:
                writer.WriteNumberValue((long)value);
                break;
            default:
                throw new UndecodableException($"{field.Name}: {field.Type} is not read", origin + piece.Start);
        }
    }

    static void Unknown(int number, List<ProtobufPiece> given, ReadOnlySpan<byte> bytes, JsonOutput output)
    {
        output.Writer.WritePropertyName(string.Create(CultureInfo.InvariantCulture, $"#{number}"));
        output.Writer.WriteStartArray();
        foreach (var piece in given)
        {
            if (piece.Wire == 2)
            {
                output.Writer.WriteStringValue(Convert.ToHexStringLower(piece.In(bytes)));
            }
            else
            {
                output.Writer.WriteNumberValue(piece.Value);
            }
        }

        output.Writer.WriteEndArray();
    }
}

/// <summary>A field's value on the wire.</summary>
/// <param name="Wire">0: a varint, 1: 64 bits, 2: bytes of a length, 5: 32 bits.</param>
/// <param name="Value">Of all but bytes.</param>
/// <param name="Start">Of bytes: where they begin within the message's; of others: where the value ends.</param>
readonly record struct ProtobufPiece(int Wire, ulong Value, int Start, int Length)
{
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> message) => Length == 0 ? [] : message.Slice(Start, Length);
}
