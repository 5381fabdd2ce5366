using System.Text;
using System.Text.Json;

namespace Dashboard.Messages.Decoding;

/// <summary>What bytes say of themselves, without any schema: JSON, UTF-8, otherwise hexadecimal.</summary>
public sealed class PlainDecoder : IBodyDecoder
{
    static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public ValueTask<DecodedBody> DecodeAsync(
        string topic, BodyPart part, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.FromResult(Of(bytes));

    public static DecodedBody Of(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var text = strict.GetString(bytes.Span);
            return Json(bytes) is { } json
                ? new DecodedBody(BodyFormats.Json, text, json)
                : new DecodedBody(BodyFormats.Text, text, null);
        }
        catch (DecoderFallbackException)
        {
            return new DecodedBody(BodyFormats.Hex, Convert.ToHexStringLower(bytes.Span), null);
        }
    }

    /// <summary>Objects and lists only: a number or a word alone is text.</summary>
    static JsonElement? Json(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..])
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
