using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Transactions;

/// <summary>
/// A request on its way through the pipeline: of a client of this server, of a client of a learner (forwarded), or of the server itself.
/// </summary>
sealed class Request
{
    /// <summary>Who owns the sessions of this server's own clients. Sessions of a learner's clients are owned by its handler.</summary>
    public static readonly object LocalOwner = new();

    public required long SessionId { get; init; }

    /// <summary>The client's xid. 0 for createSession and for what the server does by itself.</summary>
    public required int Cxid { get; init; }

    public required OpCode Type { get; init; }

    /// <summary>
    /// The request record without RequestHeader, owned by this object. For createSession: int32 timeout in ms. Empty for closeSession.
    /// </summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Identities of the client, for ACLs: its address (scheme ip) and what it authenticated as.</summary>
    public IReadOnlyList<Id> Auth { get; init; } = [];

    /// <summary>
    /// Compared by reference with the session's owner: another one means that the session has moved (-118). Null: not checked.
    /// </summary>
    public object? Owner { get; init; } = LocalOwner;

    public override string ToString() => $"{Type} of session 0x{SessionId:x} cxid {Cxid}";
}
