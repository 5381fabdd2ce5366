using System.Buffers.Binary;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Pipeline;

namespace Simulation.Tests;

/// <summary>One transaction of a simulated history: its place and a value that no other write has.</summary>
readonly record struct Write(long Zxid, long Value)
{
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
        new SetDataTxn { Path = "/x", Data = request.Body },
        request);

    public override string ToString() => $"0x{Zxid:x}={Value}";
}
