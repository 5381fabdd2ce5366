using System.Buffers.Binary;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Session;

/// <summary>Frames of the client's side: length, header, body.</summary>
static class Frames
{
    const int xidAt = 4;

    public static WireWriter Hello(ConnectRequest hello)
    {
        var w = new WireWriter();
        var length = w.ReserveInt32();
        hello.Write(w);
        w.PatchInt32(length, w.Length - 4);
        return w;
    }

    /// <summary>Servers before 3.4 leave readOnly off.</summary>
    public static ConnectResponse ReadWelcome(ReadOnlyMemory<byte> frame)
    {
        var reader = new WireReader(frame);
        var welcome = ConnectResponse.ReadFrom(ref reader);
        // a slice of the frame, which goes back to the pool
        welcome.Passwd = welcome.Passwd.ToArray();
        return welcome;
    }

    public static WireWriter Request(OpCode code, IRecord? body, int xid = 0)
    {
        var w = new WireWriter();
        var length = w.ReserveInt32();
        w.WriteInt32(xid);
        w.WriteInt32((int)code);
        body?.Write(w);
        w.PatchInt32(length, w.Length - 4);
        return w;
    }

    /// <summary>The token of an answer to a SASL request.</summary>
    /// <exception cref="ZooKeeperException">AuthFailed, or another refusal.</exception>
    public static byte[] ReadSaslAnswer(ReadOnlyMemory<byte> frame)
    {
        var reader = new WireReader(frame);
        var header = ReplyHeader.Read(ref reader);
        return (ZooKeeperError)header.Err switch
        {
            ZooKeeperError.Ok => SetSASLResponse.Read(ref reader).Token?.ToArray() ?? [],
            ZooKeeperError.AuthFailed => throw new ZooKeeperException(
                ZooKeeperError.AuthFailed, null, CodedText.Of("DigestRefused", $"it refuses user or password (SASL DIGEST-MD5)")),
            ZooKeeperError.Unimplemented => throw NoSasl(),
            var code => throw new ZooKeeperException(code, null, CodedText.Of("SaslEnded", $"SASL ended with {code.Name()}")),
        };
    }

    /// <summary>The server is not set up for SASL.</summary>
    public static ZooKeeperException NoSasl() => new(
        ZooKeeperError.AuthFailed,
        null,
        CodedText.Of("NoSasl", $"it has no SASL (authProvider.sasl and a Server section in its JAAS file enable it)"));

    public static void SetXid(WireWriter frame, int xid) => frame.PatchInt32(xidAt, xid);

    /// <summary>The xid of a frame that came: what kind of message it is.</summary>
    public static int PeekXid(ReadOnlySpan<byte> frame) => frame.Length >= 4
        ? BinaryPrimitives.ReadInt32BigEndian(frame)
        : throw new WireFormatException("A frame without a header.");
}
