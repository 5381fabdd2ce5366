using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Testing.Security;

/// <summary>
/// One broker of Apache Kafka 3.9 (KRaft, its own controller) on loopback with a listener for each way to be secured, and for each way to
/// be secured wrongly. Users of PLAIN and SCRAM: alice, who may do everything, and bob, who may do nothing; both have the same
/// <see cref="Password"/>.
/// </summary>
public sealed class SecuredKafka : IAsyncDisposable
{
    public const string Password = "s3cret-of-alice";

    readonly List<(string Name, string Protocol)> listeners =
    [
        ("PLAINTEXT", "PLAINTEXT"), ("SSL", "SSL"), ("MTLS", "SSL"), ("EXPIRED", "SSL"), ("WRONGNAME", "SSL"), ("OLDTLS", "SSL"),
        ("SASL", "SASL_PLAINTEXT"), ("SASLSSL", "SASL_SSL"), ("ONLYPLAIN", "SASL_PLAINTEXT"), ("REAUTH", "SASL_PLAINTEXT"),
        ("UNREACHABLE", "PLAINTEXT"), ("CONTROLLER", "PLAINTEXT"),
    ];

    readonly Dictionary<string, int> ports;
    readonly List<IssuedCertificate> issued = [];
    readonly TestKdc? kdc;
    Process? process;

    SecuredKafka(TestKdc? kdc)
    {
        this.kdc = kdc;
        if (kdc is not null)
        {
            listeners.Add(("KERBEROS", "SASL_PLAINTEXT"));
        }

        ports = listeners.Select(listener => listener.Name).Zip(FreePorts.Take(listeners.Count)).ToDictionary();
    }

    public TempDirectory Directory { get; } = new();

    public TestAuthority Authority { get; } = new();

    public TestIssuer Issuer { get; } = new();

    /// <summary>The authority's certificate, as a file in PEM.</summary>
    public string Truststore => Directory["ca.pem"];

    /// <param name="kdc">With it there is a listener KERBEROS, advertised as localhost, and alice is known to it too.</param>
    public static async Task<SecuredKafka> StartAsync(TestKdc? kdc = null)
    {
        var home = External.Require("KAFKA_HOME");
        External.RequireProgram("java");
        var broker = new SecuredKafka(kdc);
        try
        {
            await broker.RunAsync(home);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>HOST:PORT of a listener.</summary>
    public string this[string listener] => $"127.0.0.1:{ports[listener]}";

    public int Port(string listener) => ports[listener];

    /// <summary>Writes a keystore in PEM of a certificate that lives as long as this.</summary>
    public string Keep(IssuedCertificate certificate, string name)
    {
        issued.Add(certificate);
        return certificate.WritePem(Directory[name]);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        await Issuer.DisposeAsync();
        issued.ForEach(one => one.Dispose());
        Authority.Dispose();
        Directory.Dispose();
    }

    async Task RunAsync(string home)
    {
        Authority.WritePem(Truststore);
        var settings = Directory["server.properties"];
        await File.WriteAllLinesAsync(settings, [.. Settings(), .. await KerberosAsync()]);
        var format = await External.KafkaToolAsync(
            home,
            "kafka-storage.sh",
            ["format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", settings, .. Scram("SCRAM-SHA-256"), .. Scram("SCRAM-SHA-512")]);
        if (format.ExitCode != 0)
        {
            throw new InvalidOperationException($"kafka-storage.sh format: {format}");
        }

        var command = $"exec '{home}/bin/kafka-server-start.sh' '{settings}' >'{Directory["log"]}' 2>&1";
        var start = new ProcessStartInfo("/bin/bash", ["-c", command]);
        start.Environment["LOG_DIR"] = Directory["logs"];
        foreach (var (variable, value) in await Jvm.BrokerAsync(home, "-Xmx384m"))
        {
            start.Environment[variable] = value;
        }

        start.Environment["KAFKA_OPTS"] = $"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={Issuer.KeysEndpoint}"
            + (kdc is null ? "" : $" -Djava.security.krb5.conf={kdc.Configuration}");
        process = Process.Start(start)!;
        await Eventually.TrueAsync(IsUpAsync, "Apache's broker listens", TimeSpan.FromMinutes(1));
    }

    async Task<bool> IsUpAsync()
    {
        if (process!.HasExited)
        {
            throw new Xunit.Sdk.XunitException($"Apache's broker ended:\n{await File.ReadAllTextAsync(Directory["log"])}");
        }

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, ports["UNREACHABLE"]);
        return (await File.ReadAllTextAsync(Directory["log"])).Contains("Kafka Server started", StringComparison.Ordinal);
    }

    IEnumerable<string> Settings()
    {
        var names = listeners.Select(listener => listener.Name).ToList();
        var advertised = names.Where(name => name != "CONTROLLER")
            .Select(name => name switch
            {
                "UNREACHABLE" => "UNREACHABLE://broker.invalid:9092",
                "KERBEROS" => $"KERBEROS://localhost:{ports[name]}",
                _ => $"{name}://127.0.0.1:{ports[name]}",
            });
        return
        [
            "node.id=1",
            "process.roles=broker,controller",
            $"controller.quorum.voters=1@127.0.0.1:{ports["CONTROLLER"]}",
            "controller.listener.names=CONTROLLER",
            "inter.broker.listener.name=PLAINTEXT",
            $"listeners={string.Join(',', names.Select(name => $"{name}://127.0.0.1:{ports[name]}"))}",
            $"advertised.listeners={string.Join(',', advertised)}",
            $"listener.security.protocol.map={string.Join(',', listeners.Select(one => $"{one.Name}:{one.Protocol}"))}",
            $"log.dirs={Directory["data"]}",
            "offsets.topic.replication.factor=1",
            "offsets.topic.num.partitions=1",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            "group.initial.rebalance.delay.ms=0",
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            $"super.users=User:ANONYMOUS;User:alice;User:CN=client;User:{TestIssuer.ClientId}",
            .. Tls("ssl", Authority.Server()),
            .. Tls("mtls", Authority.Server()),
            "listener.name.mtls.ssl.client.auth=required",
            .. Tls("expired", Authority.Expired()),
            .. Tls("wrongname", Authority.Server(names: ["kafka.example", "10.1.2.3"])),
            .. Tls("oldtls", Authority.Server()),
            "listener.name.oldtls.ssl.enabled.protocols=TLSv1.2",
            "listener.name.oldtls.ssl.protocol=TLSv1.2",
            .. Tls("saslssl", Authority.Server()),
            .. Sasl("sasl", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"),
            .. Sasl("saslssl", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"),
            .. Sasl("onlyplain", "PLAIN"),
            .. Sasl("reauth", "SCRAM-SHA-512", "OAUTHBEARER"),
            "listener.name.reauth.scram-sha-512.connections.max.reauth.ms=2500",
            "listener.name.reauth.oauthbearer.connections.max.reauth.ms=2500",
        ];
    }

    IEnumerable<string> Tls(string listener, IssuedCertificate certificate) =>
    [
        $"listener.name.{listener}.ssl.keystore.type=PEM",
        $"listener.name.{listener}.ssl.keystore.location={Keep(certificate, $"{listener}.pem")}",
        $"listener.name.{listener}.ssl.truststore.type=PEM",
        $"listener.name.{listener}.ssl.truststore.location={Truststore}",
    ];

    IEnumerable<string> Sasl(string listener, params string[] mechanisms)
    {
        var prefix = $"listener.name.{listener}";
        yield return $"{prefix}.sasl.enabled.mechanisms={string.Join(',', mechanisms)}";
        foreach (var mechanism in mechanisms)
        {

            yield return $"{prefix}.{mechanism.ToLowerInvariant()}.sasl.jaas.config=org.apache.kafka.common.security." + mechanism switch
            {
                "PLAIN" => $"plain.PlainLoginModule required user_alice=\"{Password}\" user_bob=\"{Password}\";",
                "OAUTHBEARER" => "oauthbearer.OAuthBearerLoginModule required;",
                _ => "scram.ScramLoginModule required;",
            };
        }

        if (mechanisms.Contains("OAUTHBEARER"))
        {
            yield return $"{prefix}.oauthbearer.sasl.server.callback.handler.class="
                + "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerValidatorCallbackHandler";
            yield return $"{prefix}.oauthbearer.sasl.oauthbearer.jwks.endpoint.url={Issuer.KeysEndpoint}";
            yield return $"{prefix}.oauthbearer.sasl.oauthbearer.expected.audience={TestIssuer.Audience}";
        }
    }

    async Task<IEnumerable<string>> KerberosAsync() => kdc is null ? [] :
    [
        "listener.name.kerberos.sasl.enabled.mechanisms=GSSAPI",
        "listener.name.kerberos.sasl.kerberos.service.name=kafka",
        "listener.name.kerberos.gssapi.sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true "
        + $"keyTab=\"{await kdc.KeytabAsync("kafka/localhost")}\" principal=\"kafka/localhost@{TestKdc.Realm}\";",
    ];

    static IEnumerable<string> Scram(string mechanism) =>
        new[] { "alice", "bob" }.SelectMany(user => new[] { "--add-scram", $"{mechanism}=[name={user},password=\"{Password}\"]" });
}

/// <summary>One such broker for all tests of a class, started by the first that asks; the test is skipped where it cannot be had.</summary>
public sealed class SecuredKafkaFixture : IAsyncDisposable
{
    readonly Lazy<Task<SecuredKafka>> broker = new(() => SecuredKafka.StartAsync());

    public Task<SecuredKafka> GetAsync() => broker.Value;

    public async ValueTask DisposeAsync()
    {
        if (broker.IsValueCreated && broker.Value.IsCompletedSuccessfully)
        {
            await (await broker.Value).DisposeAsync();
        }
    }
}
