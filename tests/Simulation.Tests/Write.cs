using System.Buffers.Binary;
using System.Collections.Immutable;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;

namespace Simulation.Tests;

/// <summary>One transaction of a simulated history: its place and a value that no other write has.</summary>
readonly record struct Write(long Zxid, long Value)
{
    /// <summary>Bytes in a snapshot.</summary>
    const int Length = 2 * sizeof(long);

    public static Write Of(Proposal proposal) =>
        new(proposal.Zxid, BinaryPrimitives.ReadInt64BigEndian(((SetDataTxn)proposal.Txn!).Data!.Value.Span));

    public static Request Request(long session, int operation, long value)
    {
        var body = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(body, value);
        return new Request { SessionId = session, Cxid = operation, Type = OpCode.SetData, Body = body };
    }

    public static Proposal Propose(Request request, long zxid) => Proposal.Create(
        new TxnHeader { ClientId = request.SessionId, Cxid = request.Cxid, Zxid = zxid, Type = (int)OpCode.SetData },
        new SetDataTxn { Path = "/x", Data = request.Body });

    public static SnapshotImage Image(long zxid, IReadOnlyList<Write> writes)
    {
        var bytes = new byte[writes.Count * Length];
        for (var i = 0; i < writes.Count; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(i * Length), writes[i].Zxid);
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan((i * Length) + sizeof(long)), writes[i].Value);
        }

        return new SnapshotImage(zxid, [bytes]);
    }

    public static ImmutableArray<Write> Of(SnapshotImage image)
    {
        var bytes = image.Chunks.Single();
        var writes = Enumerable.Range(0, bytes.Length / Length).Select(i => i * Length);
        return [.. writes.Select(at => new Write(At(bytes, at), At(bytes, at + sizeof(long))))];
    }

    static long At(ReadOnlyMemory<byte> bytes, int position) => BinaryPrimitives.ReadInt64BigEndian(bytes.Span[position..]);

    public override string ToString() => $"0x{Zxid:x}={Value}";
}
