using Wire;

namespace ZooKeeper.Protocol.Messages;

public sealed partial class ConnectResponse
{
    /// <summary>Reads what may come from a server before 3.4, which leaves ReadOnly off.</summary>
    public static ConnectResponse ReadFrom(ref WireReader r) => new()
    {
        ProtocolVersion = r.ReadInt32(),
        TimeOut = r.ReadInt32(),
        SessionId = r.ReadInt64(),
        Passwd = JuteCodec.ReadBuffer(ref r),
        ReadOnly = r.Remaining > 0 && r.ReadBoolean(),
    };

    /// <summary>Answers in kind: without ReadOnly to a client that did not send it.</summary>
    public void WriteTo(WireWriter w, bool withReadOnly)
    {
        w.WriteInt32(ProtocolVersion);
        w.WriteInt32(TimeOut);
        w.WriteInt64(SessionId);
        w.WriteInt32(Passwd.Length);
        w.WriteBytes(Passwd.Span);
        if (withReadOnly)
        {
            w.WriteBoolean(ReadOnly);
        }
    }
}
