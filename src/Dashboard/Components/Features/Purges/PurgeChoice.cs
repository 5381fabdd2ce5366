using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Components.Features.Purges;

/// <summary>Which records go, as it is typed and as it stands in the address.</summary>
public sealed class PurgeChoice
{
    const string Time = "time:";
    const string End = "end";

    public enum Kind
    {
        End,
        Time,
        Offsets,
    }

    public Kind Chosen { get; set; }

    /// <summary>A time, or an age: "2026-11-28 14:00", "3 days".</summary>
    public string TimeText { get; set; } = "7 d";

    /// <summary>A line a partition: "0: 100".</summary>
    public string OffsetsText { get; set; } = "";

    public string Address => Chosen switch
    {
        Kind.End => End,
        Kind.Time => Time + TimeText,
        _ => string.Join(',', Lines(OffsetsText).Select(line => line.Replace(" ", "", StringComparison.Ordinal))),
    };

    public static PurgeChoice Of(string? address) => address switch
    {
        null or "" or End => new(),
        _ when address.StartsWith(Time, StringComparison.Ordinal) => new() { Chosen = Kind.Time, TimeText = address[Time.Length..] },
        _ => new()
        {
            Chosen = Kind.Offsets,
            OffsetsText = string.Join('\n', address.Split(',').Select(one => one.Replace(":", ": ", StringComparison.Ordinal))),
        },
    };

    /// <param name="zone">Of times that name none.</param>
    /// <param name="fault">What cannot be read.</param>
    /// <returns>Null when something cannot be read.</returns>
    public PurgeRecords? Command(string topic, TimeZoneInfo zone, DateTimeOffset now, out string fault)
    {
        fault = "";
        switch (Chosen)
        {
            case Kind.End:
                return new(topic, null, null);
            case Kind.Time:
                fault = TimeText;
                return TryTime(TimeText.Trim(), zone, now, out var time) ? new(topic, time, null) : null;
            default:
                var offsets = ImmutableDictionary.CreateBuilder<int, long>();
                foreach (var line in Lines(OffsetsText))
                {
                    var colon = line.IndexOf(':', StringComparison.Ordinal);
                    if (colon < 0 || !int.TryParse(line[..colon].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
                        || !long.TryParse(line[(colon + 1)..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
                    {
                        fault = line;
                        return null;
                    }
                    offsets[partition] = offset;
                }
                return offsets.Count > 0 ? new(topic, null, offsets.ToImmutable()) : null;
        }
    }

    /// <summary>A time is never later than now: records of the future go with all that are there.</summary>
    static bool TryTime(string text, TimeZoneInfo zone, DateTimeOffset now, out DateTimeOffset time)
    {
        time = default;
        if (text.Length > 0 && !long.TryParse(text, CultureInfo.InvariantCulture, out _)
            && ConfigUnits.TryRead("retention.ms", text, out var ms)
            && long.TryParse(ms, NumberStyles.None, CultureInfo.InvariantCulture, out var age) && age < now.ToUnixTimeMilliseconds())
        {
            time = now.AddMilliseconds(-age);
            return true;
        }
        if (IsoTime.Read(text, zone) is not { } read)
        {
            return false;
        }
        time = read;
        return true;
    }

    static IEnumerable<string> Lines(string text) =>
        text.Split(['\n', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
