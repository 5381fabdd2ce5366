using System.Globalization;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Importing;

/// <summary>What columns and fields of rows may say.</summary>
static class RowText
{
    /// <summary>In ms since 1970, or as ISO 8601.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static long Time(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? milliseconds
        : IsoTime.Read(text) is { } time ? time.ToUnixTimeMilliseconds()
        : throw RowFaultException.Of(
            "badTime",
            $"timestamp: \"{Short(text)}\" is neither ms since 1970 nor a time such as 2026-11-21T14:03:00Z.");

    /// <exception cref="FormatException">It is none that the topic has.</exception>
    public static int Partition(string text, int partitions) =>
        !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? throw RowFaultException.Of("badPartition", $"partition: \"{Short(text)}\" is no number.")
        : number < partitions ? number
        : throw RowFaultException.Of("noSuchPartition", $"partition: there is no {number}; the topic has {partitions}, from 0 on.");

    static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;
}
