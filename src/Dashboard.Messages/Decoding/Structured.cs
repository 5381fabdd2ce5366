using System.Text;
using System.Text.Json;
using Dashboard.Messages.Bytes;

namespace Dashboard.Messages.Decoding;

/// <summary>A body that is a structure, from the JSON that a decoder wrote.</summary>
static class Structured
{
    public static DecodedBody Of(string format, ReadOnlyMemory<byte> json) =>
        new(format, Encoding.UTF8.GetString(json.Span), JsonText.TryRead(json));

    /// <param name="write">The value, whole.</param>
    public static DecodedBody Of(string format, Action<Utf8JsonWriter> write)
    {
        using var output = new JsonOutput();
        write(output.Writer);
        return Of(format, output.Finish());
    }
}
