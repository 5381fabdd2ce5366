using System.Net;

namespace ZooKeeper.Server.Commands.Http;

/// <summary>The head of a request to the AdminServer.</summary>
/// <param name="Method">GET, HEAD or POST; another one is refused.</param>
/// <param name="Path">Without the query, decoded, without a slash at its end.</param>
/// <param name="Query">Arguments; of several with one name the first.</param>
/// <param name="Authorization">The header; null when it is missing.</param>
/// <param name="Remote">The address of the client.</param>
sealed record AdminRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, string? Authorization, IPAddress Remote)
{
    /// <returns>Null for what is no request of HTTP/1.</returns>
    public static AdminRequest? Parse(string head, IPAddress remote)
    {
        var lines = head.Split("\r\n");
        var first = lines[0].Split(' ');
        if (first.Length != 3 || !first[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            return null;
        }

        var target = first[1].Split('?', 2);
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in target.Length > 1 ? target[1].Split('&', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            var parts = pair.Split('=', 2);
            query.TryAdd(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1].Replace('+', ' ')) : "");
        }

        const string authorization = "Authorization:";
        var header = lines.Skip(1).FirstOrDefault(l => l.StartsWith(authorization, StringComparison.OrdinalIgnoreCase));
        var given = header?[authorization.Length..].Trim();
        return new AdminRequest(first[0], Uri.UnescapeDataString(target[0]).TrimEnd('/'), query, given, remote);
    }
}
