using System.Text.Json;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Producing;

namespace Dashboard.Components.Foundation.Commands;

/// <summary>Key or value as it is filled in.</summary>
public sealed class RecordPartDraft
{
    static readonly JsonElement none = JsonDocument.Parse("null").RootElement;

    public string Format { get; set; } = BodyFormats.Text;

    /// <summary>Null or empty: the latest of the topic's subject.</summary>
    public string? Schema { get; set; }

    /// <summary>Of a protobuf schema; null or empty: its first.</summary>
    public string? Message { get; set; }

    public string Text { get; set; } = "";

    public bool IsNull { get; set; }

    public bool HasSchema => Format is BodyFormats.Avro or BodyFormats.Protobuf or BodyFormats.JsonSchema;

    public RecordPart Part => new(IsNull ? none : JsonSerializer.SerializeToElement(Text), Format, HasSchema ? Schema : null)
    {
        Message = Format == BodyFormats.Protobuf ? Message : null,
    };

    /// <summary>As it stands in the address of a form.</summary>
    /// <param name="name">"key" or "value".</param>
    public IEnumerable<AddressField> InAddress(string name) =>
    [
        new(name, () => Text, text => Text = text),
        new($"{name}Format", () => Format, format => Format = BodyEncoder.Formats.Contains(format) ? format : Format),
        new($"{name}Schema", () => Schema ?? "", schema => Schema = schema),
        new($"{name}Message", () => Message ?? "", message => Message = message),
        AddressField.Of($"{name}Null", () => IsNull, none => IsNull = none),
    ];

    /// <summary>From bytes that a record has, as a person would write them: text, or JSON of a schema; everything else in base64.</summary>
    public void Fill(ReadOnlyMemory<byte>? bytes, DecodedBody? decoded)
    {
        (IsNull, Text, Schema, Message) = (bytes is null, "", null, null);
        if (bytes is not { } given || decoded is null)
        {
            return;
        }

        (Format, Text) = decoded.Format switch
        {
            BodyFormats.Text or BodyFormats.Json => (decoded.Format, decoded.Text),
            // what can be written back exactly as it was; everything else as its bytes
            BodyFormats.Avro or BodyFormats.Protobuf or BodyFormats.JsonSchema when decoded.Schema is { Id: > 0 } =>
                (decoded.Format, decoded.Text),
            _ => (BodyEncoder.Base64, Convert.ToBase64String(given.Span)),
        };
        (Schema, Message) = HasSchema ? (Localization.Format.Id(decoded.Schema!.Id), decoded.Schema.Message) : (null, null);
    }
}
