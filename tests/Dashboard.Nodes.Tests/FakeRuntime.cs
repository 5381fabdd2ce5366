using Dashboard.Nodes.Runtimes;

namespace Dashboard.Nodes.Tests;

/// <summary>A node that does what the test says.</summary>
sealed class FakeRuntime : INodeRuntime
{
    readonly TaskCompletionSource ready = new();
    readonly TaskCompletionSource completion = new();

    public List<string> Calls { get; } = [];

    public Exception? StartFailure { get; init; }

    /// <summary>As a broker's, while no ensemble answers.</summary>
    public bool StartHangs { get; init; }

    public bool StopHangs { get; init; }

    public Exception? KillFailure { get; init; }

    public Task Ready => ready.Task;

    public Task Completion => completion.Task;

    public Task StartAsync(CancellationToken cancellation)
    {
        Calls.Add("start");
        return StartHangs ? Task.Delay(Timeout.Infinite, cancellation)
            : StartFailure is null ? Task.CompletedTask
            : Task.FromException(StartFailure);
    }

    public Task StopAsync(CancellationToken cancellation)
    {
        Calls.Add("stop");
        return StopHangs ? Task.Delay(Timeout.Infinite, cancellation) : Task.CompletedTask;
    }

    public void Kill()
    {
        Calls.Add("kill");
        if (KillFailure is not null)
        {
            throw KillFailure;
        }
    }

    public void Pause() => Calls.Add("pause");

    public void Resume() => Calls.Add("resume");

    public void BecomeReady() => ready.SetResult();

    public void Fail(Exception failure) => completion.SetException(failure);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
