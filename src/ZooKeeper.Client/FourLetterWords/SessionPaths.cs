using System.Globalization;

namespace ZooKeeper.Client.FourLetterWords;

/// <summary>
/// How many paths each session has in the answer to wchc (what it watches) or to dump (its ephemeral znodes): a line with the session's id
/// and a colon, then a line with a tab for each path.
/// </summary>
public static class SessionPaths
{
    public static IReadOnlyDictionary<long, int> Count(string answer)
    {
        var counts = new Dictionary<long, int>();
        long? session = null;
        foreach (var line in answer.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("\t/") && session is { } owner)
            {
                counts[owner] = counts.GetValueOrDefault(owner) + 1;
            }
            else if (!line.StartsWith("\t"))
            {
                session = Id(line);
            }
        }

        return counts;
    }

    /// <summary>wchc leaves the colon off.</summary>
    static long? Id(ReadOnlySpan<char> line)
    {
        line = line.Trim().TrimEnd(':');
        return line.StartsWith("0x") && long.TryParse(line[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id)
            ? id
            : null;
    }
}
