using System.Collections;
using System.Text.Json;

namespace Kafka.Protocol.Tests;

/// <summary>
/// Holds an object against Kafka's JSON of the same message: every value that the JSON names must be in the property of that name.
/// </summary>
static class JsonComparison
{
    public static void Same(JsonElement expected, object? actual, string path)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Null:
                Assert.True(actual is null, $"{path} is {actual}, not null");
                break;
            case JsonValueKind.Object:
                Assert.True(actual is not null, $"{path} is null");
                foreach (var one in expected.EnumerateObject())
                {
                    Property(one, actual, path);
                }

                break;
            case JsonValueKind.Array:
                var list = Assert.IsAssignableFrom<IList>(actual);
                Assert.True(expected.GetArrayLength() == list.Count, $"{path} has {list.Count} elements");
                var index = 0;
                foreach (var element in expected.EnumerateArray())
                {
                    Same(element, list[index], $"{path}[{index}]");
                    index++;
                }

                break;
            default:
                Assert.True(Text(expected, actual) == Text(actual), $"{path} is {Text(actual)}, not {expected}");
                break;
        }
    }

    static void Property(JsonProperty expected, object actual, string path)
    {
        var name = char.ToUpperInvariant(expected.Name[0]) + expected.Name[1..];
        var property = actual.GetType().GetProperty(name);
        Assert.True(property is not null, $"{path} has no {name}");
        if (expected is { Name: "records", Value: { ValueKind: JsonValueKind.String } text } && text.GetString()!.Length == 0)
        {
            return; // Kafka's JSON leaves the bytes of batches out
        }

        Same(expected.Value, property.GetValue(actual), $"{path}.{name}");
    }

    static string Text(JsonElement expected, object? actual) => actual switch
    {
        // Kafka prints a uuid as unpadded base64url
        Guid => Text(new Guid(Convert.FromBase64String(expected.GetString()!.Replace('-', '+').Replace('_', '/') + "=="), bigEndian: true)),
        double => Text(expected.GetDouble()),
        bool => Text(expected.GetBoolean()),
        _ => expected.ToString(),
    };

    static string Text(object? actual) => actual switch
    {
        ReadOnlyMemory<byte> bytes => Convert.ToBase64String(bytes.Span),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => actual?.ToString() ?? "null",
    };
}
