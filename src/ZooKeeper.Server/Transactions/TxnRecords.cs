using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Transactions;

/// <summary>
/// Which record follows a TxnHeader, or is in the Data of a multi's Txn (org.apache.zookeeper.server.util.SerializeUtils).
/// </summary>
static class TxnRecords
{
    /// <summary>Reads the body of a transaction; null for a type that has none.</summary>
    /// <exception cref="WireFormatException">An unknown type, or bytes that are not its record.</exception>
    public static IRecord? Read(OpCode type, ref WireReader reader) => type switch
    {
        OpCode.CreateSession => CreateSessionTxn.Read(ref reader),
        OpCode.CloseSession => reader.Remaining > 0 ? CloseSessionTxn.Read(ref reader) : null,
        OpCode.Create or OpCode.Create2 => CreateTxn.Read(ref reader),
        OpCode.CreateTtl => CreateTTLTxn.Read(ref reader),
        OpCode.CreateContainer => CreateContainerTxn.Read(ref reader),
        OpCode.Delete or OpCode.DeleteContainer => DeleteTxn.Read(ref reader),
        OpCode.SetData or OpCode.Reconfig => SetDataTxn.Read(ref reader),
        OpCode.SetAcl => SetACLTxn.Read(ref reader),
        OpCode.Check => CheckVersionTxn.Read(ref reader),
        OpCode.Error => ErrorTxn.Read(ref reader),
        OpCode.Multi => MultiTxn.Read(ref reader),
        _ => throw new WireFormatException($"A transaction of unknown type {(int)type}."),
    };

    public static IRecord? Read(Txn txn)
    {
        var reader = new WireReader(txn.Data ?? default);
        return Read((OpCode)txn.Type, ref reader);
    }
}
