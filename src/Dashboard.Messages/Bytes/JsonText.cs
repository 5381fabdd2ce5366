using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Messages.Bytes;

/// <summary>JSON from text that may be none.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonNode))]
sealed partial class JsonText : JsonSerializerContext
{
    /// <summary>Decoders go <see cref="JsonOutput.Deepest"/> deep.</summary>
    static readonly JsonDocumentOptions options = new() { MaxDepth = JsonOutput.Deepest + 20 };

    public static JsonElement Zero { get; } = TryParse("0")!.Value;

    /// <summary>JSON's text of it.</summary>
    public static JsonElement Of(string text) => JsonSerializer.SerializeToElement(text, Default.String);

    /// <summary>What somebody wrote: null when it is none, or has half a character, which would be written as something else.</summary>
    public static JsonElement? TryParse(string text) => TryParse(Encoding.UTF8.GetBytes(text));

    /// <summary>What somebody wrote: null when it is none, or has half a character, which would be written as something else.</summary>
    public static JsonElement? TryParse(ReadOnlyMemory<byte> utf8) => HalfCharacters.AreIn(utf8.Span) ? null : Parse(utf8);

    /// <summary>What stands in a record: half a character is read as a mark, as bytes that are no UTF-8. Null when it is none.</summary>
    public static JsonElement? TryRead(ReadOnlyMemory<byte> utf8) => Parse(HalfCharacters.Marked(utf8));

    static JsonElement? Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
