using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Transactions;

/// <summary>A transaction with its place in the order: what is logged, proposed, committed and applied.</summary>
sealed class Proposal
{
    public required TxnHeader Header { get; init; }

    /// <summary>Null for a closeSession of before 3.6 and for types without a body.</summary>
    public required IRecord? Txn { get; init; }

    /// <summary>
    /// jute(TxnHeader) jute(Txn) and, when an Apache leader made it, jute(TxnDigest): the entry of the log and the data of a PROPOSAL
    /// packet.
    /// </summary>
    public required ReadOnlyMemory<byte> Serialized { get; init; }

    public long Zxid => Header.Zxid;

    public static Proposal Create(TxnHeader header, IRecord? txn)
    {
        using var writer = new WireWriter();
        header.Write(writer);
        txn?.Write(writer);
        return new Proposal { Header = header, Txn = txn, Serialized = writer.WrittenSpan.ToArray() };
    }

    /// <summary>Takes ownership of <paramref name="serialized"/>: byte fields of the transaction are slices of it.</summary>
    /// <exception cref="WireFormatException">Not a transaction.</exception>
    public static Proposal Parse(ReadOnlyMemory<byte> serialized)
    {
        var reader = new WireReader(serialized);
        var header = TxnHeader.Read(ref reader);
        return new Proposal { Header = header, Txn = TxnRecords.Read((OpCode)header.Type, ref reader), Serialized = serialized };
    }
}
