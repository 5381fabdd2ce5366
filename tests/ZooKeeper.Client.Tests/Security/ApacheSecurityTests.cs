using System.Net.Sockets;
using System.Text;
using Testing;
using Testing.Security;
using Wire;
using Wire.Security;
using ZooKeeper.Client.Configuration;
using ZooKeeper.Client.FourLetterWords;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Tests.Security;

/// <summary>A real server with a plain and a secure port and users who log in by SASL, and each thing that can go wrong.</summary>
public sealed class ApacheSecurityTests(ApacheSecurityTests.SecuredServer server) : IClassFixture<ApacheSecurityTests.SecuredServer>
{
    const string Password = "planted-p\u00e4ss \"word\"";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mutual_tls_and_sasl_open_a_session_and_an_acl_by_the_users_name_is_kept()
    {
        await using var client = new ZooKeeperClient(await server.OptionsAsync());
        var path = await client.CreateAsync("/kept-", "x"u8.ToArray(), CreateMode.PersistentSequential, cancellationToken: Cancel);
        ACL own = new() { Perms = (int)Perms.All, Id = new() { Scheme = "sasl", Value = "castellan" } };
        await client.SetAclAsync(path, [own], cancellationToken: Cancel);
        Assert.Equal("x", Encoding.UTF8.GetString((await client.GetDataAsync(path, cancellationToken: Cancel)).Data));
        await using var other = new ZooKeeperClient(await server.OptionsAsync(user: "other", password: "other-secret"));
        var denied = await Assert.ThrowsAsync<ZooKeeperException>(() => other.GetDataAsync(path, cancellationToken: Cancel));
        Assert.Equal((ZooKeeperError.NoAuth, FailureReason.Authorization), (denied.Code, denied.Reason));
    }

    [Fact]
    public async Task Four_letter_words_are_answered_within_tls()
    {
        var options = await server.OptionsAsync();
        var (host, port) = options.Servers[0];
        var answer = await FourLetterWord.SendAsync(
            host, port, "srvr", TimeSpan.FromSeconds(20), tls: options.Security.Tls, cancellationToken: Cancel);
        Assert.Contains("Mode: standalone", answer);
    }

    [Fact]
    public async Task A_wrong_password_ends_the_session_and_says_so()
    {
        await using var client = new ZooKeeperClient(await server.OptionsAsync(password: "planted-wrong"));
        var refused = await Assert.ThrowsAsync<ZooKeeperException>(() => client.ExistsAsync("/", cancellationToken: Cancel));
        Assert.Equal((ZooKeeperError.AuthFailed, FailureReason.Authentication), (refused.Code, refused.Reason));
        Assert.Contains("refuses user or password (SASL DIGEST-MD5)", refused.Message);
        Assert.DoesNotContain("planted", refused.ToString());
        Assert.Equal(SessionState.AuthFailed, client.State);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "untrusted", "which is not among the authorities of zookeeper.ssl.trustStore.location" },
        { "name", "not for 127.0.0.2; connect by a name that it has, or do not check names with zookeeper.ssl.hostnameVerification=false" },
        { "nocertificate", "wants a certificate of its clients" },
        { "plain", "or its port wants TLS (zookeeper.client.secure=true)" },
        { "secureonplain", "does not speak TLS" },
        { "nobody", "refused" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Each_fault_has_its_own_sentence(string fault, string words)
    {
        var options = await server.FaultyAsync(fault);
        var steps = await new EnsembleTrial(options with { RequestTimeout = TimeSpan.FromSeconds(4) }).RunAsync(Cancel);
        var failed = Assert.Single(steps, step => !step.Ok);
        Assert.Same(steps[^1], failed);
        TestContext.Current.TestOutputHelper!.WriteLine($"{failed.Step}: {failed.Detail}");
        Assert.Contains(words, failed.Detail);

        await using var client = new ZooKeeperClient(options with { RequestTimeout = TimeSpan.FromSeconds(4) });
        var thrown = await Assert.ThrowsAsync<ZooKeeperException>(() => client.ExistsAsync("/", cancellationToken: Cancel));
        Assert.Contains(words, thrown.Message);
        Assert.Equal(fault is "nobody" or "plain" ? FailureReason.Unreachable : FailureReason.Tls, thrown.Reason);
    }

    [Fact]
    public async Task A_trial_that_goes_well_names_every_step()
    {
        var steps = await new EnsembleTrial(await server.OptionsAsync()).RunAsync(Cancel);
        Assert.All(steps, step => Assert.True(step.Ok, step.ToString()));
        Assert.Equal(
            ["zookeeper.resolve", "zookeeper.connect", "zookeeper.tls", "zookeeper.authenticate", "zookeeper.authorize"],
            steps.Select(s => s.Step));
        Assert.Contains("CN=zookeeper", steps[2].Detail);
        Assert.Contains("as castellan by SASL DIGEST-MD5", steps[3].Detail);
        Assert.DoesNotContain("planted", string.Concat(steps.Select(step => step.ToString())));
    }

    [Fact]
    public async Task A_renewed_certificate_of_the_client_is_used_for_the_next_connection()
    {
        var options = await server.OptionsAsync(trust: "renewed.pem");
        using var other = new TestAuthority("Another authority");
        var file = server.File("renewed.pem");
        other.WritePem(file); // the server's authority is not trusted yet
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));
        await using var client = new ZooKeeperClient(options with { RequestTimeout = TimeSpan.FromSeconds(30) });
        await using (var early = new ZooKeeperClient(options with { RequestTimeout = TimeSpan.FromSeconds(2) }))
        {
            await Assert.ThrowsAsync<ZooKeeperException>(() => early.ExistsAsync("/", cancellationToken: Cancel));
        }

        var asking = client.ExistsAsync("/", cancellationToken: Cancel);
        server.Authority.WritePem(file);
        Assert.NotNull(await asking);
    }

    public sealed class SecuredServer : IAsyncDisposable
    {
        readonly TempDirectory directory = new();
        Task<ApacheZooKeeper>? started;
        readonly int securePort = FreePorts.Take(1)[0];

        public TestAuthority Authority { get; } = new();

        public string File(string name) => directory[name];

        public async Task<ZooKeeperClientOptions> OptionsAsync(
            string user = "castellan", string password = Password, string trust = "ca.pem")
        {
            await GetAsync();
            if (!System.IO.File.Exists(directory[trust]))
            {
                Authority.WritePem(directory[trust]);
            }

            var read = ZooKeeperProperties.Read(new Dictionary<string, string>
            {
                ["zookeeper.client.secure"] = "true",
                ["zookeeper.ssl.trustStore.location"] = directory[trust],
                ["zookeeper.ssl.keyStore.location"] = directory["client.p12"],
                ["zookeeper.ssl.keyStore.password"] = "planted-store",
                ["sasl.jaas.config"] = "org.apache.zookeeper.server.auth.DigestLoginModule required "
                    + $"username=\"{user}\" password=\"{password.Replace("\"", "\\\"")}\";",
            });
            return read.Apply(ZooKeeperClientOptions.Parse($"127.0.0.1:{securePort}") with { RequestTimeout = TimeSpan.FromSeconds(20) });
        }

        public async Task<ZooKeeperClientOptions> FaultyAsync(string fault)
        {
            var good = await OptionsAsync();
            var running = await GetAsync();
            var trusted = new KeyMaterial("ca", directory["ca.pem"], null, null);
            return fault switch
            {
                "untrusted" => await UntrustedAsync(),
                "name" => good with { Servers = [("127.0.0.2", securePort)] },
                "nocertificate" => good with { Security = new() { Tls = new TlsClient(new TlsSettings { Trusted = trusted }) } },
                "plain" => good with { Security = ZooKeeperSecurity.None },
                "secureonplain" => good with { Servers = [("127.0.0.1", running.ClientPort(1))] },
                "nobody" => good with { Servers = [("127.0.0.1", FreePorts.Take(1)[0])] },
                _ => throw new ArgumentOutOfRangeException(nameof(fault)),
            };
        }

        public async ValueTask DisposeAsync()
        {
            if (started is { IsCompletedSuccessfully: true })
            {
                await (await started).DisposeAsync();
            }

            Authority.Dispose();
            directory.Dispose();
        }

        async Task<ZooKeeperClientOptions> UntrustedAsync()
        {
            using var other = new TestAuthority("Another authority");
            other.WritePem(directory["other.pem"]);
            return await OptionsAsync(trust: "other.pem");
        }

        Task<ApacheZooKeeper> GetAsync() => started ??= StartAsync();

        Task<ApacheZooKeeper> StartAsync()
        {
            using var own = Authority.Server("zookeeper", ["localhost", "127.0.0.1"]);
            using var client = Authority.Client();
            own.WritePkcs12(directory["server.p12"], "server-store");
            client.WritePkcs12(directory["client.p12"], "planted-store");
            Authority.WritePem(directory["ca.pem"]);
            var escaped = Password.Replace("\"", "\\\"");
            System.IO.File.WriteAllText(
                directory["jaas.conf"],
                "Server { org.apache.zookeeper.server.auth.DigestLoginModule required "
                + $"user_castellan=\"{escaped}\" user_other=\"other-secret\"; }};\n",
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            return ApacheZooKeeper.StartWithJavaAsync(
                $"-Djava.security.auth.login.config={directory["jaas.conf"]} -Dfile.encoding=UTF-8",
                $"secureClientPort={securePort}",
                "secureClientPortAddress=0.0.0.0",
                "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
                "authProvider.sasl=org.apache.zookeeper.server.auth.SASLAuthenticationProvider",
                $"ssl.keyStore.location={directory["server.p12"]}",
                "ssl.keyStore.password=server-store",
                $"ssl.trustStore.location={directory["ca.pem"]}",
                "ssl.trustStore.type=PEM");
        }
    }
}
