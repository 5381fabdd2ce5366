using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Kafka.Client;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>What a config measures, by its name as Kafka names them.</summary>
public enum ConfigUnit
{
    /// <summary>Nothing that has a unit.</summary>
    None,

    /// <summary>".ms".</summary>
    Duration,

    /// <summary>".bytes".</summary>
    Size,
}

/// <summary>
/// Durations and sizes as people write them ("7d", "36 hours", "1.5 GiB", "unlimited") into the numbers that Kafka takes: milliseconds and
/// bytes. kB, MB and GB are powers of 1,000, KiB, MiB and GiB of 1,024. A plain number stays as it is; what is no number at all is left to
/// Kafka where the config has no unit.
/// </summary>
public static partial class ConfigUnits
{
    /// <summary>Where "no limit" has a value; Kafka's documentation of each topic config.</summary>
    static readonly FrozenDictionary<string, string> unlimited = new Dictionary<string, string>
    {
        ["retention.ms"] = "-1",
        ["retention.bytes"] = "-1",
        ["local.retention.ms"] = "-1",
        ["local.retention.bytes"] = "-1",
        ["flush.ms"] = "9223372036854775807",
        ["flush.messages"] = "9223372036854775807",
        ["max.compaction.lag.ms"] = "9223372036854775807",
        ["segment.ms"] = "9223372036854775807",
        ["message.timestamp.before.max.ms"] = "9223372036854775807",
        ["message.timestamp.after.max.ms"] = "9223372036854775807",
        ["message.timestamp.difference.max.ms"] = "9223372036854775807",
    }.ToFrozenDictionary();

    static readonly FrozenSet<string> unlimitedWords = new[]
    {
        "unlimited", "no limit", "nolimit", "infinite", "infinity", "forever",
        "不限", "无限", "无限制", "没有限制", "永久",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    static readonly FrozenDictionary<string, decimal> durations = Table(
        (1, "ms msec millis millisecond milliseconds 毫秒"),
        (1_000, "s sec secs second seconds 秒"),
        (60_000, "m min mins minute minutes 分 分钟"),
        (3_600_000, "h hr hrs hour hours 时 小时"),
        (86_400_000, "d day days 天 日"),
        (604_800_000, "w week weeks 周 星期"));

    static readonly FrozenDictionary<string, decimal> sizes = Table(
        (1, "b byte bytes 字节"), (1_000, "kb"), (1_000_000, "mb"), (1_000_000_000, "gb"), (1_000_000_000_000, "tb"),
        (1L << 10, "kib"), (1L << 20, "mib"), (1L << 30, "gib"), (1L << 40, "tib"));

    public static ConfigUnit UnitOf(string config) =>
        config.EndsWith(".ms", StringComparison.Ordinal) ? ConfigUnit.Duration
        : config.EndsWith(".bytes", StringComparison.Ordinal) ? ConfigUnit.Size
        : ConfigUnit.None;

    /// <summary>Whether "unlimited" is a value of it.</summary>
    public static bool HasNoLimit(string config) => unlimited.ContainsKey(config);

    /// <summary>Whether the value means that there is no limit: the largest number, or -1 where it means that.</summary>
    public static bool IsUnlimited(string config, string? value) =>
        value == "9223372036854775807" || (value == "-1" && (UnitOf(config) != ConfigUnit.None || unlimited.ContainsKey(config)));

    /// <summary>The value as Kafka takes it; false for what is no duration or size.</summary>
    public static bool TryRead(string config, string text, out string value)
    {
        value = text.Trim();
        var unit = UnitOf(config);
        if (unlimitedWords.Contains(value) && (unit != ConfigUnit.None || HasNoLimit(config)))
        {
            return unlimited.TryGetValue(config, out value!);
        }

        if (unit == ConfigUnit.None
            || value.Length == 0
            // a plain number is Kafka's own unit; what is too large for it Kafka refuses in its own words
            || long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            return true;
        }

        if (Sum(value, unit == ConfigUnit.Duration ? durations : sizes) is not { } sum)
        {
            return false;
        }

        value = sum.ToString(CultureInfo.InvariantCulture);
        return true;
    }

    /// <summary>All of them as Kafka takes them, and what cannot be read, as refusals about the config.</summary>
    internal static (ImmutableDictionary<string, string> Configs, ImmutableArray<Refusal> Faults) Read(
        ImmutableDictionary<string, string> configs)
    {
        var read = configs;
        var faults = ImmutableArray.CreateBuilder<Refusal>();
        foreach (var (config, text) in configs.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (TryRead(config, text, out var value))
            {
                read = read.SetItem(config, value);
            }
            else
            {
                faults.Add(Refusal.Of(new KafkaException(ErrorCode.InvalidConfig, Fault(config, text)), config));
            }
        }

        return (read, faults.ToImmutable());
    }

    static string Fault(string config, string text)
    {
        var forms = UnitOf(config) == ConfigUnit.Duration
            ? "a duration: milliseconds, or a number with ms, s, min, h, d or w (7d)"
            : "a size: bytes, or a number with kB, MB, GB, KiB, MiB or GiB (1 GiB)";
        return $"{config}: \"{text}\" is not {forms}{(HasNoLimit(config) ? ", or unlimited" : "")}.";
    }

    /// <summary>
    /// "1d 12h" is the sum of its parts. Null when a part is not understood, or the sum is no whole number that Kafka can have.
    /// </summary>
    static long? Sum(string text, FrozenDictionary<string, decimal> units)
    {
        decimal sum = 0;
        var at = 0;
        foreach (var part in Part.EnumerateMatches(text))
        {
            var match = Part.Match(text, part.Index, part.Length);
            var digits = match.Groups["number"].Value;
            // a gap: something between two parts was not understood
            if (part.Index != at
                || !units.TryGetValue(match.Groups["unit"].Value, out var factor)
                || !decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number > long.MaxValue / factor)
            {
                return null;
            }

            sum += number * factor;
            at = part.Index + part.Length;
        }

        // decimal all along: 1.5 GiB and 0.1 s are exact in it
        return at == text.Length && sum <= long.MaxValue && sum == decimal.Truncate(sum) ? (long)sum : null;
    }

    static FrozenDictionary<string, decimal> Table(params (decimal Factor, string Names)[] units) =>
        units
            .SelectMany(unit => unit.Names.Split(' '), (unit, name) => (name, unit.Factor))
            .ToFrozenDictionary(u => u.name, u => u.Factor, StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"(?<number>\d+(\.\d+)?)\s*(?<unit>\p{L}+)\s*")]
    private static partial Regex Part { get; }
}
