using System.Net;
using Dashboard.Tests.Identity;
using Testing;

namespace Dashboard.Tests.Security;

/// <summary>Where one has to sign in, with a hosted cluster of one broker.</summary>
public sealed class GuardedCluster() : GuardedDashboard("--coordinators", "1", "--brokers", "1", "--no-sample");

/// <summary>
/// Who may what of an operator's day, through REST on a cluster that does it: a viewer nothing of it, and nothing happens; an operator
/// and an administrator all of it, and it is done.
/// </summary>
public sealed class RolesOnAClusterTests(GuardedCluster guarded) : IClassFixture<GuardedCluster>
{
    const string C = "/api/clusters/local";

    /// <summary>Each is asked by all, in this order; its body by who asks: 0 a viewer, 1 an operator, 2 an administrator.</summary>
    static readonly (string What, string Method, string Path, Func<int, object?> Body, HttpStatusCode Done)[] table =
    [
        ("search", "GET", "topics/dead/messages?filter=text:v&from=oldest", _ => null, HttpStatusCode.OK),
        ("send", "POST", "topics/dead/messages", who => new { key = $"{who}", value = "sent" }, HttpStatusCode.OK),
        ("alter configs", "PATCH", "topics/dead/configs", who => new { set = Settings($"{1 + who} days") }, HttpStatusCode.OK),
        ("add partitions", "POST", "topics/alive/partitions", who => new { count = 2 + who }, HttpStatusCode.OK),
        ("reset", "POST", "groups/readers/offsets", who => new { to = $"offset:{who}" }, HttpStatusCode.OK),
        ("redrive", "POST", "jobs", _ => Redrive, HttpStatusCode.Accepted),
        ("purge", "POST", "topics/dead/purge", who => new { before = new Dictionary<string, long> { ["0"] = who } }, HttpStatusCode.OK),
    ];

    [Fact]
    public async Task A_viewer_does_nothing_an_operator_and_an_administrator_do_all_of_an_operators_day()
    {
        using var admin = await guarded.AdministratorAsync();
        using var viewer = await guarded.PersonAsync("vera", "viewer");
        using var operators = await guarded.PersonAsync("otto", "operator");
        await MakeAsync(admin);
        var before = await StateAsync(admin);
        var wrong = new List<string>();
        foreach (var (what, method, path, body, _) in table)
        {
            var refused = await viewer.SendAsync(HttpMethod.Parse(method), $"{C}/{path}", body(0));
            if (refused.Status != HttpStatusCode.Forbidden || !refused.Text.Contains("ACCESS_DENIED", StringComparison.Ordinal))
            {
                wrong.Add($"{what} as a viewer: {refused.Status} {refused.Text}");
            }
        }

        Assert.Equal(before, await StateAsync(admin));
        foreach (var (what, method, path, body, done) in table)
        {
            foreach (var (person, who) in new[] { (operators, 1), (admin, 2) })
            {
                var answer = await person.SendAsync(HttpMethod.Parse(method), $"{C}/{path}", body(who));
                if (answer.Status != done)
                {
                    wrong.Add($"{what} as {(who == 1 ? "an operator" : "an administrator")}: {answer.Status} {answer.Text}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        var audit = await File.ReadAllTextAsync(
            Path.Combine(guarded.Dashboard.DataDirectory, "audit.jsonl"), TestContext.Current.CancellationToken);
        foreach (var action in (string[])["topic.configs", "offsets.reset", "records.purge", "job.start"])
        {
            Assert.Contains($"\"{action}\"", audit, StringComparison.Ordinal);
        }
    }

    static object Redrive => new { kind = "redrive", topic = "dead", target = new { topic = "alive" } };

    static Dictionary<string, string> Settings(string retention) => new() { ["retention.ms"] = retention };

    /// <summary>Ten records, and a group that has read them.</summary>
    static async Task MakeAsync(Visitor admin)
    {
        foreach (var name in (string[])["dead", "alive"])
        {
            var made = await admin.SendAsync(HttpMethod.Post, $"{C}/topics", new { name, partitions = name == "dead" ? 1 : 2 });
            Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        }

        for (var i = 0; i < 10; i++)
        {
            var sent = await admin.SendAsync(HttpMethod.Post, $"{C}/topics/dead/messages", new { key = $"{i}", value = $"v{i}" });
            Assert.True(sent.Status == HttpStatusCode.OK, sent.Text);
        }

        var topics = new Dictionary<string, int[]?> { ["dead"] = null };
        var group = await admin.SendAsync(HttpMethod.Post, $"{C}/groups/readers/offsets", new { topics, to = "latest" });
        Assert.True(group.Status == HttpStatusCode.OK, group.Text);
    }

    /// <summary>All that the table would change.</summary>
    static async Task<string> StateAsync(Visitor admin)
    {
        var records = (await admin.GetAsync($"{C}/topics/dead/messages?from=oldest&limit=100")).Text.Split('\n')
            .Where(line => line.StartsWith("{\"partition\"", StringComparison.Ordinal));
        var set = await admin.SendAsync(HttpMethod.Patch, $"{C}/topics/dead/configs?dryRun=true", new { set = Settings("9 days") });
        var more = await admin.SendAsync(HttpMethod.Post, $"{C}/topics/alive/partitions?dryRun=true", new { count = 3 });
        var group = await admin.SendAsync(HttpMethod.Post, $"{C}/groups/readers/offsets?dryRun=true", new { to = "earliest" });
        var jobs = await admin.GetAsync($"{C}/jobs");
        return string.Join('\n', [
            .. records, set.Body["changes"]![0]!["from"]!.ToJsonString(), $"{more.Body["placement"]!.AsObject().Count}", group.Text,
            jobs.Text]);
    }
}
