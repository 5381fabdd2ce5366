using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wire;

/// <summary><c>{"code": …, "words": …, "arguments": […]}</c>: arguments are texts, or sentences of the same form.</summary>
public sealed class CodedTextJson : JsonConverter<CodedText>
{
    public override CodedText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Of(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, CodedText value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("code", value.Code);
        writer.WriteString("words", value.English);
        writer.WriteStartArray("arguments");
        foreach (var argument in value.Arguments)
        {
            if (argument is CodedText inner)
            {
                Write(writer, inner, options);
            }
            else
            {
                writer.WriteStringValue(Convert.ToString(argument, CultureInfo.InvariantCulture));
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    static CodedText Of(JsonElement told)
    {
        if (told.ValueKind == JsonValueKind.Object
            && told.TryGetProperty("code", out var code) && told.TryGetProperty("words", out var words)
            && told.TryGetProperty("arguments", out var arguments) && arguments.ValueKind == JsonValueKind.Array)
        {
            return new CodedText(code.GetString() ?? "", words.GetString() ?? "", [.. arguments.EnumerateArray().Select(Argument)]);
        }

        throw new JsonException("A sentence has a code, words and arguments.");
    }

    static object? Argument(JsonElement argument) => argument.ValueKind switch
    {
        JsonValueKind.Object => (object)Of(argument),
        JsonValueKind.String => argument.GetString(),
        _ => null,
    };
}
