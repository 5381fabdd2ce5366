using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Server.FourLetterWords;

namespace ZooKeeper.Server.Admin;

/// <summary>
/// Answers GET /commands/NAME with JSON, one request a connection, and GET /commands with a list. Nothing here changes the server, so nothing here asks who it is.
/// </summary>
sealed class AdminServer : IAsyncDisposable
{
    /// <summary>Bytes of a request's head; none is longer.</summary>
    const int LongestHead = 8 << 10;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    readonly Acceptor acceptor;
    readonly string commandUrl;
    readonly Func<ServerView> view;
    readonly PauseGate gate;
    readonly TimeProvider time;

    /// <exception cref="SocketException">The port is taken.</exception>
    public AdminServer(ZooKeeperConfig config, Func<ServerView> view, PauseGate gate, TimeProvider time)
    {
        this.view = view;
        this.gate = gate;
        this.time = time;
        commandUrl = "/" + config.AdminCommandUrl.Trim('/');
        acceptor = Acceptor.Bind(new IPEndPoint(config.AdminServerAddress ?? config.ClientPortAddress ?? IPAddress.Any, config.AdminServerPort));
    }

    public IPEndPoint LocalEndPoint => acceptor.LocalEndPoint;

    public void Start(ILogger logger) => _ = acceptor.RunAsync(ServeAsync, e => Log.ConnectionFailed(logger, e.Message), gate);

    public ValueTask DisposeAsync() => acceptor.DisposeAsync();

    async Task ServeAsync(Socket socket, CancellationToken stopping)
    {
        var connection = new Connection(socket, new ConnectionOptions { FirstFrameTimeout = Patience, MaxQueuedBytes = 64 << 20, Time = time }, gate);
        await using (connection.ConfigureAwait(false))
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.Closed);
            if (await ReadHeadAsync(connection, ended.Token).ConfigureAwait(false) is { } head)
            {
                connection.Enqueue(await AnswerAsync(head).WaitAsync(ended.Token).ConfigureAwait(false));
                await connection.FlushAndCloseAsync().ConfigureAwait(false);
            }
        }
    }

    static async Task<string?> ReadHeadAsync(Connection connection, CancellationToken cancellation)
    {
        while (true)
        {
            var result = await connection.Input.ReadAsync(cancellation).ConfigureAwait(false);
            var bytes = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, LongestHead)).ToArray();
            var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return Encoding.Latin1.GetString(bytes, 0, end);
            }

            connection.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted || bytes.Length >= LongestHead)
            {
                return null;
            }
        }
    }

    async Task<WireWriter> AnswerAsync(string head)
    {
        var request = head.Split("\r\n")[0].Split(' ');
        if (request.Length != 3 || request[0] is not ("GET" or "HEAD"))
        {
            return Response("405 Method Not Allowed", "text/plain", "GET only\n", true);
        }

        var path = Uri.UnescapeDataString(request[1].Split('?')[0]).TrimEnd('/');
        var withBody = request[0] == "GET";
        if (path == commandUrl || path.Length == 0)
        {
            var list = string.Join("<br/>\n", AdminCommands.Names.Select(n => $"<a href=\"{WebUtility.HtmlEncode(commandUrl)}/{n}\">{n}</a>"));
            return Response("200 OK", "text/html;charset=utf-8", list + "\n", withBody);
        }

        if (!path.StartsWith(commandUrl + "/", StringComparison.Ordinal))
        {
            return Response("404 Not Found", "text/plain", "not found\n", withBody);
        }

        var all = view();
        var name = path[(commandUrl.Length + 1)..];
        var json = await all.Core.Loop.RunAsync(() => AdminCommands.Run(name, all)).ConfigureAwait(false);
        return Response("200 OK", "application/json", json.ToJsonString(Indented) + "\n", withBody);
    }

    static WireWriter Response(string status, string type, string body, bool withBody)
    {
        var writer = new WireWriter(body.Length + 256);
        writer.WriteUtf8($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n");
        if (withBody)
        {
            writer.WriteUtf8(body);
        }

        return writer;
    }
}
