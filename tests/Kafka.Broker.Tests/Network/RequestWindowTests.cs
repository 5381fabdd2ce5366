using Kafka.Broker.Network;

namespace Kafka.Broker.Tests.Network;

public sealed class RequestWindowTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_wait_for_room_by_number_and_by_bytes()
    {
        var window = new RequestWindow(mostRequests: 2, mostBytes: 100);
        await window.EnterAsync(60, Token);
        var tooMuch = window.EnterAsync(60, Token);
        Assert.False(tooMuch.IsCompleted);

        window.Leave(60);
        await tooMuch;
        await window.EnterAsync(1, Token);
        var third = window.EnterAsync(1, Token);
        Assert.False(third.IsCompleted);

        window.Leave(1);
        await third;
    }

    [Fact]
    public async Task One_request_larger_than_the_window_is_let_in_alone()
    {
        var window = new RequestWindow(mostRequests: 2, mostBytes: 100);
        await window.EnterAsync(1, Token);
        var large = window.EnterAsync(1000, Token);
        Assert.False(large.IsCompleted);

        window.Leave(1);
        await large;
        Assert.False(window.EnterAsync(1, Token).IsCompleted);
    }
}
