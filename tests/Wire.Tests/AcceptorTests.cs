using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Wire.Tests;

public sealed class AcceptorTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_taken_port_is_refused_and_a_left_one_can_be_bound_again_at_once()
    {
        var first = Acceptor.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var running = first.RunAsync(EchoAsync);
        var taken = Assert.Throws<SocketException>(() => Acceptor.Bind(first.LocalEndPoint));
        Assert.Equal(SocketError.AddressAlreadyInUse, taken.SocketErrorCode);

        await using var client = await ConnectAsync(first);
        client.Enqueue(Messages.Framed(1, 1));
        using var echo = await client.Frames.ReadAsync(Token);
        await first.DisposeAsync();
        Assert.True(running.IsCompletedSuccessfully);

        await using var second = Acceptor.Bind(first.LocalEndPoint);
        Assert.Equal(first.LocalEndPoint, second.LocalEndPoint);
    }

    [Fact]
    public async Task A_connection_that_fails_ends_alone_and_is_reported()
    {
        var failures = new ConcurrentQueue<Exception>();
        await using var acceptor = Acceptor.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ = acceptor.RunAsync(EchoAsync, failures.Enqueue);
        await using var good = await ConnectAsync(acceptor);
        await using var bad = await ConnectAsync(acceptor);
        var garbage = new WireWriter();
        garbage.WriteUtf8("GET / HTTP/1.1\r\n\r\n");
        bad.Enqueue(garbage);

        Assert.Null(await bad.Frames.ReadAsync(Token));
        await Testing.Eventually.TrueAsync(() => failures.Any(failure => failure is WireFormatException), "the failure is reported");
        good.Enqueue(Messages.Framed(8, 1));
        using var echo = await good.Frames.ReadAsync(Token);
        Assert.Equal(8, Messages.Number(echo!.Memory));
    }

    [Fact]
    public async Task Dispose_ends_what_is_being_served()
    {
        var acceptor = Acceptor.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ = acceptor.RunAsync(EchoAsync);
        var clients = new List<Connection>();
        for (var i = 0; i < 20; i++)
        {
            clients.Add(await ConnectAsync(acceptor));
        }

        await Testing.Eventually.TrueAsync(() => acceptor.Serving == 20, "all are served");
        await acceptor.DisposeAsync().AsTask().WaitAsync(Testing.Eventually.Deadline, Token);
        Assert.Equal(0, acceptor.Serving);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_paused_acceptor_lets_clients_connect_and_serves_them_once_resumed()
    {
        var gate = new PauseGate();
        gate.Pause();
        await using var acceptor = Acceptor.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ = acceptor.RunAsync(EchoAsync, gate: gate);
        await using var client = await ConnectAsync(acceptor);
        client.Enqueue(Messages.Framed(8, 1));
        var reading = client.Frames.ReadAsync(Token).AsTask();
        await Task.WhenAny(reading, Task.Delay(200, Token));
        Assert.False(reading.IsCompleted);
        gate.Resume();
        using var echo = await reading;
        Assert.Equal(8, Messages.Number(echo!.Memory));
    }

    static async Task<Connection> ConnectAsync(Acceptor acceptor)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(acceptor.LocalEndPoint, Token);
        return new Connection(socket, new ConnectionOptions());
    }

    static async Task EchoAsync(Socket socket, CancellationToken cancellation)
    {
        await using var connection = new Connection(socket, new ConnectionOptions());
        while (await connection.Frames.ReadAsync(cancellation) is { } frame)
        {
            using (frame)
            {
                var answer = new WireWriter(frame.Memory.Length + 4);
                answer.WriteInt32(frame.Memory.Length);
                answer.WriteBytes(frame.Memory.Span);
                connection.Enqueue(answer);
            }
        }
    }
}
