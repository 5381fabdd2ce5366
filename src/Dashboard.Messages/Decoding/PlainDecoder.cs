using System.Text;
using System.Text.Json;
using Dashboard.Messages.Bytes;

namespace Dashboard.Messages.Decoding;

/// <summary>What bytes say of themselves, without any schema: JSON, UTF-8, UTF-16 with its mark, otherwise hexadecimal.</summary>
public sealed class PlainDecoder : IBodyDecoder, IBodyDecoders
{
    static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public ValueTask<DecodedBody> DecodeAsync(
        string topic, BodyPart part, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.FromResult(Of(bytes));

    /// <summary>Of every cluster.</summary>
    public IBodyDecoder Of(string cluster) => this;

    /// <summary>What is no text is looked for as bytes, not as the hexadecimal that stands for them.</summary>
    public bool ShowsAsWritten(string topic, BodyPart part, ReadOnlySpan<byte> bytes) => !TextDecoding.IsUtf16(bytes);

    public static DecodedBody Of(ReadOnlyMemory<byte> bytes) => Readable(bytes) ?? Hex(bytes, null);

    /// <param name="trouble">Why nothing better can be said of it.</param>
    public static DecodedBody Hex(ReadOnlyMemory<byte> bytes, string? trouble) =>
        new(BodyFormats.Hex, Convert.ToHexStringLower(bytes.Span), null) { Trouble = trouble };

    /// <summary>Null when it is no text.</summary>
    internal static DecodedBody? Readable(ReadOnlyMemory<byte> bytes)
    {
        if (TextDecoding.IsUtf16(bytes.Span))
        {
            return TextDecoding.Decode(bytes.Span, isCut: false) is { } wide ? new DecodedBody(BodyFormats.Utf16, wide.Text, null) : null;
        }

        try
        {
            var text = strict.GetString(bytes.Span);
            return Structure(bytes) is { } json ? new DecodedBody(BodyFormats.Json, text, json)
                : TextDecoding.IsText(text, 0) ? new DecodedBody(BodyFormats.Text, text, null)
                : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Objects and lists only: a number or a word alone is text.</summary>
    static JsonElement? Structure(ReadOnlyMemory<byte> bytes) =>
        bytes.Span.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..] ? JsonText.TryRead(bytes) : null;
}
