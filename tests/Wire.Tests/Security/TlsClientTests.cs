using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Testing;
using Testing.Security;
using Wire.Security;

namespace Wire.Tests.Security;

/// <summary>Against a server of the framework with certificates of an authority of the test.</summary>
public sealed class TlsClientTests : IDisposable
{
    readonly TempDirectory directory = new();
    readonly TestAuthority authority = new();
    readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public TlsClientTests() => listener.Start();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    KeyMaterial Trusted => new("ssl.truststore.location", authority.WritePem(directory["ca.pem"]), null, null);

    public void Dispose()
    {
        listener.Dispose();
        authority.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task Frames_go_both_ways_within_tls_in_their_order()
    {
        using var own = authority.Server();
        await using var pair = await OpenAsync(new TlsSettings { Trusted = Trusted }, own);
        const int Count = 500;
        for (var i = 0; i < Count; i++)
        {
            Assert.True(pair.Client.Enqueue(Messages.Framed(i, size: i % 50 == 0 ? 100_000 : 10)));
            Assert.True(pair.Server.Enqueue(Messages.Framed(-i, size: 20)));
        }

        for (var i = 0; i < Count; i++)
        {
            using var there = await pair.Server.Frames.ReadAsync(Token);
            using var back = await pair.Client.Frames.ReadAsync(Token);
            Assert.Equal((i, -i), (Messages.Number(there!.Memory), Messages.Number(back!.Memory)));
        }
    }

    [Fact]
    public async Task Flush_and_close_sends_what_was_enqueued_within_tls_and_ends_the_stream()
    {
        using var own = authority.Server();
        await using var pair = await OpenAsync(new TlsSettings { Trusted = Trusted }, own);
        for (var i = 0; i < 50; i++)
        {
            pair.Client.Enqueue(Messages.Framed(i, 20_000));
        }

        var closing = pair.Client.FlushAndCloseAsync();
        for (var i = 0; i < 50; i++)
        {
            using var frame = await pair.Server.Frames.ReadAsync(Token);
            Assert.Equal(i, Messages.Number(frame!.Memory));
        }

        Assert.Null(await pair.Server.Frames.ReadAsync(Token));
        await closing;
    }

    [Theory]
    [InlineData(false, "pem")]
    [InlineData(false, "pem, encrypted")]
    [InlineData(true, "p12")]
    public async Task A_certificate_of_this_side_is_shown(bool pkcs12, string how)
    {
        using var own = authority.Server();
        using var client = authority.Client("castellan");
        var password = how == "pem" ? null : "store-secret";
        var file = pkcs12 ? client.WritePkcs12(directory["client"], password!) : client.WritePem(directory["client"], password);
        await using var pair = await OpenAsync(
            new TlsSettings { Trusted = Trusted, Own = new("ssl.keystore.location", file, null, password) }, own);
        Assert.Equal("CN=castellan", pair.ClientSubject);
    }

    [Fact]
    public async Task The_servers_own_certificate_may_be_what_is_trusted()
    {
        using var own = authority.Server();
        var pinned = new KeyMaterial("ssl.truststore.certificates", null, own.Certificate.ExportCertificatePem(), null);
        await using var pair = await OpenAsync(new TlsSettings { Trusted = pinned }, own);
        Assert.False(pair.Client.Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task An_unknown_authority_an_old_certificate_and_another_name_are_told_apart()
    {
        using var good = authority.Server();
        using var old = authority.Expired();
        using var early = authority.Server(from: DateTimeOffset.UtcNow.AddDays(3), until: DateTimeOffset.UtcNow.AddDays(9));
        using var elsewhere = authority.Server(names: ["kafka.example.org", "*.brokers.example.org"]);
        using var stranger = new TestAuthority("Another authority");
        var settings = new TlsSettings { Trusted = Trusted, VerifyHostNameSetting = "ssl.endpoint.identification.algorithm=" };
        var theirs = settings with { Trusted = new("ssl.truststore.location", stranger.WritePem(directory["other.pem"]), null, null) };

        Assert.Contains(
            $"issued by CN=Castellan Test CA, which is not among the authorities of ssl.truststore.location ({directory["other.pem"]})",
            await RefusalAsync(theirs, good, TlsFailure.Untrusted));
        Assert.Contains("name a store with the authority", await RefusalAsync(new TlsSettings(), good, TlsFailure.Untrusted));
        Assert.Contains("expired on ", await RefusalAsync(settings, old, TlsFailure.OutOfDate));
        Assert.Contains("is valid only from ", await RefusalAsync(settings, early, TlsFailure.OutOfDate));
        Assert.Contains(
            "is for kafka.example.org, *.brokers.example.org, not for 127.0.0.1; connect by a name that it has, "
            + "or do not check names with ssl.endpoint.identification.algorithm=",
            await RefusalAsync(settings, elsewhere, TlsFailure.WrongName));
        await using var pair = await OpenAsync(settings with { VerifyHostName = false }, elsewhere);
    }

    [Fact]
    public async Task A_peer_without_tls_is_named_as_such()
    {
        var client = new TlsClient(new TlsSettings { Trusted = Trusted });
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port, Token);
        var shaking = client.AuthenticateAsync(socket, "127.0.0.1", Port, Token);
        using var peer = await listener.AcceptSocketAsync(Token);
        await peer.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Token);
        var refused = await Assert.ThrowsAsync<TlsException>(() => shaking);
        Assert.Equal(TlsFailure.NotTls, refused.Failure);
        Assert.StartsWith($"127.0.0.1:{Port} does not speak TLS", refused.Message);
    }

    [Theory]
    [InlineData("not here", "Could not find file")]
    [InlineData("jks", "keytool -importkeystore")]
    [InlineData("text", "it holds no certificate")]
    [InlineData("wrong password", "is its password right?")]
    [InlineData("no password", "is a password missing?")]
    [InlineData("no key", "it holds no private key")]
    [InlineData("certificate alone", "it holds no private key; a client's key and certificates stand in one file")]
    [InlineData("key alone", "it holds no certificate; a client's key and certificates stand in one file")]
    [InlineData("authority first", "its key does not go with its first certificate")]
    [InlineData("old form", "openssl pkcs8 -topk8")]
    public void A_store_that_cannot_be_used_says_why(string what, string words)
    {
        using var client = authority.Client();
        var file = directory["store"];
        var password = "planted";
        switch (what)
        {
            case "jks":
                File.WriteAllBytes(file, [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2]);
                break;
            case "text":
                File.WriteAllText(file, "hello");
                break;
            case "wrong password" or "no password":
                client.WritePkcs12(file, "right");
                password = what == "no password" ? null : password;
                break;
            case "certificate alone":
                File.WriteAllText(file, client.ChainPem);
                break;
            case "key alone":
                File.WriteAllText(file, client.KeyPem);
                break;
            case "authority first":
                File.WriteAllText(file, $"{authority.Pem}\n{client.ChainPem}\n{client.KeyPem}");
                break;
            case "old form":
                var old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n";
                File.WriteAllText(file, $"{old}-----END RSA PRIVATE KEY-----\n{client.ChainPem}");
                break;
            case "no key":
                authority.WritePkcs12(file, password);
                break;
        }

        var refused = Assert.Throws<TlsException>(
            () => new TlsClient(new TlsSettings { Own = new("ssl.keystore.location", file, null, password) }).Check());
        Assert.Equal(TlsFailure.Settings, refused.Failure);
        Assert.StartsWith($"ssl.keystore.location={file} cannot be used: ", refused.Message);
        Assert.Contains(words, refused.Message);
        Assert.DoesNotContain("planted", refused.ToString());
    }

    [Fact]
    public async Task A_changed_file_is_read_for_the_next_connection_and_half_of_one_is_not_used()
    {
        using var own = authority.Server();
        using var stranger = new TestAuthority("Another authority");
        var file = stranger.WritePem(directory["ca.pem"]);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
        var client = new TlsClient(new TlsSettings { Trusted = new("ssl.truststore.location", file, null, null) });
        await Assert.ThrowsAsync<TlsException>(() => OpenAsync(client, own));
        authority.WritePem(file);
        await using (await OpenAsync(client, own))
        {
        }

        File.WriteAllText(file, "-----BEGIN CERT");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(1));
        await using (await OpenAsync(client, own))
        {
        }
    }

    async Task<string> RefusalAsync(TlsSettings settings, IssuedCertificate own, TlsFailure failure)
    {
        var refused = await Assert.ThrowsAsync<TlsException>(() => OpenAsync(settings, own));
        Assert.Equal(failure, refused.Failure);
        Assert.Contains($"127.0.0.1:{Port}", refused.Message);
        return refused.Message;
    }

    Task<Pair> OpenAsync(TlsSettings settings, IssuedCertificate own) => OpenAsync(new TlsClient(settings), own);

    async Task<Pair> OpenAsync(TlsClient client, IssuedCertificate own)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port, Token);
        var shaking = client.AuthenticateAsync(socket, "127.0.0.1", Port, Token);
        var accepted = await listener.AcceptSocketAsync(Token);
        var server = new SslStream(new NetworkStream(accepted), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        var serving = server.AuthenticateAsServerAsync(own.Certificate, clientCertificateRequired: true, checkCertificateRevocation: false);
        try
        {
            var secured = await shaking;
            await serving;
            var subject = (server.RemoteCertificate as X509Certificate2)?.Subject;
            return new Pair(
                new Connection(socket, new ConnectionOptions { FlushTimeout = TimeSpan.FromSeconds(20) }, secured: secured),
                new Connection(accepted, new ConnectionOptions(), secured: server), subject);
        }
        catch
        {
            socket.Dispose();
            accepted.Dispose();
            await serving.ContinueWith(static done => _ = done.Exception, TaskScheduler.Default);
            throw;
        }
    }

    sealed record Pair(Connection Client, Connection Server, string? ClientSubject) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
