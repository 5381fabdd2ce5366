using System.Formats.Cbor;
using System.Globalization;
using System.Text;
using Dashboard.Messages.Bytes;

namespace Dashboard.Messages.Decoding;

/// <summary>CBOR (RFC 8949) as JSON: bytes in base64, what a tag says is left to the value it stands before.</summary>
static class CborBody
{
    /// <exception cref="UndecodableException">It is none.</exception>
    public static ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> bytes)
    {
        using var output = new JsonOutput();
        // neither the shortest form of numbers nor sorted or unique keys are asked for: what a producer wrote is shown
        var reader = new CborReader(bytes, CborConformanceMode.Lax);
        try
        {
            Value(reader, bytes.Length, output);
            return reader.BytesRemaining == 0
                ? output.Finish()
                : throw new UndecodableException("CBOR ends here, and more bytes follow", bytes.Length - reader.BytesRemaining);
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException
            or FormatException or ArgumentException)
        {
            throw new UndecodableException($"no CBOR: {e.Message}", bytes.Length - reader.BytesRemaining);
        }
    }

    static void Value(CborReader reader, int length, JsonOutput output)
    {
        var writer = output.Writer;
        var at = length - reader.BytesRemaining;
        switch (reader.PeekState())
        {
            case CborReaderState.Tag:
                SkipTags(reader);
                Value(reader, length, output);
                break;
            case CborReaderState.UnsignedInteger:
                writer.WriteNumberValue(reader.ReadUInt64());
                break;
            case CborReaderState.NegativeInteger:
                // down to -2^64, which no long holds
                var negative = -1 - (Int128)reader.ReadCborNegativeIntegerRepresentation();
                writer.WriteRawValue(negative.ToString(CultureInfo.InvariantCulture), skipInputValidation: true);
                break;
            case CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString:
                writer.WriteBase64StringValue(reader.ReadByteString());
                break;
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                writer.WriteStringValue(reader.ReadTextString());
                break;
            case CborReaderState.StartArray:
                reader.ReadStartArray();
                output.Open(isList: true, at);
                while (reader.PeekState() != CborReaderState.EndArray)
                {
                    Value(reader, length, output);
                }

                reader.ReadEndArray();
                output.Close(isList: true);
                break;
            case CborReaderState.StartMap:
                reader.ReadStartMap();
                output.Open(isList: false, at);
                while (reader.PeekState() != CborReaderState.EndMap)
                {
                    output.Writer.WritePropertyName(Name(reader, length));
                    Value(reader, length, output);
                }

                reader.ReadEndMap();
                output.Close(isList: false);
                break;
            case CborReaderState.Null:
                reader.ReadNull();
                writer.WriteNullValue();
                break;
            case CborReaderState.Boolean:
                writer.WriteBooleanValue(reader.ReadBoolean());
                break;
            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat:
                output.Number(reader.ReadDouble());
                break;
            case CborReaderState.SimpleValue:
                writer.WriteNumberValue((int)reader.ReadSimpleValue());
                break;
            case var state:
                throw new UndecodableException($"no CBOR: {state}", at);
        }
    }

    /// <summary>In a loop: tags may stand before tags, any number of them.</summary>
    static void SkipTags(CborReader reader)
    {
        while (reader.PeekState() == CborReaderState.Tag)
        {
            reader.ReadTag();
        }
    }

    /// <summary>Names of other types than strings are written as JSON.</summary>
    static string Name(CborReader reader, int length)
    {
        if (reader.PeekState() is CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString)
        {
            return reader.ReadTextString();
        }

        SkipTags(reader);
        if (reader.PeekState() is CborReaderState.StartArray or CborReaderState.StartMap)
        {
            throw new UndecodableException("a name that is a list or an object is not read", length - reader.BytesRemaining);
        }

        using var name = new JsonOutput();
        Value(reader, length, name);
        return Encoding.UTF8.GetString(name.Finish().Span);
    }
}
