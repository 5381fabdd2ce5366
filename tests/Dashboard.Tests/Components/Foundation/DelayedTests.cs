using Dashboard.Components.Foundation.Commands;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>What a form shows is of its last change, whatever order the answers come in.</summary>
public sealed class DelayedTests : IDisposable
{
    readonly Delayed delayed = new(TimeSpan.FromMilliseconds(1), TimeProvider.System);
    readonly List<string> shown = [];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_several_calls_in_quick_succession_the_last_one_runs()
    {
        await Task.WhenAll(
            delayed.RunLastAsync(Work("a"), Cancellation),
            delayed.RunLastAsync(Work("b"), Cancellation),
            delayed.RunLastAsync(Work("c"), Cancellation));
        Assert.Equal("c", shown[^1]);
        Assert.True(delayed.IsSettled);
    }

    [Fact]
    public async Task A_later_call_cancels_the_work_of_the_one_before_and_settles_though_that_one_ends_last()
    {
        var cancelled = new TaskCompletionSource();
        var older = delayed.RunNowAsync(
            async token =>
            {
                await using var told = token.Register(cancelled.SetResult);
                await Task.Delay(Timeout.Infinite, token);
            },
            Cancellation);
        Assert.False(delayed.IsSettled);
        await delayed.RunNowAsync(Work("new"), Cancellation);
        await cancelled.Task.WaitAsync(Cancellation);
        await older;
        Assert.Equal(["new"], shown);
        Assert.True(delayed.IsSettled);
    }

    [Fact]
    public async Task Work_that_does_not_hear_that_it_was_cancelled_does_not_settle()
    {
        var answer = new TaskCompletionSource();
        var older = delayed.RunNowAsync(_ => answer.Task, Cancellation);
        var waiting = new TaskCompletionSource();
        var newer = delayed.RunNowAsync(_ => waiting.Task, Cancellation);
        answer.SetResult();
        await older;
        Assert.False(delayed.IsSettled);
        waiting.SetResult();
        await newer;
        Assert.True(delayed.IsSettled);
    }

    public void Dispose() => delayed.Dispose();

    Func<CancellationToken, Task> Work(string what) => _ =>
    {
        shown.Add(what);
        return Task.CompletedTask;
    };
}
