using System.Net;
using System.Text.Json.Nodes;
using Dashboard.Hosting;
using Dashboard.Monitoring.Audit;
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

    /// <summary>In order, none twice, also over a restart; what was there before the topic was named is not sent.</summary>
    [Fact]
    public async Task What_the_topic_did_not_get_waits_on_disk_and_is_sent_when_it_can_be()
    {
        using var directory = new TempDirectory();
        await WriteAsync(directory, "before");
        var copies = Start(directory);
        await copies.SendAsync(null, _ => throw new InvalidOperationException("not asked for"));
        Assert.Null(copies.Delivery);
        var sent = new List<string>();
        await WriteAsync(directory, "a", "b", "c");
        var isUp = false;
        await Assert.ThrowsAsync<InvalidOperationException>(() => copies.SendAsync(target, SendAsync));
        Assert.Equal((2, "The topic is away."), (copies.Delivery!.Waiting, copies.Delivery.Why));
        copies = Start(directory);
        await WriteAsync(directory, "d");
        await Assert.ThrowsAsync<InvalidOperationException>(() => copies.SendAsync(target, SendAsync));
        Assert.Equal(3, copies.Delivery!.Waiting);
        isUp = true;
        await copies.SendAsync(target, SendAsync);
        Assert.Equal(["a", "b", "c", "d"], sent);
        Assert.Equal(new AuditDelivery("prod", "audit", 0, 0, null), copies.Delivery);
        await Start(directory).SendAsync(target, SendAsync);
        Assert.Equal(4, sent.Count);

        Task<bool> SendAsync(AuditLine line)
        {
            if (!isUp && sent.Count == 1)
            {
                throw new InvalidOperationException("The topic is away.");
            }

            sent.Add(Subject(line));
            return Task.FromResult(true);
        }
    }

    [Fact]
    public async Task Past_what_may_wait_the_oldest_are_on_disk_alone_and_counted()
    {
        using var directory = new TempDirectory();
        var copies = Start(directory, mostBytes: 1000);
        await copies.SendAsync(target, _ => Task.FromResult(true));
        await WriteAsync(directory, [.. Enumerable.Range(0, 50).Select(i => $"topic-{i}")]);
        var sent = new List<string>();
        await copies.SendAsync(target, line =>
        {
            sent.Add(Subject(line));
            return Task.FromResult(sent.Count > 1); // the first of them is longer than the topic takes
        });
        Assert.InRange(sent.Count, 2, 20);
        Assert.Equal("topic-49", sent[^1]);
        Assert.Equal((0, 50 - sent.Count + 1), (copies.Delivery!.Waiting, copies.Delivery.Undelivered));
    }

    [Fact]
    public async Task A_file_that_was_put_away_is_followed_by_the_next_one_and_a_torn_line_is_not_waited_for()
    {
        using var directory = new TempDirectory();
        var copies = Start(directory);
        await WriteAsync(directory, "a", "b");
        var sent = new List<string>();
        await copies.SendAsync(target, SendAsync);
        File.Delete(directory["audit.jsonl"]);
        await WriteAsync(directory, "c");
        await File.AppendAllTextAsync(directory["audit.jsonl"], "{\"subject\":", Cancellation);
        await copies.SendAsync(target, SendAsync);
        await WriteAsync(directory, "d");
        await copies.SendAsync(target, line => line.Json.Span.EndsWith(":"u8) ? Task.FromResult(false) : SendAsync(line));
        Assert.Equal(["a", "b", "c", "d"], sent);

        Task<bool> SendAsync(AuditLine line)
        {
            sent.Add(Subject(line));
            return Task.FromResult(true);
        }
    }

    [Fact]
    public async Task What_waits_for_the_topic_is_not_removed_and_is_sent_over_all_files_also_after_a_restart()
    {
        using var directory = new TempDirectory();
        var tail = new AuditTail(directory.Path);
        var copies = new AuditCopies(new FakeAudit(), tail);
        var limits = new AuditLimits(FileBytes: 500, Files: 2);
        using var log = new FileAuditLog(directory.Path, limits, tail.NeededFrom);
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            await copies.SendAsync(target, _ => Task.FromResult(true));
            await WriteAsync(log, 0, 20);
            await copies.SendAsync(target, _ => throw new IOException("The topic is away."));
        });
        Assert.Equal(20, copies.Delivery!.Waiting);
        Assert.True(Directory.GetFiles(directory.Path, "audit*.jsonl").Length > 5);

        tail = new AuditTail(directory.Path);
        copies = new AuditCopies(new FakeAudit(), tail);
        using var again = new FileAuditLog(directory.Path, limits, tail.NeededFrom);
        await WriteAsync(again, 20, 30);
        var sent = new List<string>();
        await copies.SendAsync(target, line =>
        {
            sent.Add(Subject(line));
            return Task.FromResult(true);
        });
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{i}"), sent);
        Assert.Equal((0, 0), (copies.Delivery!.Waiting, copies.Delivery.Undelivered));
        await WriteAsync(again, 30, 33);
        Assert.InRange(Directory.GetFiles(directory.Path, "audit*.jsonl").Length, 2, 3); // of those that wait one more
    }

    [Fact]
    public async Task What_is_removed_since_too_much_waits_is_counted()
    {
        using var directory = new TempDirectory();
        var tail = new AuditTail(directory.Path, mostBytes: 1500);
        var copies = new AuditCopies(new FakeAudit(), tail);
        using var log = new FileAuditLog(directory.Path, new AuditLimits(FileBytes: 500, Files: 1), tail.NeededFrom);
        await copies.SendAsync(target, _ => Task.FromResult(true));
        await WriteAsync(log, 0, 5);
        await Assert.ThrowsAsync<IOException>(() => copies.SendAsync(target, _ => throw new IOException("The topic is away.")));
        await WriteAsync(log, 5, 40);
        var sent = new List<string>();
        await copies.SendAsync(target, line =>
        {
            sent.Add(Subject(line));
            return Task.FromResult(true);
        });
        Assert.Equal(Enumerable.Range(40 - sent.Count, sent.Count).Select(i => $"{i}"), sent);
        Assert.InRange(sent.Count, 5, 15);
        Assert.Equal(0, copies.Delivery!.Waiting);
        Assert.InRange(copies.Delivery.Undelivered, 5, 40 - sent.Count);
        Assert.InRange(Directory.GetFiles(directory.Path, "audit*.jsonl").Length, 1, 6);
    }

    static async Task WriteAsync(FileAuditLog log, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            await log.WriteAsync(
                new AuditEntry(DateTimeOffset.UnixEpoch, "prod", "me", "topic.create", $"{i}", "", "done", null), Cancellation);
        }
    }

    static readonly AuditTarget target = new("prod", "audit");

    static AuditCopies Start(TempDirectory directory, long mostBytes = AuditTail.MostBytes) =>
        new(new FakeAudit(), new AuditTail(directory.Path, mostBytes));

    static async Task WriteAsync(TempDirectory directory, params string[] subjects)
    {
        using var log = new FileAuditLog(directory.Path);
        foreach (var subject in subjects)
        {
            await log.WriteAsync(new AuditEntry(default, "prod", "anna", "topic.create", subject, "", "done", null), Cancellation);
        }
    }

    static string Subject(AuditLine line) => JsonNode.Parse(line.Json.Span)!["subject"]!.ToString();
}
