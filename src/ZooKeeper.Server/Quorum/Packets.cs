using System.Buffers.Binary;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// Makes and reads the packets of the quorum port. Their bytes are never changed once made: one packet may go to several learners.
/// </summary>
static class Packets
{
    /// <summary>The protocol with discovery (Zab 1.0), in use since ZooKeeper 3.4.</summary>
    public const int ProtocolVersion = 0x10000;

    /// <summary>Ends a snapshot on the wire, as Apache ends it.</summary>
    public const string SnapshotSignature = "BenWasHere";

    public static PacketType Kind(this QuorumPacket packet) => (PacketType)packet.Type;

    public static QuorumPacket Of(PacketType type, long zxid, ReadOnlyMemory<byte>? data = null) =>
        new() { Type = (int)type, Zxid = zxid, Data = data };

    public static QuorumPacket Proposal(Proposal proposal) => Of(PacketType.Proposal, proposal.Zxid, proposal.Serialized);

    public static QuorumPacket Inform(Proposal proposal) => Of(PacketType.Inform, proposal.Zxid, proposal.Serialized);

    public static QuorumPacket LearnerInfo(long self, bool observer, long acceptedEpoch, long configVersion)
    {
        using var writer = new WireWriter();
        new LearnerInfo { Serverid = self, ProtocolVersion = ProtocolVersion, ConfigVersion = configVersion }.Write(writer);
        return Of(observer ? PacketType.ObserverInfo : PacketType.FollowerInfo, Zxids.Make(acceptedEpoch, 0), writer.WrittenSpan.ToArray());
    }

    /// <summary>Learners of before 3.5 leave the configuration's version off.</summary>
    public static (long Server, int ProtocolVersion) ReadLearnerInfo(QuorumPacket packet)
    {
        var reader = new WireReader(packet.Data ?? default);
        return (reader.ReadInt64(), reader.ReadInt32());
    }

    public static QuorumPacket LeaderInfo(long epoch) => Of(PacketType.LeaderInfo, Zxids.Make(epoch, 0), Int32(ProtocolVersion));

    public static QuorumPacket AckEpoch(long lastZxid, long currentEpoch) => Of(PacketType.AckEpoch, lastZxid, Int32((int)currentEpoch));

    public static int ReadAckEpoch(QuorumPacket packet) => new WireReader(packet.Data ?? default).ReadInt32();

    public static QuorumPacket Request(Request request)
    {
        using var writer = new WireWriter();
        writer.WriteInt64(request.SessionId);
        writer.WriteInt32(request.Cxid);
        writer.WriteInt32((int)request.Type);
        writer.WriteBytes(request.Body.Span);
        return new QuorumPacket
        {
            Type = (int)PacketType.Request,
            Zxid = -1,
            Data = writer.WrittenSpan.ToArray(),
            Authinfo = [.. request.Auth],
        };
    }

    public static Request ReadRequest(QuorumPacket packet, object owner)
    {
        var reader = new WireReader(packet.Data ?? default);
        return new Request
        {
            SessionId = reader.ReadInt64(),
            Cxid = reader.ReadInt32(),
            Type = (OpCode)reader.ReadInt32(),
            Body = reader.ReadBytes(reader.Remaining),
            Auth = packet.Authinfo ?? [],
            Owner = owner,
        };
    }

    /// <summary>The answer to a ping: the sessions heard of since the last one.</summary>
    public static QuorumPacket Pong(long zxid, IReadOnlyList<KeyValuePair<long, int>> touched)
    {
        using var writer = new WireWriter();
        foreach (var (session, timeout) in touched)
        {
            writer.WriteInt64(session);
            writer.WriteInt32(timeout);
        }

        return Of(PacketType.Ping, zxid, writer.WrittenSpan.ToArray());
    }

    public static IReadOnlyList<KeyValuePair<long, int>> ReadPong(QuorumPacket packet)
    {
        var reader = new WireReader(packet.Data ?? default);
        var touched = new List<KeyValuePair<long, int>>();
        while (reader.Remaining > 0)
        {
            touched.Add(new(reader.ReadInt64(), reader.ReadInt32()));
        }

        return touched;
    }

    public static QuorumPacket Revalidate(long session, int timeout)
    {
        var data = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(data, session);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(8), timeout);
        return Of(PacketType.Revalidate, -1, data);
    }

    public static (long Session, int Timeout) ReadRevalidate(QuorumPacket packet)
    {
        var reader = new WireReader(packet.Data ?? default);
        return (reader.ReadInt64(), reader.ReadInt32());
    }

    public static QuorumPacket Revalidated(long session, bool alive)
    {
        var data = new byte[9];
        BinaryPrimitives.WriteInt64BigEndian(data, session);
        data[8] = alive ? (byte)1 : (byte)0;
        return Of(PacketType.Revalidate, -1, data);
    }

    public static (long Session, bool Alive) ReadRevalidated(QuorumPacket packet)
    {
        var reader = new WireReader(packet.Data ?? default);
        return (reader.ReadInt64(), reader.ReadBoolean());
    }

    static byte[] Int32(int value)
    {
        var data = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(data, value);
        return data;
    }
}
