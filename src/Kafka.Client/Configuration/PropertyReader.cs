using System.Globalization;
using Wire;

namespace Kafka.Client.Configuration;

/// <summary>
/// Properties by name with typed reading; what it throws names file, line and key, and has the value only where it is no secret.
/// </summary>
/// <param name="file">As messages name it; null when they do not come from a file.</param>
sealed class PropertyReader(IReadOnlyDictionary<string, Property> properties, string? file)
{
    internal IEnumerable<Property> All => properties.Values.OrderBy(property => property.Line);

    internal bool Has(string key) => Text(key) is not null;

    /// <summary>Trimmed as Kafka does it, passwords too (ConfigDef.parseType); null when it is not set or empty.</summary>
    internal string? Text(string key) =>
        properties.TryGetValue(key, out var property) && property.Trimmed.Length > 0 ? property.Trimmed : null;

    /// <summary>A value that may be empty on purpose; null when it is not set.</summary>
    internal string? TextOrEmpty(string key) => properties.TryGetValue(key, out var property) ? property.Trimmed : null;

    internal bool Flag(string key) => Text(key) is { } text
        && (bool.TryParse(text, out var flag)
            ? flag
            : throw Wrong(key, CodedText.Of("PropNeither", $"'{text}' is neither {"true"} nor {"false"}")));

    /// <summary>Milliseconds; null when not set.</summary>
    /// <param name="orNever">A negative one means no limit.</param>
    internal TimeSpan? Milliseconds(string key, bool orNever = false) => Number(key) is not { } number ? null
        // 24 days at most: timers take no more, and people write Long.MAX_VALUE for "never"
        : number >= 0 ? TimeSpan.FromMilliseconds(Math.Min(number, int.MaxValue))
        : orNever ? Timeout.InfiniteTimeSpan
        : throw Wrong(key, CodedText.Of("PropNegative", $"{number} is negative"));

    internal TimeSpan? Seconds(string key, int least, int most) => Number(key) is not { } number ? null
        : number >= least && number <= most ? TimeSpan.FromSeconds(number)
        : throw Wrong(key, CodedText.Of("PropNotWithin", $"{number} is not within {least} and {most}"));

    internal double? Fraction(string key, double least, double most) => Text(key) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
        : throw Wrong(key, CodedText.Of("PropNoFraction", $"'{text}' is no number within {least} and {most}"));

    internal IReadOnlyList<string> List(string key) =>
        Text(key)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Where a key of another client has what this one lacks: "client.conf:3: sasl.mechanisms is …"; null: nowhere.</summary>
    internal CodedText? ForeignTwin(string key) => All.Select(one => (one.Key, Hint: ForeignKeys.HintFor(one.Key, key)))
        .Where(one => one.Hint is not null).Select(one => CodedText.Of("PropTwin", $"{Place(one.Key)} {one.Hint}")).FirstOrDefault();

    /// <summary>"client.properties:7: key"; without a file the key alone.</summary>
    internal string Place(string key) => file is null ? key
        : properties.TryGetValue(key, out var property) ? $"{file}:{property.Line}: {key}"
        : $"{file}: {key}";

    /// <param name="what">Without its full stop.</param>
    internal ClientPropertiesException Wrong(string key, CodedText what, Exception? inner = null) =>
        new(CodedText.Of("PropWrong", $"{Place(key)}: {what}."), key, inner);

    /// <summary>What was found by who read the value, whose sentence is whole.</summary>
    internal ClientPropertiesException Passed(string key, CodedFormatException found) =>
        new(CodedText.Of("ClusterField", $"{Place(key)}: {found.Told}"), key, found);

    /// <param name="words">Without their full stop.</param>
    internal CodedText Warning(string key, CodedText words) => CodedText.Of("PropWarned", $"{Place(key)} {words}.");

    long? Number(string key) => Text(key) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw Wrong(key, CodedText.Of("PropNoWhole", $"'{text}' is not a whole number"));
}
