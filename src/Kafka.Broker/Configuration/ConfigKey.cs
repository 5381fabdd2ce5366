using System.Globalization;

namespace Kafka.Broker.Configuration;

/// <summary>Types of configuration values, numbered as DescribeConfigs numbers them.</summary>
public enum ConfigType : sbyte
{
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

/// <summary>Where a value comes from, numbered as DescribeConfigs numbers it (KIP-226).</summary>
public enum ConfigSource : sbyte
{
    DynamicTopic = 1,
    DynamicBroker = 2,
    DynamicDefaultBroker = 3,
    StaticBroker = 4,
    Default = 5,
}

/// <summary>One key of server.properties or of a topic: its type, default and legal values.</summary>
public sealed record ConfigKey(string Name, ConfigType Type, string? Default)
{
    public long Minimum { get; init; } = long.MinValue;

    public long Maximum { get; init; } = long.MaxValue;

    /// <summary>Legal values of a string, or of each element of a list; empty for any.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary>Can be changed through IncrementalAlterConfigs without a restart.</summary>
    public bool Dynamic { get; init; }

    /// <summary>Kafka knows the key; here it changes nothing.</summary>
    public bool WithoutEffect { get; init; }

    /// <summary>The value as its type (bool, string, int, short, long, double, list of string); throws <see cref="FormatException"/> in Kafka's words.</summary>
    public object Parse(string text)
    {
        var value = text.Trim();
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
                    : Minimum != long.MinValue && real < Minimum ? throw new FormatException($"Value must be at least {Minimum}")
                    : Maximum != long.MaxValue && real > Maximum ? throw new FormatException($"Value must be no more than {Maximum}")
                    : real;
            case ConfigType.List:
                var items = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                return items.Any(item => OneOf.Count > 0 && !OneOf.Contains(item)) ? throw NotOneOf() : items;
            default:
                return OneOf.Count > 0 && !OneOf.Contains(value) ? throw NotOneOf() : value;
        }
    }

    FormatException NotOneOf() => new($"String must be one of: {string.Join(", ", OneOf)}");

    long Number(string value, long lowest, long highest)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < lowest || number > highest)
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
