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

    static AuditEntry Entry(string subject) => new(Start, "local", "me", "topic.create", subject, "", "done", null);
}
