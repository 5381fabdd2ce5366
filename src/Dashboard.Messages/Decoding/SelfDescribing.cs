using Dashboard.Messages.Bytes;

namespace Dashboard.Messages.Decoding;

/// <summary>MessagePack and CBOR. Many short bodies could be either: without a choice only an object with names that fits to its last byte
/// counts, or CBOR's own mark.</summary>
static class SelfDescribing
{
    static readonly byte[] cborMark = [0xd9, 0xd9, 0xf7];

    /// <returns>Null when the format is none of these.</returns>
    /// <exception cref="UndecodableException">It does not fit.</exception>
    public static DecodedBody? Read(string format, ReadOnlyMemory<byte> bytes) => format switch
    {
        BodyFormats.MessagePack => Structured.Of(format, MessagePackBody.ToJson(bytes)),
        BodyFormats.Cbor => Structured.Of(format, CborBody.ToJson(bytes)),
        _ => null,
    };

    public static DecodedBody? Guess(ReadOnlyMemory<byte> bytes)
    {
        var format = bytes.Span switch
        {
            [0xd9, 0xd9, 0xf7, ..] => BodyFormats.Cbor,
            [> 0x80 and <= 0x8f, ..] or [0xde or 0xdf, ..] => BodyFormats.MessagePack,
            [> 0xa0 and <= 0xbf, ..] => BodyFormats.Cbor,
            _ => null,
        };
        try
        {
            var read = format is null ? null : Read(format, bytes);
            return read is not null && (bytes.Span.StartsWith(cborMark) || HasNames(read)) ? read : null;
        }
        catch (UndecodableException)
        {
            return null;
        }
    }

    static bool HasNames(DecodedBody read) => read.Json is { ValueKind: System.Text.Json.JsonValueKind.Object } json
        && json.EnumerateObject().All(p => p.Name.Length > 0 && TextDecoding.IsText(p.Name, 0) && !p.Name.Contains('\ufffd'));
}
