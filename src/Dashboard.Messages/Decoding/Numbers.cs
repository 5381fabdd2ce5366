using System.Buffers.Binary;
using System.Globalization;
using Dashboard.Messages.Bytes;

namespace Dashboard.Messages.Decoding;

/// <summary>Values of one number, big-endian as Kafka's serializers write them, and UUIDs of 16 bytes. Only by choice: any bytes are some
/// number.</summary>
static class Numbers
{
    /// <returns>Null when the format is none of these.</returns>
    /// <exception cref="UndecodableException">There are more or fewer bytes.</exception>
    public static DecodedBody? Read(string format, ReadOnlyMemory<byte> body)
    {
        var bytes = body.Span;
        if (Length(format) is not { } length)
        {
            return null;
        }

        if (bytes.Length != length)
        {
            throw new UndecodableException($"{format} has {length} bytes, not {bytes.Length}");
        }

        var text = format switch
        {
            BodyFormats.Int8 => ((sbyte)bytes[0]).ToString(CultureInfo.InvariantCulture),
            BodyFormats.Int16 => BinaryPrimitives.ReadInt16BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
            BodyFormats.Int32 => BinaryPrimitives.ReadInt32BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
            BodyFormats.Int64 => BinaryPrimitives.ReadInt64BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
            BodyFormats.Float => BinaryPrimitives.ReadSingleBigEndian(bytes).ToString(CultureInfo.InvariantCulture),
            BodyFormats.Double => BinaryPrimitives.ReadDoubleBigEndian(bytes).ToString(CultureInfo.InvariantCulture),
            _ => new Guid(bytes, bigEndian: true).ToString(),
        };
        return new DecodedBody(format, text, JsonText.TryParse(text));
    }

    public static int? Length(string format) => format switch
    {
        BodyFormats.Int8 => 1,
        BodyFormats.Int16 => 2,
        BodyFormats.Int32 or BodyFormats.Float => 4,
        BodyFormats.Int64 or BodyFormats.Double => 8,
        BodyFormats.Uuid => 16,
        _ => null,
    };
}
