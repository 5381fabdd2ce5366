using Wire.Loops;

namespace Wire.Tests;

public sealed class MailboxTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Items_are_handled_in_order_and_a_completed_mailbox_is_emptied_before_it_ends()
    {
        var mailbox = new Mailbox<int>(200);
        var handled = new List<int>();
        var runs = 0;
        for (var i = 0; i < 200; i++)
        {
            Assert.True(mailbox.TryPost(i));
        }

        mailbox.Complete();
        await mailbox.RunAsync(handled.Add, () => runs++, Token);

        Assert.Equal(Enumerable.Range(0, 200), handled);
        Assert.InRange(runs, 2, 100); // many items a run, but not all of them
        Assert.False(mailbox.TryPost(1));
        Assert.False(await mailbox.PostAsync(1, Token));
    }

    [Fact]
    public async Task A_full_one_refuses_or_makes_wait()
    {
        var mailbox = new Mailbox<int>(1);
        Assert.True(mailbox.TryPost(1));
        Assert.False(mailbox.TryPost(2));
        using var impatient = new CancellationTokenSource();
        var cancelled = mailbox.PostAsync(3, impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        var waiting = mailbox.PostAsync(4, Token).AsTask();
        Assert.False(waiting.IsCompleted);

        var handled = new List<int>();
        var running = mailbox.RunAsync(handled.Add, null, Token);
        Assert.True(await waiting);
        mailbox.Complete();
        await running;
        Assert.Equal([1, 4], handled);
    }

    [Fact]
    public async Task A_slow_item_holds_up_the_next_and_a_cancelled_loop_leaves_the_rest()
    {
        var mailbox = new Mailbox<int>(10);
        using var stopping = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        var handled = new List<int>();
        mailbox.TryPost(1);
        mailbox.TryPost(2);
        var running = mailbox.RunAsync(
            async item =>
            {
                handled.Add(item);
                await release.Task.WaitAsync(stopping.Token);
            },
            stopping.Token);
        Assert.Equal([1], handled);
        await stopping.CancelAsync();
        await running;

        Assert.Equal([1], handled);
        Assert.True(mailbox.TryTake(out var left));
        Assert.Equal(2, left);
        Assert.False(mailbox.TryPost(3));
    }

    [Fact]
    public async Task What_a_handler_throws_ends_the_loop()
    {
        var mailbox = new Mailbox<int>(10);
        mailbox.TryPost(1);
        mailbox.TryPost(2);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => mailbox.RunAsync(_ => throw new InvalidOperationException(), null, Token));
        Assert.Equal(1, mailbox.Depth);
        Assert.False(mailbox.TryPost(3));
    }

    [Fact]
    public async Task Nothing_is_handled_while_the_gate_is_closed_even_if_it_closes_during_a_run()
    {
        var gate = new PauseGate();
        var mailbox = new Mailbox<int>(10, gate);
        var handled = new List<int>();
        mailbox.TryPost(1);
        mailbox.TryPost(2);
        mailbox.Complete();
        var running = mailbox.RunAsync(
            item =>
            {
                handled.Add(item);
                gate.Pause();
            },
            null,
            Token);
        Assert.Equal([1], handled);
        gate.Resume();
        gate.Resume();
        await running.WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal([1, 2], handled);
    }
}
