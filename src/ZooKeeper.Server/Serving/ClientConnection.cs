using System.Net;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Auth;
using ZooKeeper.Server.Statistics;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Serving;

/// <summary>
/// One client's connection: its session, its identities and the replies it is owed, in order. Owned by the server loop; the socket's reader
/// only posts.
/// </summary>
sealed class ClientConnection : IWatcher
{
    readonly Connection connection;
    readonly ILogger logger;
    readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ClientConnection(Connection connection, long establishedAt, ILogger logger)
    {
        this.connection = connection;
        this.logger = logger;
        Statistics = new ConnectionStatistics { Established = establishedAt };
        Identities = [new Id { Scheme = AuthSchemes.Ip, Value = Address.ToString() }];
    }

    /// <summary>0 before the handshake.</summary>
    public long SessionId { get; set; }

    /// <summary>ms, as negotiated.</summary>
    public int Timeout { get; set; }

    /// <summary>
    /// The handshake is answered. Until then nothing more is read from the socket, so that no request meets a connection without a session.
    /// </summary>
    public Task Opened => opened.Task;

    public bool IsOpen => opened.Task.IsCompleted;

    /// <summary>Its session is being closed, or it was refused: what it still sends is not looked at.</summary>
    public bool IsClosing { get; set; }

    /// <summary>A client of 3.4 or later, which sent readOnly and expects it in the answer.</summary>
    public bool HasReadOnly { get; set; }

    public IReadOnlyList<Id> Identities { get; private set; }

    public Queue<UnansweredRequest> Pending { get; } = new();

    public RequestBudget Budget { get; } = new();

    public ConnectionStatistics Statistics { get; }

    public IPAddress Address => connection.RemoteEndPoint is not IPEndPoint { Address: var address } ? IPAddress.None
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address;

    /// <summary>host:port, as the four-letter words print it.</summary>
    public string Remote =>
        connection.RemoteEndPoint is IPEndPoint { Port: var port } ? new IPEndPoint(Address, port).ToString() : "unknown";

    public bool IsLoopback => IPAddress.IsLoopback(Address);

    public void AddIdentities(IEnumerable<Id> identities)
    {
        // a client may authenticate again and again: the list must not grow with that
        bool IsNew(Id id) => !Identities.Any(known => known.Scheme == id.Scheme && known.Value == id.Value);
        Identities = [.. Identities, .. identities.Where(IsNew)];
    }

    public void Open() => opened.TrySetResult();

    /// <summary>A watch fired. A client that may not read the node does not learn that it changed.</summary>
    public void Process(in WatchedChange watchEvent, List<ACL>? acl)
    {
        try
        {
            Notify(watchEvent, acl);
        }
        catch (Exception e) when (NodeFailedException.IsSurvivable(e))
        {
            // in the middle of another client's transaction
            Fail(e);
        }
    }

    void Notify(in WatchedChange watchEvent, List<ACL>? acl)
    {
        // since Apache 3.9.2 (CVE-2024-23944); before, a watch gave away the paths of nodes that its client may not read
        if (acl is not null && AclRules.Check(acl, Perms.Read, Identities) != ZooKeeperError.Ok)
        {
            return;
        }

        var writer = StartReply(ReservedXid.WatchEvent, watchEvent.Zxid, ZooKeeperError.Ok);
        new WatcherEvent { Type = (int)watchEvent.Type, State = (int)KeeperState.SyncConnected, Path = watchEvent.Path }.Write(writer);
        Send(writer);
    }

    /// <summary>A frame with a reply header; the body follows, then <see cref="Send"/>.</summary>
    public static WireWriter StartReply(int xid, long zxid, ZooKeeperError error)
    {
        var writer = new WireWriter();
        writer.ReserveInt32();
        writer.WriteInt32(xid);
        writer.WriteInt64(zxid);
        writer.WriteInt32((int)error);
        return writer;
    }

    /// <summary>Fills in the length and sends. Takes the writer over.</summary>
    public void Send(WireWriter frame)
    {
        frame.PatchInt32(0, frame.Length - sizeof(int));
        Statistics.Sent++;
        connection.Enqueue(frame);
    }

    /// <summary>The session's id and password; zeros for a session that has ended, after which the connection closes.</summary>
    public void SendConnectResponse(bool valid, byte[] password)
    {
        var writer = new WireWriter();
        writer.ReserveInt32();
        new ConnectResponse
        {
            ProtocolVersion = 0,
            TimeOut = valid ? Timeout : 0,
            SessionId = valid ? SessionId : 0,
            Passwd = valid ? password : new byte[Limits.PasswordLength],
            ReadOnly = false,
        }.WriteTo(writer, HasReadOnly);
        Send(writer);
    }

    /// <summary>Closes after what was sent has gone out.</summary>
    public void Close()
    {
        IsClosing = true;
        _ = connection.FlushAndCloseAsync();
    }

    /// <summary>Closes without waiting for what was sent: to the client it is the end of the stream, as with Apache, not a reset.</summary>
    public void Abort(string reason)
    {
        IsClosing = true;
        connection.Drop(reason);
    }

    /// <summary>What it sent could not be handled, for an unforeseen reason: it is logged once, and the connection ends.</summary>
    public void Fail(Exception cause)
    {
        if (!IsClosing)
        {
            ServingLog.ClientFailed(logger, Remote, cause);
        }

        Abort(cause.Message);
    }
}
