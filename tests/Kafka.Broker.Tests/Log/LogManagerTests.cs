using System.Diagnostics;
using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Broker.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Kafka.Broker.Tests.Log;

/// <summary>Directories whose disk fails while a broker starts.</summary>
public sealed class LogManagerTests : IDisposable
{
    readonly TempDirectory directory = new();
    readonly FailingDisk disk = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_fails_while_its_logs_are_read_is_offline_and_the_others_are_used()
    {
        using var logs = Open();
        disk.FailBelow = directory["a"];
        await logs.LoadAsync(Cancellation);
        Assert.Equal([true, false], logs.Directories.Select(d => d.IsOffline));
        Assert.Equal(["orders-1"], logs.Partitions.Select(p => p.ToString()));
    }

    /// <summary>A broker that went on without any would be up, and all its partitions offline, until an operator starts it again.</summary>
    [Fact]
    public async Task When_none_remains_the_start_fails_and_says_why()
    {
        using var logs = Open();
        disk.FailBelow = directory.Path;
        var failure = await Assert.ThrowsAsync<IOException>(() => logs.LoadAsync(Cancellation));
        Assert.Equal(
            $"Every log directory failed: {directory["a"]}: No space left on device; {directory["b"]}: No space left on device",
            failure.Message);
    }

    /// <summary>Apache's brokers lock the bytes of the file, as this does: lockf of Python is the same call, fcntl.</summary>
    [Fact]
    public async Task A_directory_that_another_broker_writes_to_ends_the_start_and_ours_is_refused_to_it()
    {
        const string holdUntilRead =
            "import fcntl, sys; held = open(sys.argv[1], 'w'); fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB); "
            + "print('held', flush=True); sys.stdin.read()";
        var python = External.RequireProgram("python3");
        Directory.CreateDirectory(directory["b"]);
        var file = Path.Combine(directory["b"], ".lock");
        using (var other = Process.Start(new ProcessStartInfo(python, ["-c", holdUntilRead, file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!)
        {
            Assert.Equal("held", await other.StandardOutput.ReadLineAsync(Cancellation));
            Assert.Equal(
                $"{directory["b"]}/.lock is held by another process: stop the broker that uses it.",
                Assert.Throws<LogDirInUseException>(Open).Message);
            other.StandardInput.Close();
            await other.WaitForExitAsync(Cancellation);
        }

        using var logs = Open();
        var refused = await External.RunAsync(python, ["-c", holdUntilRead, file], deadline: TimeSpan.FromSeconds(60));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("BlockingIOError", refused.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    /// <summary>Two directories with a log in each.</summary>
    LogManager Open()
    {
        Directory.CreateDirectory(Path.Combine(directory["a"], "orders-0"));
        Directory.CreateDirectory(Path.Combine(directory["b"], "orders-1"));
        var config = BrokerConfig.Parse(["broker.id=1", "zookeeper.connect=none", $"log.dirs={directory["a"]},{directory["b"]}"], "test");
        var logs = new LogManager(config, disk, TimeProvider.System, NullLogger<LogManager>.Instance);
        try
        {
            logs.Open();
            return logs;
        }
        catch
        {
            logs.Dispose();
            throw;
        }
    }
}
