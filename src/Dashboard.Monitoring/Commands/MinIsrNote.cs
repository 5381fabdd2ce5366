using System.Globalization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Commands;

/// <summary>What plans say when min.insync.replicas leaves no room for the loss of a copy.</summary>
static class MinIsrNote
{
    /// <summary>
    /// Brokers ask for no more copies in sync than there are (since 3.7), older ones refuse every write with acks=all; either way the loss
    /// of one stops these writes. A single copy has a note of its own.
    /// </summary>
    public static IEnumerable<PlanNote> Of(int minimum, int copies)
    {
        if (minimum < copies || copies < 1 || (copies == 1 && minimum == 1))
        {
            return [];
        }

        var (severity, key) = minimum > copies ? (Severity.Bad, "MinIsrAboveFactor") : (Severity.Warning, "MinIsrIsFactor");
        return [new PlanNote(severity, key, [Text(minimum), Text(copies)])];
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
