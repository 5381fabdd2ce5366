using System.Net;
using System.Text.Json.Nodes;
using Dashboard.Hosting;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Security.Access;
using Dashboard.Tests.Fakes;
using Testing;

namespace Dashboard.Tests.Hosting;

/// <summary>The audit log in a topic, beside the disk: what gets there, and what is said of what does not.</summary>
public sealed class AuditTopicTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_action_is_a_record_of_the_topic_as_it_is_a_line_on_disk()
    {
        await using var dashboard = new RunningDashboard
        {
            Arguments = ["--urls", "http://127.0.0.1:0", "--no-sample", "--coordinators", "1", "--brokers", "1"],
            Environment = new Dictionary<string, string>
            {
                ["CASTELLAN_AUDIT__CLUSTER"] = "local",
                ["CASTELLAN_AUDIT__TOPIC"] = "castellan-audit",
            },
        };
        await dashboard.InitializeAsync();
        var rest = new Rest(dashboard);
        foreach (var topic in (string[])["castellan-audit", "orders"])
        {
            var created = await rest.PostAsync("topics", new { name = topic, partitions = 1, replicationFactor = 1 });
            Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        }

        var found = new List<JsonNode>();
        await Eventually.TrueAsync(
            async () =>
            {
                var answer = await rest.GetAsync($"topics/castellan-audit/partitions/0/records/{found.Count}/value");
                if (answer.Status == HttpStatusCode.OK)
                {
                    found.Add(answer.Body);
                }

                return found.Any(entry => entry["action"]!.ToString() == "topic.create" && entry["subject"]!.ToString() == "orders");
            },
            "the creation is a record", TimeSpan.FromSeconds(60));
        var line = (await File.ReadAllLinesAsync(Path.Combine(dashboard.DataDirectory, "audit.jsonl"), Cancellation))
            .Select(text => JsonNode.Parse(text)!).Single(entry => entry["subject"]!.ToString() == "orders");
        Assert.Equal(line.ToJsonString(), found[^1].ToJsonString());
        Assert.Equal(("api", "127.0.0.1", "done"), (line.Text("user"), line.Text("address"), line.Text("outcome")));
        Assert.Equal("partitions 1, factor 1", line.Text("after"));
    }

    [Fact]
    public async Task What_finds_no_place_is_on_disk_and_counted()
    {
        var disk = new FakeAudit();
        var copies = new AuditCopies(disk);
        var entry = new AuditEntry(default, "prod", "anna", "topic.create", "orders", "", "done", null);
        await copies.WriteAsync(entry, Cancellation);
        Assert.Null(copies.Delivery); // nothing else is asked for
        Assert.False(copies.Waiting.TryRead(out _));
        copies.Target = new AuditTarget("prod", "audit");
        for (var i = 0; i < AuditCopies.MostWaiting + 3; i++)
        {
            await copies.WriteAsync(entry, Cancellation);
        }

        Assert.Equal(3, copies.Delivery!.Undelivered);
        Assert.Equal(AuditCopies.MostWaiting + 4, (await disk.ReadLastAsync(int.MaxValue, Cancellation)).Length);
    }
}
