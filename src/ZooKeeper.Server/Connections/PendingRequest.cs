using ZooKeeper.Protocol;
using ZooKeeper.Server.Pipeline;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Connections;

/// <summary>A request whose reply is owed. A read waits only for the writes of its own session before it.</summary>
sealed class PendingRequest(Request request, long receivedAt, bool isWrite)
{
    public Request Request => request;

    public OpCode Type => request.Type;

    /// <summary>Timestamp of the server's clock.</summary>
    public long ReceivedAt => receivedAt;

    public bool IsWrite => isWrite;

    /// <summary>Of a write that is done.</summary>
    public TxnResult? Result { get; set; }
}
