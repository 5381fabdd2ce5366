using System.Globalization;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Testing;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests;

public sealed class FileAuditLogTests : IDisposable
{
    readonly TempDirectory directory = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Entries_are_read_back_newest_first_by_the_next_process_too()
    {
        using (var log = new FileAuditLog(directory["new"]))
        {
            await log.WriteAsync(Entry("one"), Cancellation);
            await log.WriteAsync(Entry("two \"quoted\"\nline"), Cancellation);
        }

        using var again = new FileAuditLog(directory["new"]);
        Assert.Equal(["two \"quoted\"\nline", "one"], (await again.ReadLastAsync(10, Cancellation)).Select(e => e.Subject));
        Assert.Single(await again.ReadLastAsync(1, Cancellation));
    }

    [Fact]
    public async Task A_line_torn_by_a_crash_is_passed_over()
    {
        using var log = new FileAuditLog(directory.Path);
        await log.WriteAsync(Entry("whole"), Cancellation);
        await File.AppendAllTextAsync(directory["audit.jsonl"], "{\"at\":\"2026", Cancellation);
        Assert.Equal(["whole"], (await log.ReadLastAsync(10, Cancellation)).Select(e => e.Subject));
        await log.WriteAsync(Entry("next"), Cancellation);
        Assert.Equal(["next", "whole"], (await log.ReadLastAsync(10, Cancellation)).Select(e => e.Subject));
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_is_named()
    {
        await File.WriteAllTextAsync(directory["file"], "", Cancellation);
        using var log = new FileAuditLog(directory["file"]);
        var failure = await Assert.ThrowsAsync<AuditException>(() => log.WriteAsync(Entry("x"), Cancellation));
        Assert.StartsWith(
            $"topic.create x (done) is not in the audit log: {directory["file/audit.jsonl"]} cannot be written: ",
            failure.Message,
            StringComparison.Ordinal);
        Assert.Equal("done", failure.Outcome);
    }

    [Fact]
    public async Task Past_its_limits_the_oldest_entries_are_removed_and_the_rest_is_read_over_all_files()
    {
        var limits = new AuditLimits(FileBytes: 1000, Files: 3);
        using (var log = new FileAuditLog(directory.Path, limits))
        {
            await WriteAsync(log, 0, 40);
        }

        using var again = new FileAuditLog(directory.Path, limits);
        await WriteAsync(again, 40, 60);
        var files = Directory.GetFiles(directory.Path, "audit*.jsonl");
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 1000));
        var kept = await NumbersAsync(again, 100);
        Assert.InRange(kept.Count, 9, 20);
        Assert.Equal(Enumerable.Range(60 - kept.Count, kept.Count).Reverse(), kept);
        Assert.Equal(kept.Take(10), await NumbersAsync(again, 10));
    }

    [Fact]
    public async Task A_start_after_a_crash_between_the_files_goes_on_and_a_torn_line_stays_in_its_own()
    {
        var limits = new AuditLimits(FileBytes: 1000, Files: 10);
        using var log = new FileAuditLog(directory.Path, limits);
        await WriteAsync(log, 0, 3);
        var length = new FileInfo(directory["audit.jsonl"]).Length;
        // it was renamed, and the next had not begun
        File.Move(directory["audit.jsonl"], directory[$"audit-{0:D20}.jsonl"]);
        await WriteAsync(log, 3, 6);
        await File.AppendAllTextAsync(directory["audit.jsonl"], "{\"at\":\"2026" + new string(' ', 600), Cancellation);
        await WriteAsync(log, 6, 9);
        Assert.Equal(Enumerable.Range(0, 9).Reverse(), await NumbersAsync(log, 100));
        var second = directory[$"audit-{length:D20}.jsonl"];
        Assert.EndsWith(" \n", await File.ReadAllTextAsync(second, Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("{\"at\":", await File.ReadAllTextAsync(directory["audit.jsonl"], Cancellation), StringComparison.Ordinal);
    }

    static async Task WriteAsync(FileAuditLog log, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            await log.WriteAsync(Entry($"{i}"), Cancellation);
        }
    }

    static AuditEntry Entry(string subject) => new(Start, "local", "me", "topic.create", subject, "", "done", null);

    static async Task<List<int>> NumbersAsync(FileAuditLog log, int most) =>
        [.. (await log.ReadLastAsync(most, Cancellation)).Select(entry => int.Parse(entry.Subject, CultureInfo.InvariantCulture))];
}
