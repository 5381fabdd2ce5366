using System.Net;
using System.Net.Sockets;
using Dashboard.Nodes.Logs;
using Dashboard.Nodes.Processes;
using Dashboard.Nodes.Runtimes;
using Testing;

namespace Dashboard.Nodes.Tests.Processes;

/// <summary>A shell in a server's place.</summary>
public sealed class ProcessRuntimeTests
{
    /// <summary>Takes the parent's id away, as the program's own launcher does, and becomes the command.</summary>
    static readonly string[] launch = ["/bin/sh", "-c", "shift; exec \"$@\" 2>&1", "launch"];

    readonly NodeLogs logs = new(TimeProvider.System);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_ends_by_itself_says_with_what_and_why()
    {
        await using var node = New("echo 'ERROR exiting'; echo 'java.net.BindException: in use'; exit 3");
        await node.StartAsync(Cancellation);
        var failure = await Assert.ThrowsAsync<NodeProcessException>(() => node.Completion);
        Assert.Equal("Exit code 3: java.net.BindException: in use.", failure.Message);
        Assert.False(node.Ready.IsCompleted);
    }

    [Fact]
    public async Task Known_last_words_are_explained()
    {
        await using var node = New("echo 'ERROR exiting'; echo 'java.lang.RuntimeException: known'; exit 1");
        await node.StartAsync(Cancellation);
        var failure = await Assert.ThrowsAsync<NodeProcessException>(() => node.Completion);
        Assert.Equal("What is known of java.lang.RuntimeException: known", failure.Message);
    }

    [Fact]
    public async Task One_that_something_else_kills_says_so()
    {
        await using var node = New("kill -9 $$");
        await node.StartAsync(Cancellation);
        var failure = await Assert.ThrowsAsync<NodeProcessException>(() => node.Completion);
        Assert.Equal("Killed (SIGKILL) by something else than Castellan.", failure.Message);
    }

    [Fact]
    public async Task It_is_ready_when_it_answers_and_is_stopped_by_a_signal_it_can_act_on()
    {
        var serves = false;
        const string script = "trap 'echo INFO leaves; exit 0' TERM; echo INFO here; while :; do sleep 0.1; done";
        await using var node = New(script, _ => Task.FromResult(serves));
        await node.StartAsync(Cancellation);
        await Eventually.TrueAsync(() => Said("here"), "it runs");
        Assert.False(node.Ready.IsCompleted);
        serves = true;
        await node.Ready.WaitAsync(Eventually.Deadline, Cancellation);
        await node.StopAsync(Cancellation).WaitAsync(Eventually.Deadline, Cancellation);
        Assert.True(Said("leaves"));
    }

    [Fact]
    public async Task A_paused_one_does_nothing_until_it_is_resumed_and_a_kill_ends_it_all_the_same()
    {
        await using var node = New("trap '' TERM; while :; do echo INFO tick; sleep 0.05; done");
        await node.StartAsync(Cancellation);
        await Eventually.TrueAsync(() => Said("tick"), "it runs");
        node.Pause();
        await Eventually.TrueAsync(() => StateOf(node.ProcessId!.Value) == 'T', "it is stopped");
        node.Resume();
        await Eventually.TrueAsync(() => StateOf(node.ProcessId!.Value) != 'T', "it goes on");
        node.Pause();
        node.Kill();
        await Assert.ThrowsAsync<NodeProcessException>(() => node.Completion.WaitAsync(Eventually.Deadline, Cancellation));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_before_anything_is_started()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        var port = ((IPEndPoint)squatter.LocalEndpoint).Port;
        await using var node = New("echo INFO started", ports: [port]);
        var refusal = await Assert.ThrowsAsync<NodeProcessException>(() => node.StartAsync(Cancellation));
        Assert.StartsWith($"Port {port} is taken by process {Environment.ProcessId} (", refusal.Message, StringComparison.Ordinal);
        Assert.Null(node.ProcessId);
    }

    [Fact]
    public async Task What_has_to_run_before_it_has_run_or_it_is_not_started()
    {
        await using var node = New("echo INFO serves", preparation: "echo 'Log directory is not writable'; exit 1");
        var refusal = await Assert.ThrowsAsync<NodeProcessException>(() => node.StartAsync(Cancellation));
        Assert.Equal("Its storage could not be formatted. Exit code 1: Log directory is not writable.", refusal.Message);
        Assert.False(Said("serves"));
    }

    [Fact]
    public async Task The_dashboards_own_settings_are_not_handed_on()
    {
        Environment.SetEnvironmentVariable("CASTELLAN_CLUSTERS__0__PASSWORD", "hidden");
        try
        {
            await using var node = New("env | sed 's/^/INFO /'; echo INFO end");
            await node.StartAsync(Cancellation);
            await Eventually.TrueAsync(() => Said("end"), "it printed its environment");
            Assert.DoesNotContain(logs.Tail(null), line => line.Text.Contains("hidden", StringComparison.Ordinal));
            Assert.Contains(logs.Tail(null), line => line.Text.StartsWith("PATH=", StringComparison.Ordinal));
        }
        finally
        {
            Environment.SetEnvironmentVariable("CASTELLAN_CLUSTERS__0__PASSWORD", null);
        }
    }

    bool Said(string text) => logs.Tail(null).Any(line => line.Text == text);

    /// <summary>The third word of /proc/PID/stat, behind the name in parentheses: R, S, T …</summary>
    static char StateOf(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }

    ProcessRuntime New(
        string script, Func<CancellationToken, Task<bool>>? serves = null, int[]? ports = null, string? preparation = null) =>
        new(
            new ServerProcess(
                "node", Shell(script), [.. ports ?? []], serves ?? (_ => Task.FromResult(false)),
                preparation is null ? null : Shell(preparation),
                words => words.Contains("known", StringComparison.Ordinal) ? Wire.CodedText.Plain($"What is known of {words}") : null),
            logs, TimeProvider.System);

    static ProcessCommand Shell(string script) => new(launch, ["/bin/sh", "-c", script], "/");
}
