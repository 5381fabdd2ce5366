using System.Buffers;
using System.Text;
using Wire;
using ZooKeeper.Server.Quorum.Election;

namespace ZooKeeper.Server.Tests.Quorum.Election;

public class ElectionWireTests
{
    const string Config =
        "server.1=127.0.0.1:28881:28882:participant\nserver.2=127.0.0.1:28883:28884:participant\n"
        + "server.3=127.0.0.1:28885:28886:participant\nversion=0";

    /// <summary>
    /// What Apache ZooKeeper 3.9.5 with myid 3 and an empty data directory sent after its handshake: captured, but for the text
    /// behind it (0x8a bytes).
    /// </summary>
    const string ApacheNotification =
        "000000b6" + "00000000" + "0000000000000003" + "0000000000000000"
        + "0000000000000001" + "0000000000000000" + "00000002" + "0000008a";

    /// <summary>The handshake before it: version, id, and its election address 127.0.0.1:28886.</summary>
    const string ApacheHandshake = "ffffffffffff0000" + "0000000000000003" + "0000000f" + "3132372e302e302e313a3238383836";

    [Fact]
    public void A_notification_has_the_bytes_that_Apache_sends()
    {
        using var writer = NotificationCodec.Write(new Notification(3, PeerState.Looking, new Vote(3, 0, 0), 1), Config);
        Assert.Equal(
            ApacheNotification + Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Config)),
            Convert.ToHexStringLower(writer.WrittenSpan));
    }

    [Fact]
    public void A_notification_reads_back_in_all_formats()
    {
        var message = new Notification(2, PeerState.Leading, new Vote(1, 0x5_0000_0008, 7), 9);
        using var writer = NotificationCodec.Write(message, "server.1=localhost:1:2:participant\nversion=0");
        var frame = writer.WrittenMemory[4..];
        Assert.Equal(message, NotificationCodec.Read(2, frame));
        Assert.Equal(message, NotificationCodec.Read(2, frame[..40]));
        Assert.Equal(message with { Vote = message.Vote with { PeerEpoch = 5 } }, NotificationCodec.Read(2, frame[..28]));
        for (var length = 0; length < 28; length++)
        {
            Assert.Throws<WireFormatException>(() => NotificationCodec.Read(2, frame[..length]));
        }
    }

    [Fact]
    public void A_state_that_does_not_exist_is_refused()
    {
        var frame = Convert.FromHexString(ApacheNotification)[4..];
        frame[3] = 4;
        Assert.Throws<WireFormatException>(() => NotificationCodec.Read(1, frame));
    }

    [Fact]
    public void A_handshake_has_the_bytes_that_Apache_sends()
    {
        using var writer = ElectionHandshake.Write(3, "127.0.0.1:28886");
        Assert.Equal(ApacheHandshake, Convert.ToHexStringLower(writer.WrittenSpan));
    }

    [Theory]
    [InlineData("FFFFFFFFFFFF0000", "a:1", new[] { "a:1" })]
    [InlineData("FFFFFFFFFFFF0001", "a:1|b:2", new[] { "a:1", "b:2" })]
    public void A_handshake_of_both_versions_is_understood_once_it_is_whole(string version, string addresses, string[] expected)
    {
        var bytes = Convert.FromHexString(
            $"{version}0000000000000007{addresses.Length:X8}{Convert.ToHexString(Encoding.ASCII.GetBytes(addresses))}00");
        for (var length = 0; length < bytes.Length - 1; length++)
        {
            Assert.False(ElectionHandshake.TryRead(new ReadOnlySequence<byte>(bytes, 0, length), out _, out _, out _));
        }

        var whole = new ReadOnlySequence<byte>(bytes);
        Assert.True(ElectionHandshake.TryRead(whole, out var server, out var read, out var end));
        Assert.Equal(7, server);
        Assert.Equal(expected, read);
        Assert.Equal(1, whole.Slice(end).Length);
    }

    [Fact]
    public void A_server_of_before_3_5_says_its_id_alone()
    {
        var bytes = new ReadOnlySequence<byte>(Convert.FromHexString("0000000000000005"));
        Assert.True(ElectionHandshake.TryRead(bytes, out var server, out var addresses, out _));
        Assert.Equal(5, server);
        Assert.Empty(addresses);
    }

    [Theory]
    [InlineData("FFFFFFFFFFFF0002000000000000000100000001")]
    [InlineData("FFFFFFFFFFFF000000000000000000017FFFFFFF")]
    [InlineData("FFFFFFFFFFFF0000000000000000000100000000")]
    [InlineData("FFFFFFFFFFFF00000000000000000001FFFFFFFF")]
    public void Garbage_is_refused(string hex) => Assert.Throws<WireFormatException>(
        () => ElectionHandshake.TryRead(new ReadOnlySequence<byte>(Convert.FromHexString(hex)), out _, out _, out _));
}
