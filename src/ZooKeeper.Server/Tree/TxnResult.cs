using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Tree;

/// <summary>What applying a transaction gave: the material of the reply.</summary>
/// <param name="Type">The transaction's type; Error for one that was refused.</param>
/// <param name="Error">Ok, the code of an ErrorTxn, or for a multi that of its first failed operation.</param>
/// <param name="Path">Of a created or changed node.</param>
/// <param name="Stat">Of a node that was created or changed, after the change.</param>
/// <param name="Results">Of a multi: one for each operation.</param>
sealed record TxnResult(
    OpCode Type, ZooKeeperError Error, string? Path = null, Stat? Stat = null, IReadOnlyList<TxnResult>? Results = null);
