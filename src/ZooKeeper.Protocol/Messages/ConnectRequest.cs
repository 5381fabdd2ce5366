using Wire;

namespace ZooKeeper.Protocol.Messages;

public sealed partial class ConnectRequest
{
    /// <summary>
    /// Reads what may come from a client before 3.4, which leaves ReadOnly off; its answer then has to leave it off as well.
    /// </summary>
    public static (ConnectRequest Request, bool HasReadOnly) ReadFrom(ref WireReader r)
    {
        var request = new ConnectRequest
        {
            ProtocolVersion = r.ReadInt32(),
            LastZxidSeen = r.ReadInt64(),
            TimeOut = r.ReadInt32(),
            SessionId = r.ReadInt64(),
            Passwd = JuteCodec.ReadNullableBuffer(ref r),
        };
        var hasReadOnly = r.Remaining > 0;
        request.ReadOnly = hasReadOnly && r.ReadBoolean();
        return (request, hasReadOnly);
    }
}
