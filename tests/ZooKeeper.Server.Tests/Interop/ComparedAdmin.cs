using System.Text.Json;
using System.Text.RegularExpressions;
using ZooKeeper.Protocol;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Interop;

/// <summary>
/// What an AdminServer's commands are called, the status of each, and the keys in its answers: what tools depend on. Not in it:
/// environment, monitor, hash and system_properties, which are of another machine and another tree.
/// </summary>
static partial class ComparedAdmin
{
    static readonly string[] commands =
    [
        "configuration", "conf", "connections", "cons", "connection_stat_reset", "crst", "dirs", "dump", "get_trace_mask", "gtmk",
        "initial_configuration", "icfg", "is_read_only", "isro", "last_snapshot", "lsnp", "leader", "lead", "observers", "obsr",
        "observer_connection_stat_reset", "orst", "ruok", "set_trace_mask", "set_trace_mask?traceMask=x", "stmk?traceMask=306",
        "server_stats", "srvr", "stats", "stat", "stat_reset", "srst", "voting_view", "watches", "wchc", "watches_by_path", "wchp",
        "watch_summary", "wchs", "zabstate", "snapshot", "snap", "restore", "nothing",
    ];

    public static async Task<List<string>> RunAsync(int clientPort, int port)
    {
        var lines = new List<string>();
        // a client to report
        await using var client = await RawClient.ConnectAsync(clientPort);
        await client.CreateAsync("/admin", mode: CreateMode.Ephemeral);
        await client.GetAsync("/admin", watch: true);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        var list = await http.GetStringAsync("commands", TestContext.Current.CancellationToken);
        lines.Add(string.Join(' ', Link().Matches(list).Select(m => m.Groups[1].Value)));
        foreach (var command in commands)
        {
            using var answer = await http.GetAsync($"commands/{command}", TestContext.Current.CancellationToken);
            if (command == "restore")
            {
                // only that it is not done: Apache asks who it is first
                lines.Add($"{command}: {answer.IsSuccessStatusCode}");
                continue;
            }

            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            var keys = string.Join(' ', Keys(json.RootElement, "").Distinct().Order(StringComparer.Ordinal));
            lines.Add($"{command}: {(int)answer.StatusCode} {keys} error {json.RootElement.GetProperty("error")}");
        }

        return lines;
    }

    /// <summary>Names of properties with those around them; what is keyed by a session, a path or a time counts as one.</summary>
    static IEnumerable<string> Keys(JsonElement element, string around) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p =>
        {
            var name = $"{around}/{(p.Name.StartsWith('/') || char.IsAsciiDigit(p.Name[0]) || p.Name[0] == '-' ? "*" : p.Name)}";
            return Keys(p.Value, name).Prepend(name);
        }),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(e => Keys(e, around)),
        _ => [],
    };

    [GeneratedRegex("<a href=\"/commands/([a-z_]+)\">")]
    private static partial Regex Link();
}
