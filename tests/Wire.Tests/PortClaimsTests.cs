using System.Net;
using System.Net.Sockets;
using Wire.Ports;

namespace Wire.Tests;

public sealed class PortClaimsTests
{
    [Fact]
    public async Task A_claimed_port_is_nobody_elses_and_goes_to_the_first_that_opens_it()
    {
        using var claims = new PortClaims();
        var address = new IPEndPoint(IPAddress.Loopback, claims.ClaimNext(IPAddress.Loopback, 20_000));
        using var others = new PortClaims();
        Assert.False(others.TryClaim(address));
        Assert.NotEqual(address.Port, others.ClaimNext(IPAddress.Loopback, address.Port));

        await using (var acceptor = Acceptor.Bind(address))
        {
            Assert.Equal(address, acceptor.LocalEndPoint);
            Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => Acceptor.Bind(address)).SocketErrorCode);
            using var client = new TcpClient();
            await client.ConnectAsync(address, TestContext.Current.CancellationToken);
        }

        await using var again = Acceptor.Bind(address);
        claims.Dispose();
        Assert.Throws<SocketException>(() => Acceptor.Bind(address));
    }

    [Fact]
    public void What_nobody_opened_is_given_up()
    {
        IPEndPoint address;
        using (var claims = new PortClaims())
        {
            address = new IPEndPoint(IPAddress.Loopback, claims.ClaimNext(IPAddress.Loopback, 21_000));
        }

        using var socket = PortClaims.Open(address);
        Assert.Equal(address, socket.LocalEndPoint);
    }
}
