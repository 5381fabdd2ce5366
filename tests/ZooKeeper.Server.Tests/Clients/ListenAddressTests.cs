using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Clients;

/// <summary>Without an address a server listens on every address, of IPv4 and IPv6, as Apache's does.</summary>
public sealed class ListenAddressTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task Clients_and_the_admin_page_are_served_on_IPv4_and_IPv6(string? configured)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        await using var test = await TestServer.StartAsync(
            config => config with { ClientPortAddress = configured is null ? null : IPAddress.Parse(configured) });
        using var http = new HttpClient();

        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            Assert.Equal("imok", await AskAsync(address, test.Port, "ruok"));
            var authority = new IPEndPoint(address, test.Server.AdminPort!.Value);
            var answer = await http.GetFromJsonAsync<JsonElement>($"http://{authority}/commands/ruok", Token);
            Assert.Equal("ruok", answer.GetProperty("command").GetString());
        }

        Assert.Contains("/127.0.0.1:", await AskAsync(IPAddress.Loopback, test.Port, "cons"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_line_whose_host_does_not_resolve_is_named()
    {
        var self = QuorumServer.TryParse(2, "no-such-host.invalid:2888:3888", out _)!;

        var e = await Assert.ThrowsAsync<IOException>(() => self.ListenAddressAsync(onAllAddresses: false, Token));

        Assert.StartsWith(
            "server.2=no-such-host.invalid:2888:3888:participant: the host name no-such-host.invalid has no address",
            e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ports_of_the_ensemble_are_on_every_address_where_that_is_asked_for()
    {
        var self = QuorumServer.TryParse(2, "127.0.0.1:2888:3888", out _)!;
        var wildcard = QuorumServer.TryParse(2, "0.0.0.0:2888:3888", out _)!;

        Assert.Equal(IPAddress.Loopback, await self.ListenAddressAsync(onAllAddresses: false, Token));
        Assert.Equal(Wire.ListenAddress.Every, await self.ListenAddressAsync(onAllAddresses: true, Token));
        Assert.Equal(Wire.ListenAddress.Every, await wildcard.ListenAddressAsync(onAllAddresses: false, Token));
    }

    static async Task<string> AskAsync(IPAddress address, int port, string word)
    {
        using var client = new TcpClient(address.AddressFamily);
        await client.ConnectAsync(address, port, Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(word), Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Token);
    }
}
