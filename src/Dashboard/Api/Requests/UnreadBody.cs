using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Dashboard.Api.Requests;

/// <summary>
/// Why a body could not be read, in words of the body: the field and what is expected there. The serializer's own message names types of
/// this program.
/// </summary>
static partial class UnreadBody
{
    /// <summary>For a request whose body is missing.</summary>
    public static string Missing(Type body, JsonSerializerOptions options) =>
        $"The body is missing: {Expected(options.GetTypeInfo(body))} is expected.";

    /// <param name="fault">Thrown by the serializer; its path says where.</param>
    /// <param name="body">What was read; null where that is not known.</param>
    public static string Words(JsonException fault, Type? body, JsonSerializerOptions options)
    {
        // what is no JSON at all was found by the reader, whose fault the serializer wraps
        if (fault.InnerException is JsonException syntax || body is null || fault.Path is not { } path)
        {
            return $"The body cannot be read: {Where(fault)}{First((fault.InnerException ?? fault).Message)}";
        }

        if (Lacking().Match(fault.Message) is { Success: true } lacking)
        {
            var names = string.Join(", ", Quoted().Matches(lacking.Groups[1].Value).Select(one => one.Groups[1].Value));
            return path is "$" ? $"{names}: missing." : $"{names}: missing at {path[2..]}.";
        }

        var (at, name, owner) = Find(options.GetTypeInfo(body), Steps(path), options);
        return (at, owner) switch
        {
            (null, not null) => $"{name}: there is no such field; there are {Fields(owner)}.",
            (not null, _) => $"{(name.Length == 0 ? "The body" : name)}: {Expected(at)} is expected.",
            _ => $"The body cannot be read at {path}.",
        };
    }

    /// <summary>The serializer says it in its message alone.</summary>
    [GeneratedRegex(@"was missing required properties including: (.*)\.")]
    private static partial Regex Lacking();

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();

    /// <summary>The first sentence: after it comes the path, which is named in front.</summary>
    // the serializer adds path and line to what the reader says; both are said in other words here
    static string First(string message) => message.Split(" Path: ")[0].Split(" LineNumber: ")[0];

    static string Where(JsonException fault) =>
        fault is { LineNumber: { } line, BytePositionInLine: { } at } ? $"line {line + 1}, byte {at + 1}: " : "";

    /// <summary>"$.topics.orders[3]" is topics, orders, 3; a name with other characters stands as ['a.b'].</summary>
    static List<string> Steps(string path)
    {
        var steps = new List<string>();
        // after the $: .name, [0] or ['a.b']
        for (var at = 1; at < path.Length;)
        {
            var isQuoted = path.AsSpan(at).StartsWith("['");
            var from = at + (isQuoted ? 2 : 1);
            var end = isQuoted ? path.IndexOf("']", from, StringComparison.Ordinal)
                : path[at] == '[' ? path.IndexOf(']', from)
                : path.AsSpan(from).IndexOfAny('.', '[') is >= 0 and var next ? from + next : path.Length;
            end = end < 0 ? path.Length : end;
            steps.Add(path[from..end]);
            at = end + (isQuoted ? 2 : path[at] == '[' ? 1 : 0);
        }

        return steps;
    }

    /// <summary>What is expected at the end of the path, or the object that has no such field.</summary>
    static (JsonTypeInfo? At, string Name, JsonTypeInfo? Owner) Find(
        JsonTypeInfo body, List<string> steps, JsonSerializerOptions options)
    {
        JsonTypeInfo? at = body;
        for (var i = 0; i < steps.Count; i++)
        {
            var owner = at;
            at = owner switch
            {
                { Kind: JsonTypeInfoKind.Object } when Field(owner, steps[i]) is { } field => options.GetTypeInfo(field.PropertyType),
                { Kind: JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary, ElementType: { } one } => options.GetTypeInfo(one),
                _ => null,
            };
            if (at is null)
            {
                return (null, string.Join('.', steps[..(i + 1)]), owner.Kind == JsonTypeInfoKind.Object ? owner : null);
            }
        }

        return (at, string.Join('.', steps), null);
    }

    static JsonPropertyInfo? Field(JsonTypeInfo owner, string name) =>
        owner.Properties.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase));

    static string Fields(JsonTypeInfo owner) => string.Join(
        ", ", owner.Properties.Where(field => field.Set is not null || field.AssociatedParameter is not null).Select(field => field.Name));

    static string Expected(JsonTypeInfo at)
    {
        var type = Nullable.GetUnderlyingType(at.Type) ?? at.Type;
        return at.Kind switch
        {
            JsonTypeInfoKind.Object => $"an object of {Fields(at)}",
            JsonTypeInfoKind.Dictionary => "an object",
            JsonTypeInfoKind.Enumerable => "a list",
            _ when type == typeof(string) => "a text",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(short) || type == typeof(int) || type == typeof(long) => $"a whole number{Range(type)}",
            _ when type == typeof(double) => "a number",
            _ when type == typeof(DateTimeOffset) => "a time, as 2026-11-28T14:00:00Z,",
            _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}",
            _ when type == typeof(JsonElement) => "text of whole characters, not half of one as \"\\ud83d\" alone is,",
            _ => "another value",
        };
    }

    static string Range(Type type) =>
        type == typeof(short) ? $" up to {short.MaxValue}" : type == typeof(int) ? $" up to {int.MaxValue}" : "";
}
