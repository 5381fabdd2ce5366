using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace Wire.Tests;

public sealed class ConnectionTests
{
    readonly FakeTimeProvider time = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_leave_in_the_order_in_which_they_were_enqueued()
    {
        await using var pair = await SocketPair.OpenAsync();
        await using var left = new Connection(pair.Left, new ConnectionOptions());
        await using var right = new Connection(pair.Right, new ConnectionOptions());
        const int Count = 5000;
        for (var i = 0; i < Count; i++)
        {
            Assert.True(left.Enqueue(Messages.Framed(i, size: i % 500 == 0 ? 100_000 : 10)));
        }

        for (var i = 0; i < Count; i++)
        {
            using var frame = await right.Frames.ReadAsync(Token);
            Assert.Equal(i, Messages.Number(frame!.Memory));
        }

        await Testing.Eventually.TrueAsync(() => left.BytesQueued == 0, "all bytes are counted as sent");
    }

    [Fact]
    public async Task Flush_and_close_sends_all_that_was_enqueued_and_then_ends_the_stream()
    {
        await using var pair = await SocketPair.OpenAsync();
        var left = new Connection(pair.Left, new ConnectionOptions { FlushTimeout = TimeSpan.FromSeconds(20) });
        await using var right = new Connection(pair.Right, new ConnectionOptions());
        right.Enqueue(Messages.Framed(77, 1000)); // unread at the other side: must not turn the close into a reset
        for (var i = 0; i < 100; i++)
        {
            left.Enqueue(Messages.Framed(i, 50_000));
        }

        var closing = left.FlushAndCloseAsync();
        for (var i = 0; i < 100; i++)
        {
            using var frame = await right.Frames.ReadAsync(Token);
            Assert.Equal(i, Messages.Number(frame!.Memory));
        }

        Assert.Null(await right.Frames.ReadAsync(Token));
        await closing;
        Assert.True(left.Closed.IsCancellationRequested);
        Assert.False(left.Enqueue(Messages.Framed(1, 1)));
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_does_not_hold_up_the_close()
    {
        await using var pair = await SocketPair.OpenAsync();
        var left = new Connection(pair.Left, new ConnectionOptions { FlushTimeout = TimeSpan.FromMilliseconds(100) });
        for (var i = 0; i < 100; i++)
        {
            left.Enqueue(Messages.Framed(i, 500_000));
        }

        await left.FlushAndCloseAsync().WaitAsync(Testing.Eventually.Deadline, Token);
        Assert.Contains("did not take", left.CloseReason);
    }

    [Fact]
    public async Task Abort_resets_the_peer_and_flushes_nothing()
    {
        await using var pair = await SocketPair.OpenAsync();
        await using var left = new Connection(pair.Left, new ConnectionOptions());
        await using var right = new Connection(pair.Right, new ConnectionOptions());
        var reading = left.Frames.ReadAsync(CancellationToken.None).AsTask();
        left.Abort("killed");

        var broken = await Assert.ThrowsAsync<IOException>(async () => await right.Frames.ReadAsync(Token));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(broken.InnerException).SocketErrorCode);
        await Assert.ThrowsAsync<IOException>(() => reading);
        Assert.Equal("killed", left.CloseReason);
        Assert.True(left.Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_dropped_at_the_limit()
    {
        await using var pair = await SocketPair.OpenAsync();
        await using var left = new Connection(pair.Left, new ConnectionOptions { MaxQueuedBytes = 1 << 20 });
        await Testing.Eventually.TrueAsync(() => !left.Enqueue(Messages.Framed(0, 100_000)), "the queue fills");
        Assert.Contains("does not read", left.CloseReason);
        Assert.True(left.Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task Who_answers_can_wait_for_a_peer_that_does_not_read()
    {
        const int many = 32 << 20; // more than the kernel takes
        await using var pair = await SocketPair.OpenAsync();
        await using var left = new Connection(pair.Left, new ConnectionOptions());
        await using var right = new Connection(pair.Right, new ConnectionOptions());
        Assert.True(left.DrainAsync(0, Token).IsCompleted);
        left.Enqueue(Messages.Framed(1, many));
        left.Enqueue(Messages.Framed(2, 10));
        var drained = left.DrainAsync(many / 2, left.Closed).AsTask();
        Assert.False(drained.IsCompleted);

        using (await right.Frames.ReadAsync(Token))
        {
            await drained.WaitAsync(Testing.Eventually.Deadline, Token);
        }

        left.Enqueue(Messages.Framed(3, many));
        left.Enqueue(Messages.Framed(4, many));
        drained = left.DrainAsync(many / 2, left.Closed).AsTask();
        left.Abort("killed");
        await drained.WaitAsync(Testing.Eventually.Deadline, Token);
    }

    [Fact]
    public async Task The_end_of_the_peers_stream_still_lets_it_have_its_answer()
    {
        await using var pair = await SocketPair.OpenAsync();
        await using var left = new Connection(pair.Left, new ConnectionOptions());
        await using var right = new Connection(pair.Right, new ConnectionOptions());
        pair.Right.Shutdown(SocketShutdown.Send);
        Assert.Null(await left.Frames.ReadAsync(Token));
        left.Enqueue(Messages.Framed(5, 10));
        using var frame = await right.Frames.ReadAsync(Token);
        Assert.Equal(5, Messages.Number(frame!.Memory));
    }

    [Fact]
    public async Task A_slow_loris_is_closed_though_it_keeps_sending()
    {
        await using var pair = await SocketPair.OpenAsync();
        var options = new ConnectionOptions { FirstFrameTimeout = TimeSpan.FromSeconds(2), Time = time };
        await using var left = new Connection(pair.Left, options);
        var reading = left.Frames.ReadAsync(CancellationToken.None).AsTask();
        var trickle = Messages.Framed(1, 1_000_000).WrittenMemory;
        var sent = 0;
        await Testing.Eventually.TrueAsync(
            async () =>
            {
                if (!left.Closed.IsCancellationRequested)
                {
                    await pair.Right.SendAsync(trickle.Slice(sent++, 1), Token);
                    time.Advance(TimeSpan.FromSeconds(0.1));
                }

                return left.Closed.IsCancellationRequested;
            },
            "the connection is closed");
        await Assert.ThrowsAsync<IOException>(() => reading);
        Assert.Contains("no whole frame", left.CloseReason);
        Assert.InRange(sent, 20, 25);
    }

    [Fact]
    public async Task An_idle_connection_is_closed_and_a_busy_one_is_not()
    {
        var limit = TimeSpan.FromSeconds(8);
        var options = new ConnectionOptions { IdleTimeout = limit, FirstFrameTimeout = limit, Time = time };
        await using var pair = await SocketPair.OpenAsync();
        await using var left = new Connection(pair.Left, options);
        await using var right = new Connection(pair.Right, new ConnectionOptions());
        for (var frames = 0; frames < 10; frames++)
        {
            right.Enqueue(Messages.Framed(1, 1));
            using var frame = await left.Frames.ReadAsync(Token);
            time.Advance(TimeSpan.FromSeconds(4));
        }

        Assert.False(left.Closed.IsCancellationRequested, left.CloseReason);
        time.Advance(TimeSpan.FromSeconds(9));
        await Testing.Eventually.TrueAsync(() => left.Closed.IsCancellationRequested, "the idle connection is closed");
        Assert.Contains("idle", left.CloseReason);
    }

    [Fact]
    public async Task A_paused_connection_holds_its_socket_and_neither_reads_nor_writes()
    {
        var gate = new PauseGate();
        await using var pair = await SocketPair.OpenAsync();
        var options = new ConnectionOptions { IdleTimeout = TimeSpan.FromSeconds(1), Time = time };
        await using var left = new Connection(pair.Left, options, gate);
        await using var right = new Connection(pair.Right, new ConnectionOptions());
        right.Enqueue(Messages.Framed(1, 10));
        right.Enqueue(Messages.Framed(2, 10));
        using (var first = await left.Frames.ReadAsync(Token))
        {
            Assert.Equal(1, Messages.Number(first!.Memory));
        }

        gate.Pause();
        left.Enqueue(Messages.Framed(3, 10));
        var reading = left.Frames.ReadAsync(Token).AsTask();
        var answer = right.Frames.ReadAsync(Token).AsTask();
        time.Advance(TimeSpan.FromSeconds(10));
        await Task.WhenAny(reading, answer, Task.Delay(400, Token));
        Assert.False(reading.IsCompleted);
        Assert.False(answer.IsCompleted);
        Assert.False(left.Closed.IsCancellationRequested);

        gate.Resume();
        using var second = await reading;
        Assert.Equal(2, Messages.Number(second!.Memory));
        using var third = await answer;
        Assert.Equal(3, Messages.Number(third!.Memory));
    }

    [Fact]
    public async Task A_paused_connection_can_be_killed()
    {
        var gate = new PauseGate();
        await using var pair = await SocketPair.OpenAsync();
        await using var left = new Connection(pair.Left, new ConnectionOptions(), gate);
        await using var right = new Connection(pair.Right, new ConnectionOptions());
        var reading = left.Frames.ReadAsync(CancellationToken.None).AsTask();
        gate.Pause();
        right.Enqueue(Messages.Framed(1, 10));
        await Testing.Eventually.TrueAsync(() => right.BytesQueued == 0, "the message is on its way");
        left.Abort("killed");
        await Assert.ThrowsAsync<IOException>(() => reading);
        await Assert.ThrowsAsync<IOException>(async () => await right.Frames.ReadAsync(Token));
    }

    [Fact]
    public async Task Enqueuing_while_closing_from_many_threads_never_throws_and_ends_refused()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var pair = await SocketPair.OpenAsync();
            await using var left = new Connection(pair.Left, new ConnectionOptions());
            var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                while (left.Enqueue(Messages.Framed(1, 100)))
                {
                }
            })).ToArray();
            left.Abort("done");
            await Task.WhenAll(writers);
        }
    }
}
