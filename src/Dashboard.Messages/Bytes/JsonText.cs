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

    /// <summary>Null when it is none.</summary>
    public static JsonElement? TryParse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null when it is none.</summary>
    public static JsonElement? TryParse(ReadOnlyMemory<byte> utf8)
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
