using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Filters;

/// <summary>
/// Regular expressions of people. Without backtracking where the expression allows it, in time that grows with the text alone; else with a
/// limit of time. The last ones are kept: an expression of CEL asks for its own at each record.
/// </summary>
static class BoundedRegex
{
    /// <summary>All are forgotten past that: an expression may take its patterns from the records.</summary>
    const int MostKept = 64;

    static readonly TimeSpan most = TimeSpan.FromMilliseconds(250);
    static readonly ConcurrentDictionary<string, Regex> kept = new();

    /// <exception cref="RegexParseException">It is none.</exception>
    public static Regex Of(string pattern)
    {
        if (kept.Count >= MostKept)
        {
            kept.Clear();
        }

        return kept.GetOrAdd(pattern, Make);
    }

    public static string TooLong(MessageView at) =>
        $"the expression takes more than {most.TotalMilliseconds:0} ms on the record at offset {at.Offset} of partition {at.Partition}. "
        + "One without nested repetition, lookaround and back references takes no longer than the record is.";

    static Regex Make(string pattern)
    {
        const RegexOptions Same = RegexOptions.CultureInvariant;
        try
        {
            return new Regex(pattern, Same | RegexOptions.NonBacktracking, most);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, Same | RegexOptions.Compiled, most);
        }
    }
}
