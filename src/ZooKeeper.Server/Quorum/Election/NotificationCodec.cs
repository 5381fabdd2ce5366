using System.Text;
using Wire;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum.Election;

/// <summary>
/// Notifications as frames of the election port: int32 state, int64 leader, int64 zxid, int64 round, int64 peer epoch, int32 format
/// version, and since version 2 the configuration with its length. Formats of before 3.4.6 (28 and 40 bytes) are read as well.
/// </summary>
static class NotificationCodec
{
    /// <summary>The longest frame Apache takes (QuorumCnxManager.PACKETMAXSIZE).</summary>
    public const int MaxLength = 512 * 1024;

    const int Version = 2;

    public static WireWriter Write(Notification message, string config)
    {
        var writer = new WireWriter();
        var length = writer.ReserveInt32();
        writer.WriteInt32((int)message.State);
        writer.WriteInt64(message.Vote.Leader);
        writer.WriteInt64(message.Vote.Zxid);
        writer.WriteInt64(message.Round);
        writer.WriteInt64(message.Vote.PeerEpoch);
        writer.WriteInt32(Version);
        writer.WriteInt32(Encoding.UTF8.GetByteCount(config));
        writer.WriteUtf8(config);
        writer.PatchInt32(length, writer.Length - 4);
        return writer;
    }

    /// <exception cref="WireFormatException">Too short, or a state that does not exist.</exception>
    public static Notification Read(long from, ReadOnlyMemory<byte> frame)
    {
        var reader = new WireReader(frame);
        var state = reader.ReadInt32();
        if (state is < (int)PeerState.Looking or > (int)PeerState.Observing)
        {
            throw new WireFormatException($"A notification with state {state}.");
        }

        var leader = reader.ReadInt64();
        var zxid = reader.ReadInt64();
        var round = reader.ReadInt64();
        // the oldest format has no peer epoch: the zxid's was taken for it
        var epoch = reader.Remaining >= 8 ? reader.ReadInt64() : Zxids.Epoch(zxid);
        // the configuration that follows is not looked at: here it changes with the file only
        return new Notification(from, (PeerState)state, new Vote(leader, zxid, epoch), round);
    }
}
