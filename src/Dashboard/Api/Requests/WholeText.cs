using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Messages.Bytes;

namespace Dashboard.Api.Requests;

/// <summary>JSON as it comes, but for strings with half a character: whoever reads one later would fail over it.</summary>
sealed class WholeText : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var read = JsonElement.ParseValue(ref reader);
        return HalfCharacters.AreIn(JsonMarshal.GetRawUtf8Value(read)) ? throw new JsonException() : read;
    }

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);
}
