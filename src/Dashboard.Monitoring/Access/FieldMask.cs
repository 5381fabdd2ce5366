using System.Collections.Immutable;

namespace Dashboard.Monitoring.Access;

/// <summary>Which part of a record a mask is about.</summary>
public enum MaskedPart
{
    Key,
    Value,
    Header,

    /// <summary>A field of a value that is JSON.</summary>
    Field,
}

/// <summary>
/// A part of records that is not shown. As text: <c>key</c>, <c>value</c>, a path into a JSON value such as <c>$.card.number</c>,
/// <c>$.items[*].price</c>, <c>$.cards[0]</c> or <c>$["user.email"]</c> (names and indexes after the dollar, <c>[*]</c> for all of a
/// list), or the name of a header; <c>header:key</c> is a header that is called like one of the others.
/// </summary>
/// <param name="Header">Its name; null of the other parts.</param>
/// <param name="Path">Steps into the JSON; <see cref="Each"/> is all of a list. Empty of the other parts.</param>
public sealed record FieldMask(MaskedPart Part, string? Header, ImmutableArray<string> Path)
{
    public const string Each = "[*]";
    const string HeaderPrefix = "header:";

    /// <exception cref="FormatException">It is a path and cannot be read; says why.</exception>
    public static FieldMask Parse(string text) => text switch
    {
        "" => throw new FormatException("names no field."),
        "key" => new(MaskedPart.Key, null, []),
        "value" => new(MaskedPart.Value, null, []),
        ['$', ..] => new(MaskedPart.Field, null, Steps(text)),
        _ when text.StartsWith(HeaderPrefix, StringComparison.Ordinal) => new(MaskedPart.Header, text[HeaderPrefix.Length..], []),
        _ => new(MaskedPart.Header, text, []),
    };

    static ImmutableArray<string> Steps(string text)
    {
        var steps = ImmutableArray.CreateBuilder<string>();
        for (var at = 1; at < text.Length;)
        {
            // a name in quotes may have dots and brackets
            var quote = text[at] == '[' && at + 1 < text.Length && text[at + 1] is '"' or '\'' ? text[at + 1] : default(char?);
            var end = (text[at], quote) switch
            {
                ('.', _) => text.IndexOfAny(['.', '['], at + 1) is var next and >= 0 ? next : text.Length,
                ('[', { } mark) => text.IndexOf($"{mark}]", at + 2, StringComparison.Ordinal) is var close and > 0 ? close + 2 : -1,
                ('[', _) => text.IndexOf(']', at) + 1,
                _ => -1,
            };
            if (end <= at + 1)
            {
                throw new FormatException($"\"{text}\": after $ come .name, [\"name\"], [0] or [*]; it goes wrong at character {at + 1}.");
            }

            steps.Add(
                quote is not null ? Name(text, text[(at + 2)..(end - 2)])
                : text[at] == '.' ? text[(at + 1)..end]
                : Index(text, text[at..end]));
            at = end;
        }

        return steps.Count > 0 ? steps.ToImmutable() : throw new FormatException("\"$\" is the whole value: write value.");
    }

    static string Index(string text, string step) => step is ['[', .. var index, ']'] && index != "*" && !uint.TryParse(index, out _)
        ? throw new FormatException($"\"{text}\": {step} is neither a number nor [*].")
        : step;

    /// <summary>In quotes.</summary>
    static string Name(string text, string name) => name is [] or ['[', ..]
        ? throw new FormatException($"\"{text}\": \"{name}\" cannot be a name: it is empty, or begins with a bracket.")
        : name;
}
