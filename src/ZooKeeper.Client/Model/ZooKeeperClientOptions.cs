using Wire;
using ZooKeeper.Protocol;

namespace ZooKeeper.Client;

/// <summary>Where the ensemble is, how long to wait for it, and who this client is.</summary>
public sealed record ZooKeeperClientOptions
{
    /// <summary>Of a server that is named without one.</summary>
    public const int DefaultPort = 2181;

    /// <summary>Client ports; tried in shuffled order.</summary>
    public required IReadOnlyList<(string Host, int Port)> Servers { get; init; }

    /// <summary>A path that goes before every path of this client, or empty. It is not created.</summary>
    public string Chroot { get; init; } = "";

    /// <summary>What is asked for; the server clamps it (2 to 20 ticks by default).</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For the socket alone. The server's answer may take as long as the session timeout divided by the number of servers.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Deadline of each call, waiting for a connection included; past it the call fails with OperationTimeout.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Accept a server that has no quorum and answers reads only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Whether a session that no server takes back is asked for for ever, as by Java's client: it may own ephemerals, and lives on through
    /// an outage of the ensemble. Else it is over after its timeout, which also ends the wait for an ensemble that lost its data and is
    /// behind what this client has seen: such servers close each connection, and nothing else tells.
    /// </summary>
    public bool KeepsLostSession { get; init; } = true;

    /// <summary>Longest request sent, in bytes: a server closes the connection on a longer one, so it is refused here.</summary>
    public int MaxRequestLength { get; init; } = Limits.MaxBuffer;

    /// <summary>Longest answer taken, in bytes (getChildren of a wide znode has no other limit).</summary>
    public int MaxResponseLength { get; init; } = 64 << 20;

    /// <summary>
    /// Where each server's AdminServer listens, which is asked for what the four-letter words do not say; 0: it is not asked.
    /// </summary>
    public int AdminPort { get; init; } = 8080;

    /// <summary>Plain and without an identity unless set.</summary>
    public ZooKeeperSecurity Security { get; init; } = ZooKeeperSecurity.None;

    /// <summary>For deadlines, pings and pauses.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Of the node that owns this client: while it is closed the session does nothing.</summary>
    public PauseGate? PauseGate { get; init; }

    /// <summary>
    /// Reads a connect string: host:port,host:port/chroot. The port is 2181 unless given; IPv6 addresses are in brackets.
    /// </summary>
    /// <exception cref="CodedFormatException">What is wrong with it.</exception>
    public static ZooKeeperClientOptions Parse(string connect)
    {
        var slash = connect.IndexOf('/');
        var chroot = slash < 0 || slash == connect.Length - 1 ? "" : connect[slash..];
        if (chroot.Length > 0 && ZooKeeperPath.Problem(chroot) is { } problem)
        {
            throw new CodedFormatException(CodedText.Of("ZkChroot", $"The chroot of \"{connect}\" is not valid: {problem}."));
        }

        var hosts = slash < 0 ? connect : connect[..slash];
        var servers = hosts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(server => ParseServer(server, connect)).ToList();
        return servers.Count == 0
            ? throw new CodedFormatException(CodedText.Of("ZkNoServer", $"\"{connect}\" names no server."))
            : new ZooKeeperClientOptions { Servers = servers, Chroot = chroot };
    }

    public override string ToString() => string.Join(',', Servers.Select(s => HostPort.Format(s.Host, s.Port))) + Chroot;

    static (string Host, int Port) ParseServer(string server, string connect)
    {
        var bracket = server.LastIndexOf(']');
        var colon = server.LastIndexOf(':');
        // a colon within the brackets is the address's own
        if (colon <= bracket)
        {
            colon = -1;
        }

        var host = colon < 0 ? server : server[..colon];
        if (bracket < 0 && host.Contains(':'))
        {
            throw new CodedFormatException(CodedText.Of(
                "ZkBrackets", $"\"{server}\" in \"{connect}\": an IPv6 address has to be in brackets."));
        }

        var port = DefaultPort;
        if (colon >= 0 && (!int.TryParse(server.AsSpan(colon + 1), out port) || port is <= 0 or > 65535))
        {
            throw new CodedFormatException(CodedText.Of("ZkPort", $"\"{server}\" in \"{connect}\" has no valid port."));
        }

        host = host.Trim('[', ']');
        return Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? (host, port)
            : throw new CodedFormatException(CodedText.Of("ZkHost", $"\"{server}\" in \"{connect}\" has no valid host."));
    }
}
