using System.Globalization;
using Wire;

namespace Kafka.Broker.Configuration;

/// <summary>Types of configuration values, numbered as DescribeConfigs numbers them.</summary>
enum ConfigType : sbyte
{
    /// <summary>A key that Kafka does not know (a plugin's).</summary>
    Unknown = 0,

    Boolean = 1,
    String = 2,
    Int = 3,
    Short = 4,
    Long = 5,
    Double = 6,
    List = 7,
    Class = 8,
    Password = 9,
}

/// <summary>One key of server.properties or of a topic: its type, default and legal values.</summary>
sealed record ConfigKey(string Name, ConfigType Type, string? Default)
{
    public long Minimum { get; init; } = long.MinValue;

    public long Maximum { get; init; } = long.MaxValue;

    /// <summary>Legal values of a string, or of each element of a list; empty for any.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary>Can be changed through IncrementalAlterConfigs without a restart.</summary>
    public bool Dynamic { get; init; }

    /// <summary>Kafka knows the key; here it changes nothing.</summary>
    public bool WithoutEffect { get; init; }

    /// <summary>Why a parsed value cannot be, beyond bounds and enumeration; null when it can.</summary>
    public Func<object, string?>? Rule { get; init; }

    /// <summary>Null for a legal value, else why not, in the words of Kafka's ConfigException.</summary>
    public string? Problem(string text)
    {
        try
        {
            Parse(text);
            return null;
        }
        catch (FormatException e)
        {
            return $"Invalid value {(e as ConfigValueException)?.Shown ?? text} for configuration {Name}: {e.Message}";
        }
    }

    /// <summary>
    /// The value as its type (bool, string, int, short, long, double, list of string); throws <see cref="FormatException"/> in Kafka's
    /// words.
    /// </summary>
    public object Parse(string text)
    {
        var value = ParseType(text.Trim());
        return Rule?.Invoke(value) is { } reason
            ? throw new ConfigValueException(value is IEnumerable<string> items ? $"[{string.Join(", ", items)}]" : text, reason)
            : value;
    }

    /// <summary>For a number with a unit or other signs behind it what is expected instead; null for any other text.</summary>
    public string? WithoutUnit(string text)
    {
        var isNumber = Type is ConfigType.Int or ConfigType.Short or ConfigType.Long;
        return isNumber && text is [>= '0' and <= '9', ..] && !text.All(char.IsAsciiDigit)
            ? $"expected a whole number{Unit()} and nothing else"
            : null;
    }

    string Unit() => Name[(Name.LastIndexOf('.') + 1)..] switch
    {
        "ms" => " of milliseconds",
        "bytes" or "size" => " of bytes",
        "seconds" or "minutes" or "hours" => $" of {Name[(Name.LastIndexOf('.') + 1)..]}",
        _ => "",
    };

    object ParseType(string value)
    {
        switch (Type)
        {
            case ConfigType.Boolean:
                return value.ToLowerInvariant() switch
                {
                    "true" => true,
                    "false" => false,
                    _ => throw new FormatException("Expected value to be either true or false"),
                };
            case ConfigType.Int:
                return (int)Number(value, int.MinValue, int.MaxValue);
            case ConfigType.Short:
                return (short)Number(value, short.MinValue, short.MaxValue);
            case ConfigType.Long:
                return Number(value, long.MinValue, long.MaxValue);
            case ConfigType.Double:
                return !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
                    ? throw new FormatException("Not a number of type DOUBLE")
                    : Minimum != long.MinValue && real < Minimum
                        ? throw new ConfigValueException(Java(real), $"Value must be at least {Minimum}")
                    : Maximum != long.MaxValue && real > Maximum
                        ? throw new ConfigValueException(Java(real), $"Value must be no more than {Maximum}")
                    : real;
            case ConfigType.List:
                var items = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                return OneOf.Count > 0 && items.FirstOrDefault(item => !OneOf.Contains(item)) is { } odd ? throw NotOneOf(odd) : items;
            default:
                return OneOf.Count > 0 && !OneOf.Contains(value) ? throw NotOneOf(value) : value;
        }
    }

    ConfigValueException NotOneOf(string shown) => new(shown, $"String must be one of: {string.Join(", ", OneOf)}");

    /// <summary>A double as Java prints it: 2.0, not 2.</summary>
    static string Java(double value)
    {
        var isShort = value == Math.Floor(value) && Math.Abs(value) < 1e7;
        return value.ToString(isShort ? "0.0" : "R", CultureInfo.InvariantCulture);
    }

    long Number(string value, long lowest, long highest)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number < lowest || number > highest)
        {
            throw new FormatException($"Not a number of type {Type.ToString().ToUpperInvariant()}");
        }

        if (number < Minimum)
        {
            throw new FormatException($"Value must be at least {Minimum}");
        }

        return number <= Maximum ? number : throw new FormatException($"Value must be no more than {Maximum}");
    }
}

/// <summary>
/// A refused value of which Kafka shows something else than the text that was set: the one element of a list, the number that was read.
/// </summary>
sealed class ConfigValueException(string shown, string reason) : FormatException(reason)
{
    public string Shown => shown;
}
