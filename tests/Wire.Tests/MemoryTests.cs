using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Wire.Tests;

/// <summary>What hostile peers cost. Alone: the memory that is read is the whole process's.</summary>
[Collection(typeof(Testing.Alone))]
public sealed class MemoryTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_frame_announced_and_not_sent_costs_only_what_was_sent()
    {
        var readers = new List<Task>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var pipes = new List<Pipe>();
        for (var i = 0; i < 100; i++)
        {
            var pipe = new Pipe();
            pipes.Add(pipe);
            await pipe.Writer.WriteAsync(Convert.FromHexString("05F5E100" + "00"), Token); // 100,000,000 bytes
            readers.Add(new FrameReader(pipe.Reader, 100 << 20).ReadAsync(Token).AsTask());
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20 << 20);
        pipes.ForEach(pipe => pipe.Writer.Complete());
        foreach (var reading in readers)
        {
            await Assert.ThrowsAsync<WireFormatException>(() => reading);
        }
    }

    [Fact]
    public async Task Hundreds_of_peers_that_send_garbage_leave_no_memory_and_no_socket_behind()
    {
        // few at a time: the shared array pool may keep a buffer or two for each that was served at once, and that is no leak
        const int Together = 10;
        await using var acceptor = Acceptor.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ = acceptor.RunAsync(ReadAsync);
        var random = new Random(41);
        async Task SendGarbageAsync(int count)
        {
            for (var i = 1; i <= count; i++)
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(acceptor.LocalEndPoint, Token);
                var garbage = new byte[random.Next(1, 20_000)];
                random.NextBytes(garbage);
                garbage[0] = (byte)(i % 2 == 0 ? 0xff : 0x05); // below zero, or 80 MB announced
                await socket.SendAsync(garbage, Token);
                if (i % Together == 0)
                {
                    await Testing.Eventually.TrueAsync(() => acceptor.Serving == 0, "all are gone");
                }
            }
        }

        await SendGarbageAsync(100);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await SendGarbageAsync(600);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4 << 20);
    }

    static async Task ReadAsync(Socket socket, CancellationToken cancellation)
    {
        await using var connection = new Connection(socket, new ConnectionOptions());
        while (await connection.Frames.ReadAsync(cancellation) is { } frame)
        {
            frame.Dispose();
        }
    }
}
