using System.Globalization;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.History;

public sealed class FileEventLogTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("castellan-events").FullName;

    string Current => Path.Combine(directory, "events.jsonl");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_cluster_that_was_removed_and_comes_again_has_what_happened_before()
    {
        await using var log = Open();
        Assert.Empty(log.Load("prod"));
        log.Append("prod", [Event("0")]);
        log.Append("other", [Event("1")]);
        await Eventually.TrueAsync(() => log.Load("prod").Select(e => e.Subject).SequenceEqual(["0"]), "it has its event");
        Assert.Equal(1, log.Load("prod")[0].Sequence);
    }

    [Fact]
    public async Task Events_outlive_the_dashboard_each_with_its_cluster_and_the_time_it_did_not_run_is_told()
    {
        await using (var log = Open())
        {
            Assert.Empty(log.Load("local"));
            log.Append("local", [Event("0"), Event("1")]);
            log.Append("remote", [Event("7")]);
        }

        await using var again = Open();
        var events = again.Load("local");
        Assert.Equal(["", "1", "0"], events.Select(e => e.Subject));
        Assert.Equal([3, 2, 1], events.Select(e => e.Sequence));
        var first = events[2];
        Assert.Equal((Start, EventKind.BrokerDown, Severity.Bad, "brokers/0"), (first.At, first.Kind, first.Severity, first.Href));
        Assert.Equal(EventKind.WatchGap, events[0].Kind);
        Assert.True(Time(events[0].Arguments[0]) <= Time(events[0].Arguments[1]));
        Assert.Equal(["", "7"], again.Load("remote").Select(e => e.Subject));
        Assert.Empty(again.Load("another"));
    }

    [Fact]
    public async Task A_line_that_a_crash_tore_costs_nothing_but_itself()
    {
        await using (var log = Open())
        {
            log.Load("local");
            log.Append("local", [Event("0")]);
        }

        await File.AppendAllTextAsync(Current, """{"cluster":"local","event":{"at":"20""", TestContext.Current.CancellationToken);
        await using (var log = Open())
        {
            Assert.Contains(log.Load("local"), e => e.Subject == "0");
            log.Append("local", [Event("1")]);
        }

        await using var last = Open();
        Assert.Equal(["0", "1"], last.Load("local").Select(e => e.Subject).Where(s => s.Length > 0).Order());
    }

    [Fact]
    public async Task The_file_is_bounded_and_the_one_before_is_kept()
    {
        await using (var log = Open(limit: 2000))
        {
            log.Load("local");
            for (var i = 0; i < 100; i++)
            {
                log.Append("local", [Event(i.ToString(CultureInfo.InvariantCulture))]);
            }
        }

        Assert.InRange(Directory.GetFiles(directory).Sum(f => new FileInfo(f).Length), 1000, 4000);
        await using var again = Open(limit: 2000);
        Assert.Equal("99", again.Load("local").First(e => e.Kind != EventKind.WatchGap).Subject);
    }

    [Fact]
    public async Task What_cannot_be_written_is_said_and_is_no_reason_to_stop()
    {
        Directory.CreateDirectory(Current);
        await using var log = Open();
        log.Load("local");
        log.Append("local", [Event("0")]);
        await Eventually.TrueAsync(() => log.Problem is not null, "it is said");
        Assert.Contains(Current, log.Problem, StringComparison.Ordinal);
        Directory.Delete(Current);
        log.Append("local", [Event("1")]);
        await Eventually.TrueAsync(() => log.Problem is null, "it is written again");
    }

    [Fact]
    public async Task Of_very_many_events_the_last_are_kept_by_cluster()
    {
        await using (var log = Open())
        {
            log.Load("local");
            log.Append("remote", [Event("r")]);
            for (var i = 0; i < HistoryStore.EventsKept + 100; i += 10)
            {
                log.Append("local", [.. Enumerable.Range(i, 10).Select(n => Event(n.ToString(CultureInfo.InvariantCulture)))]);
            }
        }

        await using var again = Open();
        var events = again.Load("local").Where(e => e.Kind != EventKind.WatchGap).ToList();
        Assert.InRange(events.Count, HistoryStore.EventsKept - 1, HistoryStore.EventsKept);
        Assert.Equal($"{HistoryStore.EventsKept + 99}", events[0].Subject);
        Assert.Contains(again.Load("remote"), e => e.Subject == "r");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"cluster":"local"}""")]
    [InlineData("""{"cluster":"local","event":{"kind":"Unheard","subject":"x","arguments":[]}}""")]
    [InlineData("""{"cluster":"local","event":{"kind":"BrokerUp","arguments":[]}}""")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    public async Task What_cannot_be_read_or_a_later_version_wrote_is_passed_over(string line)
    {
        await using (var log = Open())
        {
            log.Load("local");
            log.Append("local", [Event("0")]);
        }

        await File.AppendAllTextAsync(Current, line + "\n", TestContext.Current.CancellationToken);
        await using var again = Open();
        Assert.Equal(["0"], again.Load("local").Where(e => e.Kind != EventKind.WatchGap).Select(e => e.Subject));
        Assert.Null(again.Problem);
    }

    [Fact]
    public async Task Starts_one_after_the_other_keep_their_order_and_their_gaps()
    {
        for (var start = 0; start < 3; start++)
        {
            await using var log = Open();
            log.Load("local");
            log.Append("local", [Event($"{start}")]);
        }

        await using var last = Open();
        var events = last.Load("local");
        Assert.Equal(["2", "1", "0"], events.Where(e => e.Kind == EventKind.BrokerDown).Select(e => e.Subject));
        Assert.Equal(Enumerable.Range(1, events.Length).Select(i => (long)i).Reverse(), events.Select(e => e.Sequence));
    }

    FileEventLog Open(long limit = 4 << 20) => new(directory, NullLogger<FileEventLog>.Instance, TimeProvider.System, limit);

    static ClusterEvent Event(string subject) =>
        new(9, Start, EventKind.BrokerDown, Severity.Bad, subject, [subject], $"brokers/{subject}", 1);

    static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
