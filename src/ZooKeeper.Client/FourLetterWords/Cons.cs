using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ZooKeeper.Client.FourLetterWords;

/// <summary>One connection in the answer to cons. SessionId is 0 for one without a session, such as that of the word itself.</summary>
public sealed partial record Cons(string Address, long SessionId, IReadOnlyDictionary<string, string> Values)
{
    static readonly (string Key, string Word)[] names =
        [("session_timeout", "to"), ("established", "est"), ("last_operation", "lop"), ("outstanding_requests", "queued")];

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
            // none for connections without a session: 0
            _ = long.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id);
            connections.Add(new Cons(match.Groups[1].Value, id, values));
        }

        return connections;
    }

    /// <summary>The same from the AdminServer's /commands/connections, the values by their names in cons.</summary>
    public static IReadOnlyList<Cons> FromConnections(JsonElement answer) =>
        [.. Connections(answer, "connections"), .. Connections(answer, "secure_connections")];

    static IEnumerable<Cons> Connections(JsonElement answer, string name) =>
        !answer.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array ? [] : list.EnumerateArray().Select(one =>
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (key, word) in names)
            {
                if (one.TryGetProperty(key, out var value))
                {
                    values[word] = value.ToString();
                }
            }

            var session = one.TryGetProperty("session_id", out var id) && id.TryGetInt64(out var number) ? number : 0;
            return new Cons(one.TryGetProperty("remote_socket_address", out var address) ? address.ToString() : "", session, values);
        });

    [GeneratedRegex(@"^\s*/(\S+?)\[[0-9a-fA-F]*\]\((.*)\)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
