using Wire;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Protocol.Tests;

public class ConnectTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Clients_before_3_4_leave_readOnly_off(bool withReadOnly)
    {
        using var w = new WireWriter();
        new ConnectRequest { LastZxidSeen = 5, TimeOut = 4000, SessionId = 7, Passwd = new byte[16], ReadOnly = true }.Write(w);
        var reader = new WireReader(w.WrittenMemory[..(w.Length - (withReadOnly ? 0 : 1))]);
        var (request, hasReadOnly) = ConnectRequest.ReadFrom(ref reader);
        Assert.Equal(withReadOnly, hasReadOnly);
        Assert.Equal(withReadOnly, request.ReadOnly);
        Assert.Equal((5, 4000, 7, 16), (request.LastZxidSeen, request.TimeOut, request.SessionId, request.Passwd!.Value.Length));
    }

    [Theory]
    [InlineData(true, 37)]
    [InlineData(false, 36)]
    public void The_answer_is_given_in_kind(bool withReadOnly, int length)
    {
        using var w = new WireWriter();
        new ConnectResponse { TimeOut = 4000, SessionId = 7, Passwd = new byte[16], ReadOnly = true }.WriteTo(w, withReadOnly);
        Assert.Equal(length, w.Length);
        var reader = new WireReader(w.WrittenMemory);
        var response = ConnectResponse.ReadFrom(ref reader);
        Assert.Equal((4000, 7, withReadOnly), (response.TimeOut, response.SessionId, response.ReadOnly));
    }
}
