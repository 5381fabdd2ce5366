using System.Globalization;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Components.Features.Configs;

/// <summary>Values of settings as people say them, which is also how they can be typed; and what a change comes to.</summary>
static class ConfigWords
{
    static readonly (long Factor, string Unit)[] durations =
        [(86_400_000, "Unit_Day"), (3_600_000, "Unit_Hour"), (60_000, "Unit_Minute"), (1000, "Unit_Second")];

    static readonly (long Factor, string Unit)[] sizes = [(1L << 40, "TiB"), (1L << 30, "GiB"), (1L << 20, "MiB"), (1L << 10, "KiB")];

    /// <summary>Exact: "7 d", "1 d 12 h", "1 GiB", "no limit"; a number where no unit fits.</summary>
    public static string Value(Text text, string name, string? value) => value switch
    {
        null => text["Config_Hidden"],
        "" => text["Config_Nothing"],
        "true" => text["Config_On"],
        "false" => text["Config_Off"],
        "-2" when name == "local.retention.ms" => text["Config_As", "retention.ms"],
        "-2" when name == "local.retention.bytes" => text["Config_As", "retention.bytes"],
        _ when ConfigUnits.IsUnlimited(name, value) => text["Config_NoLimit"],
        _ when !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => value,
        _ => ConfigUnits.UnitOf(name) switch
        {
            ConfigUnit.Duration => Duration(text, long.Parse(value, CultureInfo.InvariantCulture)),
            ConfigUnit.Size => Size(long.Parse(value, CultureInfo.InvariantCulture)),
            _ => Format.Number(long.Parse(value, CultureInfo.InvariantCulture)),
        },
    };

    /// <summary>What stands in a field that begins with this value.</summary>
    public static string Typed(Text text, string name, string? value) => value is null ? ""
        : ConfigUnits.IsUnlimited(name, value) && ConfigUnits.HasNoLimit(name) ? "unlimited"
        : ConfigUnits.UnitOf(name) != ConfigUnit.None && ConfigUnits.TryRead(name, Value(text, name, value), out var same) && same == value
            ? Value(text, name, value)
        : value;

    /// <summary>Where it is set, in words.</summary>
    public static string Source(Text text, string source) =>
        source == ConfigValue.OfTopic ? text["Config_Here"] : text.Find($"Config_Source_{source}") ?? source;

    /// <summary>What follows from a change. Its figures come as Kafka has them.</summary>
    public static string Note(Text text, Reader reader, DateTimeOffset now, PlanNote note) => note.Key switch
    {
        "RecordsExpire" => text[
            "Plan_RecordsExpire",
            Format.Number(Number(note, 0)),
            Number(note, 1) is { } bytes ? Format.Bytes(bytes) : text["Value_NoAnswer"],
            Format.Time(text, reader.Clock, DateTimeOffset.FromUnixTimeMilliseconds(Number(note, 2) ?? 0), now),
            Format.Number(Number(note, 3))],
        "BytesExpire" => text["Plan_BytesExpire", Format.Bytes(Number(note, 0)), Number(note, 1)],
        "SmallerBatches" or "LargerBatches" => text[$"Plan_{note.Key}", Size(Number(note, 0) ?? 0)],
        _ => text[$"Plan_{note.Key}", [.. note.Arguments]],
    };

    /// <summary>Whether it deletes records, for good.</summary>
    public static bool Loses(PlanNote note) => note.Key is "RecordsExpire" or "BytesExpire" or "CompactionBegins";

    static long? Number(PlanNote note, int at) =>
        long.TryParse(note.Arguments[at], CultureInfo.InvariantCulture, out var number) ? number : null;

    static string Duration(Text text, long ms)
    {
        var parts = new List<string>();
        foreach (var (factor, unit) in durations)
        {
            if (ms >= factor)
            {
                parts.Add($"{ms / factor} {text[unit]}");
                ms %= factor;
            }
        }

        return ms > 0 || parts.Count == 0 ? string.Join(' ', parts.Append($"{ms} ms")) : string.Join(' ', parts);
    }

    static string Size(long bytes)
    {
        foreach (var (factor, unit) in sizes)
        {
            if (bytes >= factor && bytes % factor == 0)
            {
                return $"{bytes / factor} {unit}";
            }
        }

        return bytes >= 1000 ? $"{Format.Number(bytes)} B" : $"{bytes} B";
    }
}
