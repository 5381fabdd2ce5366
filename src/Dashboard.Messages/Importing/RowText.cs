using System.Globalization;

namespace Dashboard.Messages.Importing;

/// <summary>What columns and fields of rows may say.</summary>
static class RowText
{
    /// <summary>In ms since 1970, or as ISO 8601.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static long Time(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? milliseconds
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
        : throw new FormatException($"timestamp: \"{Short(text)}\" is neither ms since 1970 nor a time such as 2026-11-21T14:03:00Z.");

    /// <exception cref="FormatException">It is none that the topic has.</exception>
    public static int Partition(string text, int partitions) =>
        !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? throw new FormatException($"partition: \"{Short(text)}\" is no number.")
        : number < partitions ? number
        : throw new FormatException($"partition: there is no {number}; the topic has {partitions}, from 0 on.");

    static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;
}
