using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Api.Requests;

/// <summary>
/// JSON as it comes, but for strings with half a character ("\ud800" alone): its grammar has them, and whoever reads one later would fail
/// over it.
/// </summary>
sealed class WholeText : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var read = JsonElement.ParseValue(ref reader);
        try
        {
            // half characters come by their number only: as bytes they are no UTF-8, which the reader refuses
            if (read.GetRawText().Contains("\\ud", StringComparison.OrdinalIgnoreCase))
            {
                Visit(read);
            }
        }
        catch (InvalidOperationException)
        {
            throw new JsonException();
        }

        return read;
    }

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);

    static void Visit(JsonElement at)
    {
        if (at.ValueKind == JsonValueKind.String)
        {
            at.GetString();
        }
        else if (at.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in at.EnumerateArray())
            {
                Visit(one);
            }
        }
        else if (at.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in at.EnumerateObject())
            {
                _ = field.Name;
                Visit(field.Value);
            }
        }
    }
}
