using System.Buffers;
using System.Text;
using Dashboard.Messages.Bytes;
using MessagePack;

namespace Dashboard.Messages.Decoding;

/// <summary>
/// MessagePack (msgpack.org, "Specification") as JSON: bytes in base64, times in ISO 8601, other extensions by type and bytes.
/// </summary>
static class MessagePackBody
{
    /// <exception cref="UndecodableException">It is none.</exception>
    public static ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> bytes)
    {
        using var output = new JsonOutput();
        var reader = new MessagePackReader(bytes);
        try
        {
            Value(ref reader, output);
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or InvalidOperationException
            or ArgumentException)
        {
            throw new UndecodableException($"no MessagePack: {e.Message}", reader.Consumed);
        }

        return reader.End
            ? output.Finish()
            : throw new UndecodableException("MessagePack ends here, and more bytes follow", reader.Consumed);
    }

    static void Value(ref MessagePackReader reader, JsonOutput output)
    {
        var writer = output.Writer;
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.ReadNil();
                writer.WriteNullValue();
                break;
            case MessagePackType.Boolean:
                writer.WriteBooleanValue(reader.ReadBoolean());
                break;
            case MessagePackType.Integer when reader.NextCode == MessagePackCode.UInt64:
                writer.WriteNumberValue(reader.ReadUInt64());
                break;
            case MessagePackType.Integer:
                writer.WriteNumberValue(reader.ReadInt64());
                break;
            case MessagePackType.Float when reader.NextCode == MessagePackCode.Float32:
                output.Number(reader.ReadSingle());
                break;
            case MessagePackType.Float:
                output.Number(reader.ReadDouble());
                break;
            case MessagePackType.String:
                writer.WriteStringValue(Text(ref reader));
                break;
            case MessagePackType.Binary:
                writer.WriteBase64StringValue(reader.ReadBytes() is { } binary ? binary.ToArray() : []);
                break;
            case MessagePackType.Array:
                output.Open(isList: true, reader.Consumed);
                for (var left = reader.ReadArrayHeader(); left > 0; left--)
                {
                    Value(ref reader, output);
                }

                output.Close(isList: true);
                break;
            case MessagePackType.Map:
                output.Open(isList: false, reader.Consumed);
                for (var left = reader.ReadMapHeader(); left > 0; left--)
                {
                    output.Writer.WritePropertyName(Name(ref reader));
                    Value(ref reader, output);
                }

                output.Close(isList: false);
                break;
            default:
                Extension(ref reader, output);
                break;
        }
    }

    /// <summary>Names of other types than strings are written as JSON.</summary>
    static string Name(ref MessagePackReader reader)
    {
        if (reader.NextMessagePackType == MessagePackType.String)
        {
            return Text(ref reader);
        }

        if (reader.NextMessagePackType is MessagePackType.Array or MessagePackType.Map)
        {
            throw new UndecodableException("a name that is a list or an object is not read", reader.Consumed);
        }

        using var name = new JsonOutput();
        Value(ref reader, name);
        return Encoding.UTF8.GetString(name.Finish().Span);
    }

    static string Text(ref MessagePackReader reader) =>
        reader.ReadStringSequence() is { } bytes ? Encoding.UTF8.GetString(bytes) : "";

    static void Extension(ref MessagePackReader reader, JsonOutput output)
    {
        var extension = reader.CreatePeekReader().ReadExtensionFormatHeader();
        if (extension.TypeCode == ReservedMessagePackExtensionTypeCode.DateTime)
        {
            output.Writer.WriteStringValue(reader.ReadDateTime());
            return;
        }

        var whole = reader.ReadExtensionFormat();
        output.Open(isList: false, reader.Consumed);
        output.Writer.WriteNumber("extension", whole.TypeCode);
        output.Writer.WriteBase64String("bytes", whole.Data.ToArray());
        output.Close(isList: false);
    }
}
