using System.IO.Pipelines;
using Testing;

namespace Wire.Tests;

/// <summary>What the frames of all connections of a node may hold together. They are of 100 KB, and the budget takes two.</summary>
public sealed class FrameBudgetTests : IAsyncDisposable
{
    const int Size = 100_000;
    const int Limit = 250_000;

    readonly FrameBudget budget = new(Limit);
    readonly List<Peer> peers = [];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }
    }

    /// <summary>20 peers that announce 100 KB each and send all but the end would hold 2 MB.</summary>
    [Fact]
    public async Task Half_frames_of_many_connections_are_not_read_past_the_limit_and_small_ones_pass()
    {
        Begin(20);
        await Eventually.TrueAsync(() => budget.Waiting >= 17, "the rest waits");
        // of each that waits, what one look at its socket brought
        Assert.InRange(budget.Used, Limit, Limit + Size + (20 * FrameBudget.Small));

        var small = Open();
        await small.SendAsync(4, 1000, 1000);
        using var frame = await small.Reading.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(1004, frame!.Length);
    }

    [Fact]
    public async Task Frames_that_have_all_begun_all_arrive_one_after_the_other()
    {
        Begin(20);
        await Eventually.TrueAsync(() => budget.Waiting >= 17, "the rest waits");
        await Task.WhenAll(peers.Select(async peer =>
        {
            var end = peer.EndAsync();
            using var frame = await peer.Reading.WaitAsync(TimeSpan.FromSeconds(30), Token);
            Assert.Equal(Size + 4, frame!.Length);
            await end;
        }));
        Assert.Equal((0, 0), (budget.Used, budget.Waiting));
    }

    [Fact]
    public async Task A_whole_frame_counts_until_it_is_disposed()
    {
        Begin(1);
        var end = peers[0].EndAsync();
        var frame = await peers[0].Reading;
        await end;
        Assert.Equal(Size + 4, budget.Used);
        frame!.Dispose();
        frame.Dispose();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public async Task Who_ends_inside_a_frame_or_is_cancelled_in_line_gives_its_share_back()
    {
        Begin(20);
        await Eventually.TrueAsync(() => budget.Waiting >= 17, "the rest waits");
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }

        Assert.Equal((0, 0), (budget.Used, budget.Waiting));
    }

    void Begin(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ = Open().SendAsync(i, Size, Size - 10);
        }
    }

    Peer Open()
    {
        var peer = new Peer(budget);
        peers.Add(peer);
        return peer;
    }

    /// <summary>One connection: what is sent waits, as in a socket, once 16 KB of it were not read.</summary>
    sealed class Peer : IAsyncDisposable
    {
        readonly CancellationTokenSource closed = new();
        readonly Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 16 << 10, resumeWriterThreshold: 8 << 10));
        Task sending = Task.CompletedTask;

        public Peer(FrameBudget budget) =>
            Reading = new FrameReader(
                PipeReader.Create(pipe.Reader.AsStream(), new StreamPipeReaderOptions(bufferSize: FrameBudget.Small)),
                1 << 20, null, budget)
                .ReadAsync(closed.Token).AsTask();

        public Task<Frame?> Reading { get; }

        public Task SendAsync(int number, int size, int bytes) => sending = WriteAsync(number, size, bytes);

        public async Task EndAsync()
        {
            await sending;
            await pipe.Writer.WriteAsync(new byte[10], Token);
        }

        public async ValueTask DisposeAsync()
        {
            await closed.CancelAsync();
            await Task.WhenAny(Reading);
        }

        async Task WriteAsync(int number, int size, int bytes)
        {
            using var frame = Messages.Framed(number, size);
            for (var rest = frame.WrittenMemory[..(8 + bytes)]; rest.Length > 0;)
            {
                var part = Math.Min(rest.Length, 8 << 10);
                await pipe.Writer.WriteAsync(rest[..part], closed.Token);
                rest = rest[part..];
            }
        }
    }
}
