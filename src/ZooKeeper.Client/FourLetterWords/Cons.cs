using System.Globalization;
using System.Text.RegularExpressions;

namespace ZooKeeper.Client.FourLetterWords;

/// <summary>One connection in the answer to cons. SessionId is 0 for one without a session, such as that of the word itself.</summary>
public sealed partial record Cons(string Address, long SessionId, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>One entry a connection; a line that is none is left out.</summary>
    public static IReadOnlyList<Cons> Parse(string answer)
    {
        var connections = new List<Cons>();
        foreach (var match in answer.Split('\n').Select(line => Pattern().Match(line)).Where(match => match.Success))
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var pair in match.Groups[2].Value.Split(',').Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2))
            {
                values[pair[0].Trim()] = pair[1];
            }

            var session = values.GetValueOrDefault("sid", "").AsSpan();
            var digits = session.StartsWith("0x") ? session[2..] : session;
            _ = long.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id);
            connections.Add(new Cons(match.Groups[1].Value, id, values));
        }

        return connections;
    }

    [GeneratedRegex(@"^\s*/(\S+?)\[[0-9a-fA-F]*\]\((.*)\)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
