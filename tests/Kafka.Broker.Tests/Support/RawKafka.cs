using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Kafka.Protocol;
using Wire;

namespace Kafka.Broker.Tests.Support;

/// <summary>A client that gathers requests and sends them in one write, as a pipelining client's segments arrive.</summary>
sealed class RawKafka : IDisposable
{
    readonly Socket socket;
    readonly NetworkStream stream;
    readonly WireWriter gathered = new();
    readonly List<(IKafkaRequest Request, short Version)> sent = [];
    int nextCorrelation;

    RawKafka(Socket socket)
    {
        this.socket = socket;
        stream = new NetworkStream(socket);
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<RawKafka> ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), Token);
        return new RawKafka(socket);
    }

    /// <summary>One request as it goes over the wire, its length first.</summary>
    public static byte[] Frame(IKafkaRequest request, short version, int correlation = 1)
    {
        using var writer = new WireWriter();
        writer.ReserveInt32();
        KafkaHeaders.WriteRequest(writer, (ApiKey)request.Key, version, correlation, "raw", request.Flexible(version));
        request.Write(writer, version);
        writer.PatchInt32(0, writer.Length - 4);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>To be sent with the others; in the highest version unless one is given.</summary>
    public RawKafka Add(IKafkaRequest request, short? version = null, bool hasAnswer = true)
    {
        var chosen = version ?? request.Highest;
        gathered.WriteBytes(Frame(request, chosen, nextCorrelation));
        if (hasAnswer)
        {
            sent.Add((request, chosen));
        }

        nextCorrelation++;
        return this;
    }

    /// <summary>Bytes as they are.</summary>
    public RawKafka AddBytes(ReadOnlySpan<byte> bytes)
    {
        gathered.WriteBytes(bytes);
        return this;
    }

    /// <summary>All that was gathered, in one write.</summary>
    public async Task WriteAsync()
    {
        await socket.SendAsync(gathered.WrittenMemory, Token);
        gathered.Clear();
    }

    /// <summary>No more will be written; what was asked may still be answered.</summary>
    public void EndWriting() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>The answer that is due next.</summary>
    public async Task<IKafkaResponse> ReadAsync()
    {
        var (request, version) = sent[0];
        sent.RemoveAt(0);
        var frame = await ReadFrameAsync()
            ?? throw new EndOfStreamException($"The connection ended before the answer to {(ApiKey)request.Key}.");
        return Decode(frame, request, version);
    }

    public static IKafkaResponse Decode(byte[] frame, IKafkaRequest request, short version)
    {
        var reader = new WireReader(frame);
        reader.ReadInt32();
        if (request.Flexible(version) && (ApiKey)request.Key != ApiKey.ApiVersions)
        {
            KafkaHeaders.SkipTags(ref reader);
        }

        var response = request.ReadResponse(ref reader, version);
        Assert.Equal(frame.Length, reader.Position);
        return response;
    }

    /// <summary>Writes what was gathered and reads every answer, in order.</summary>
    public async Task<List<IKafkaResponse>> AskAsync()
    {
        await WriteAsync();
        var answers = new List<IKafkaResponse>();
        while (sent.Count > 0)
        {
            answers.Add(await ReadAsync());
        }

        return answers;
    }

    /// <summary>The next frame without its length; null at the end of the stream.</summary>
    public async Task<byte[]?> ReadFrameAsync()
    {
        var length = new byte[4];
        try
        {
            if (await stream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false, Token) < 4)
            {
                return null;
            }
        }
        catch (IOException)
        {
            return null; // reset
        }

        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(frame, Token);
        return frame;
    }

    public void Dispose()
    {
        stream.Dispose();
        socket.Dispose();
        gathered.Dispose();
    }
}
