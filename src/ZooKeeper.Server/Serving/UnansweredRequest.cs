using ZooKeeper.Protocol;
using ZooKeeper.Server.Transactions;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Serving;

/// <summary>A request whose reply is owed. A read waits only for the writes of its own session before it.</summary>
sealed class UnansweredRequest(Request request, long receivedAt, bool isWrite)
{
    public Request Request => request;

    public OpCode Type => request.Type;

    /// <summary>Timestamp of the server's clock.</summary>
    public long ReceivedAt => receivedAt;

    public bool IsWrite => isWrite;

    /// <summary>
    /// Made by the server of a connect request: its result opens the session. What a client sends never is one, whatever its type says.
    /// </summary>
    public bool IsHandshake { get; init; }

    /// <summary>Of a write that is done.</summary>
    public TxnResult? Result { get; set; }
}
