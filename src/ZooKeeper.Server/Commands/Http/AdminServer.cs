using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Server.Serving;

namespace ZooKeeper.Server.Commands.Http;

/// <summary>
/// Answers GET /commands/NAME with JSON, one request a connection, and GET /commands with a list. Of what is here only the resets of
/// statistics and the trace mask change anything, as with Apache; what is costly asks who it is (<see cref="AdminAccess"/>).
/// </summary>
sealed class AdminServer : IAsyncDisposable
{
    /// <summary>Bytes of a request's head; none is longer.</summary>
    const int LongestHead = 8 << 10;

    /// <summary>For the head of a request to arrive whole, as long as a client has for its handshake.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly Acceptor acceptor;
    readonly string commandUrl;
    readonly Func<ServerView> view;
    readonly PauseGate gate;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly SnapshotCommand snapshots;

    /// <exception cref="SocketException">The port is taken.</exception>
    public AdminServer(ZooKeeperConfig config, Func<ServerView> view, PauseGate gate, TimeProvider time, ILogger logger)
    {
        this.logger = logger;
        snapshots = new SnapshotCommand(time);
        this.view = view;
        this.gate = gate;
        this.time = time;
        commandUrl = "/" + config.AdminCommandUrl.Trim('/');
        var address = ListenAddress.Of(config.AdminServerAddress ?? config.ClientPortAddress);
        acceptor = Acceptor.Bind(new IPEndPoint(address, config.AdminServerPort));
    }

    public IPEndPoint LocalEndPoint => acceptor.LocalEndPoint;

    public void Start() => _ = acceptor.RunAsync(ServeAsync, e => ServingLog.ConnectionFailed(logger, e.Message), gate);

    public ValueTask DisposeAsync() => acceptor.DisposeAsync();

    async Task ServeAsync(Socket socket, CancellationToken stopping)
    {
        var options = new ConnectionOptions
        {
            FirstFrameTimeout = Patience,
            // a whole snapshot (/commands/snapshot) is one answer
            MaxQueuedBytes = 1L << 30,
            FlushTimeout = TimeSpan.FromMinutes(1),
            Time = time,
        };
        var connection = new Connection(socket, options, gate);
        await using (connection.ConfigureAwait(false))
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.Closed);
            if (await ReadHeadAsync(connection, ended.Token).ConfigureAwait(false) is { } head)
            {
                var remote = ((IPEndPoint)connection.RemoteEndPoint!).Address;
                var request = AdminRequest.Parse(head, remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote);
                var answer = await AnswerAsync(request).WaitAsync(ended.Token).ConfigureAwait(false);
                answer.Send(connection, withBody: request?.Method != "HEAD");
                await connection.FlushAndCloseAsync().ConfigureAwait(false);
            }
        }
    }

    static async Task<string?> ReadHeadAsync(Connection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await connection.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
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

    /// <summary>A command that fails is answered and logged; the server goes on.</summary>
    async Task<AdminAnswer> AnswerAsync(AdminRequest? request)
    {
        try
        {
            return request is null ? AdminAnswer.Text(400, "not a request\n") : await RouteAsync(request).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            AdminLog.CommandFailed(logger, request?.Path ?? "a request", e);
            return AdminAnswer.Text(500, $"{e.Message}\n");
        }
    }

    async Task<AdminAnswer> RouteAsync(AdminRequest request)
    {
        if (request.Path == commandUrl || request.Path.Length == 0)
        {
            var link = WebUtility.HtmlEncode(commandUrl);
            var list = string.Join("<br/>\n", AdminCommands.Names.Select(n => $"<a href=\"{link}/{n}\">{n}</a>"));
            return AdminAnswer.Text(200, list + "\n", "text/html;charset=utf-8");
        }

        if (!request.Path.StartsWith(commandUrl + "/", StringComparison.Ordinal))
        {
            return AdminAnswer.Text(404, "not found\n");
        }

        var all = view();
        var name = request.Path[(commandUrl.Length + 1)..];
        if (name is AdminCommands.Restore or "rest")
        {
            return AdminAnswer.Refused(
                AdminCommands.Restore,
                "This server is not restored while it runs: stop it, and put the snapshot alone into dataDir/version-2",
                501);
        }

        if (request.Method is not ("GET" or "HEAD"))
        {
            return AdminAnswer.Text(405, "GET only\n");
        }

        return name is SnapshotCommand.Name or "snap"
            ? await snapshots.RunAsync(request, all).ConfigureAwait(false)
            : await all.Core.Loop.RunAsync(() => AdminCommands.Run(name, request, all)).ConfigureAwait(false);
    }
}
