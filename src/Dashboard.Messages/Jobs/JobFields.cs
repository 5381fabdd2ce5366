using System.Globalization;
using System.Text.Json;

namespace Dashboard.Messages.Jobs;

/// <summary>The fields of a request. A fault names its field; a name that is none of them is refused.</summary>
/// <param name="path">Before the names: "target." of an object within; nothing of the request itself.</param>
public sealed class JobFields(JsonElement json, string path = "")
{
    /// <exception cref="FormatException">One that is none of these.</exception>
    public void Only(params ReadOnlySpan<string> names)
    {
        foreach (var field in json.EnumerateObject())
        {
            if (names.IndexOf(field.Name) < 0)
            {
                throw new FormatException($"{path}{field.Name}: there is no such field; there are {string.Join(", ", names.ToArray())}.");
            }
        }
    }

    public string? Text(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw Wrong(name, "a text is expected."),
    };

    public string Required(string name) =>
        Text(name) is { Length: > 0 } text ? text : throw Wrong(name, "it is missing.");

    /// <summary>One of a few words; the first unless given.</summary>
    public string OneOf(string name, params string[] words) => Text(name) is not { Length: > 0 } word ? words[0]
        : words.Contains(word) ? word
        : throw Wrong(name, $"\"{word}\" is none of {string.Join(", ", words)}.");

    public bool Flag(string name, bool otherwise = false) => Value(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong(name, "true or false is expected."),
    };

    /// <summary>Null: not given.</summary>
    public long? Number(string name, long least, long most) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) && value >= least && value <= most => value,
        _ => throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most} is expected.")),
    };

    /// <summary>Null: not given.</summary>
    public JobFields? Inner(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } inner => new JobFields(inner, $"{path}{name}."),
        _ => throw Wrong(name, "an object is expected."),
    };

    /// <summary>Null: not given, or null.</summary>
    public JsonElement? Value(string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public FormatException Wrong(string name, string why) => new($"{path}{name}: {why}");
}
