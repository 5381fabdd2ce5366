using System.Net;
using System.Net.Sockets;

namespace Wire.Tests;

public sealed class ListenAddressTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_address_is_of_both_kinds_and_an_IPv4_peer_is_known_by_its_IPv4_address()
    {
        Assert.SkipUnless(HasIPv6Loopback(), "This machine has no ::1.");
        await using var acceptor = Acceptor.Bind(new IPEndPoint(ListenAddress.Of(null), 0));
        var peers = System.Threading.Channels.Channel.CreateUnbounded<EndPoint?>();
        _ = acceptor.RunAsync(async (socket, _) =>
        {
            await using var connection = new Connection(socket, new ConnectionOptions());
            peers.Writer.TryWrite(connection.RemoteEndPoint);
        });

        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(new IPEndPoint(address, acceptor.LocalEndPoint.Port), Token);
            Assert.Equal(client.LocalEndPoint, await peers.Reader.ReadAsync(Token));
        }
    }

    [Fact]
    public async Task The_port_of_every_address_is_taken_for_IPv4_too()
    {
        await using var acceptor = Acceptor.Bind(new IPEndPoint(ListenAddress.Every, 0));

        var taken = Assert.Throws<SocketException>(() => Acceptor.Bind(new IPEndPoint(IPAddress.Loopback, acceptor.LocalEndPoint.Port)));

        Assert.Equal(SocketError.AddressAlreadyInUse, taken.SocketErrorCode);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("localhost", false)]
    public async Task No_address_and_both_wildcards_stand_for_every_address(string host, bool every)
    {
        Assert.Equal(every, ListenAddress.IsEvery(host));
        Assert.Equal(every, ListenAddress.Every.Equals(await ListenAddress.ResolveAsync(host, Token)));
    }

    [Fact]
    public async Task A_host_without_an_address_is_named()
    {
        var e = await Assert.ThrowsAsync<IOException>(() => ListenAddress.ResolveAsync("no-such-host.invalid", Token));

        Assert.Contains("no-such-host.invalid has no address", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("temporarily", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1", "[::1]:9092")]
    [InlineData("[::1]", "[::1]:9092")]
    [InlineData("kafka1", "kafka1:9092")]
    [InlineData("10.0.0.1", "10.0.0.1:9092")]
    public void An_IPv6_address_stands_in_brackets_before_its_port(string host, string expected) =>
        Assert.Equal(expected, HostPort.Format(host, 9092));

    static bool HasIPv6Loopback()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return Socket.OSSupportsIPv6;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
