namespace Wire.Tests;

public sealed class OrderedResponsesTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_leave_in_the_order_of_the_requests()
    {
        await using var pair = await SocketPair.OpenAsync();
        await using var left = new Connection(pair.Left, new ConnectionOptions());
        await using var right = new Connection(pair.Right, new ConnectionOptions());
        var responses = new OrderedResponses(left);
        var slots = Enumerable.Range(0, 4).Select(_ => responses.Reserve()).ToArray();
        slots[2].Complete(Messages.Framed(2, 0));
        slots[1].Complete(null); // acks=0
        slots[3].Complete(Messages.Framed(3, 0));
        Assert.Equal(4, responses.Outstanding);
        Assert.Equal(0, left.BytesQueued);
        slots[0].Complete(Messages.Framed(0, 0));
        slots[0].Complete(Messages.Framed(99, 0)); // only the first counts
        responses.Reserve().Complete(Messages.Framed(4, 0));

        foreach (var expected in new[] { 0, 2, 3, 4 })
        {
            using var frame = await right.Frames.ReadAsync(Token);
            Assert.Equal(expected, Messages.Number(frame!.Memory));
        }

        Assert.Equal(0, responses.Outstanding);
    }

    [Fact]
    public async Task Many_threads_completing_out_of_order_keep_the_order()
    {
        await using var pair = await SocketPair.OpenAsync();
        await using var left = new Connection(pair.Left, new ConnectionOptions());
        await using var right = new Connection(pair.Right, new ConnectionOptions());
        var responses = new OrderedResponses(left);
        const int Count = 20_000;
        var handlers = new List<Task>();
        var random = new Random(31);
        var feeding = Task.Run(
            () =>
            {
                for (var i = 0; i < Count; i++)
                {
                    var slot = responses.Reserve();
                    var answer = Messages.Framed(i, 0);
                    if (random.Next(3) == 0)
                    {
                        slot.Complete(answer);
                    }
                    else
                    {
                        handlers.Add(Task.Run(() => slot.Complete(answer)));
                    }
                }
            },
            Token);
        for (var i = 0; i < Count; i++)
        {
            using var frame = await right.Frames.ReadAsync(Token);
            Assert.Equal(i, Messages.Number(frame!.Memory));
        }

        await feeding;
        await Task.WhenAll(handlers);
        Assert.Equal(0, responses.Outstanding);
    }
}
