using System.Collections.Immutable;

namespace Dashboard.Monitoring.Model;

/// <summary>Who is connected to the ensemble, read when a page or a call asks for it.</summary>
/// <param name="Sessions">By server, then by when they began; at most <see cref="Most"/>.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Refused">Four-letter words that a server does not allow, and that would tell more.</param>
public sealed record SessionTable(
    ImmutableArray<SessionInfo> Sessions, int Total, ImmutableArray<string> Refused, ImmutableArray<SectionError> Errors)
{
    /// <summary>More than a page or a person can use.</summary>
    public const int Most = 10_000;
}

/// <summary>One session, by the connection it has now. Null is what the server does not say, or may not.</summary>
/// <param name="Server">Address of the server it is connected to.</param>
/// <param name="Client">Address of the client.</param>
/// <param name="Since">Of the connection.</param>
public sealed record SessionInfo(
    int ServerId,
    string Server,
    long SessionId,
    string Client,
    TimeSpan? Timeout,
    int? Watches,
    int? Ephemerals,
    DateTimeOffset? Since,
    string? LastOperation)
{
    /// <summary>As ZooKeeper writes it: "0x100000a".</summary>
    public string Name => $"0x{SessionId:x}";
}
