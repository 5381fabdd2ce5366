using System.Globalization;
using System.Text.Json;

namespace ZooKeeper.Client.FourLetterWords;

/// <summary>
/// How many paths each session has in the answer to wchc (what it watches) or to dump (its ephemeral znodes): a line with the session's id
/// and a colon, then a line with a tab for each path.
/// </summary>
public static class SessionPaths
{
    /// <summary>By session id; sessions without paths are not in it.</summary>
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
            // a heading ends the session before it: dump has several lists, one below the other
            else if (!line.StartsWith("\t"))
            {
                session = Id(line);
            }
        }

        return counts;
    }

    /// <summary>The same from the AdminServer's watches and dump.</summary>
    /// <param name="name">session_id_to_watched_paths or session_id_to_ephemeral_paths.</param>
    public static IReadOnlyDictionary<long, int> Count(JsonElement answer, string name)
    {
        var counts = new Dictionary<long, int>();
        if (answer.TryGetProperty(name, out var sessions) && sessions.ValueKind == JsonValueKind.Object)
        {
            foreach (var session in sessions.EnumerateObject().Where(s => s.Value.ValueKind == JsonValueKind.Array))
            {
                if (long.TryParse(session.Name, CultureInfo.InvariantCulture, out var id))
                {
                    counts[id] = session.Value.GetArrayLength();
                }
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
