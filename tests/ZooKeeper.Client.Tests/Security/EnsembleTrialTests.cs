using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ZooKeeper.Client.Configuration;

namespace ZooKeeper.Client.Tests.Security;

/// <summary>What a test of a connection says where the address, the chroot or the login is another than meant.</summary>
public sealed class EnsembleTrialTests(ApacheServer server) : IClassFixture<ApacheServer>
{
    const string Expected = "/brokers/ids";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", true, "but there is no /brokers/ids; is /found the chroot? It has it")]
    [InlineData("/missing", false, "there is no /missing; is /found the chroot? It has /brokers/ids")]
    [InlineData("/found", true, "/found/brokers/ids has 0")]
    public async Task A_chroot_that_is_another_is_named(string chroot, bool ok, string words)
    {
        var apache = await server.GetAsync();
        var options = ZooKeeperClientOptions.Parse(apache.ConnectString);
        await using (var client = new ZooKeeperClient(options))
        {
            foreach (var path in (string[])["/found", "/found/brokers", "/found/brokers/ids"])
            {
                if (await client.ExistsAsync(path, cancellationToken: Cancel) is null)
                {
                    await client.CreateAsync(path, default, cancellationToken: Cancel);
                }
            }
        }

        var last = (await new EnsembleTrial(options with { Chroot = chroot }, Expected).RunAsync(Cancel))[^1];
        Assert.Equal(("zookeeper.authorize", ok), (last.Step, last.Ok));
        Assert.Contains(words, last.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_SASL_is_not_said_to_be_untrustworthy()
    {
        var apache = await server.GetAsync();
        var login = ZooKeeperProperties.Read(new Dictionary<string, string>
        {
            ["sasl.jaas.config"] = "org.apache.zookeeper.server.auth.DigestLoginModule required username=\"a\" password=\"planted\";",
        });
        var last = (await new EnsembleTrial(login.Apply(ZooKeeperClientOptions.Parse(apache.ConnectString))).RunAsync(Cancel))[^1];
        Assert.Equal(("zookeeper.authenticate", false), (last.Step, last.Ok));
        Assert.Contains("it has no SASL", last.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", last.ToString(), StringComparison.Ordinal);
    }

    /// <summary>As Apache's broker does it: it waits for the rest of what it takes for a request, and answers ApiVersions.</summary>
    [Fact]
    public async Task A_broker_in_the_place_of_an_ensemble_is_told_as_one()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var serving = ServeAsync(listener, stop.Token);
        var address = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        var options = ZooKeeperClientOptions.Parse(address) with { RequestTimeout = TimeSpan.FromSeconds(1) };
        var last = (await new EnsembleTrial(options, Expected).RunAsync(Cancel))[^1];
        Assert.Equal(("zookeeper.authenticate", false), (last.Step, last.Ok));
        Assert.Equal($"{address} is a Kafka broker, and no ZooKeeper server", last.Detail);
        await stop.CancelAsync();
        await serving;
    }

    static async Task ServeAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(AnswerAsync(await listener.AcceptTcpClientAsync(cancellationToken), cancellationToken));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    static async Task AnswerAsync(TcpClient client, CancellationToken cancellationToken)
    {
        const int apiVersions = 18;
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var head = new byte[12];
                await stream.ReadExactlyAsync(head, cancellationToken);
                if (BinaryPrimitives.ReadInt16BigEndian(head.AsSpan(4)) == apiVersions)
                {
                    await stream.WriteAsync(new byte[] { 0, 0, 0, 6, head[8], head[9], head[10], head[11], 0, 0 }, cancellationToken);
                }

                await stream.CopyToAsync(Stream.Null, cancellationToken);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // the client left, or the test has ended
            }
        }
    }
}
