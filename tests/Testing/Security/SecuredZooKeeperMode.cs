using System.Diagnostics;

namespace Testing.Security;

/// <summary>
/// Three brokers of Apache Kafka 3.9 with ZooKeeper, as a careful team runs them: clients come in by SASL_SSL with SCRAM-SHA-512, the
/// brokers reach ZooKeeper by TLS with a certificate of their own, and so does whoever looks into it. On loopback; all ends with it.
/// </summary>
public sealed class SecuredZooKeeperMode : IAsyncDisposable
{
    public const string User = "castellan", Password = "s3cret-of-castellan";
    const int Brokers = 3;
    const string StorePassword = "store-secret";

    readonly TempDirectory directory = new();
    readonly TestAuthority authority = new();
    readonly int[] inner = FreePorts.Take(Brokers);
    readonly int[] outer = FreePorts.Take(Brokers);
    readonly int securePort = FreePorts.Take(1)[0];
    readonly Dictionary<int, Process> running = [];
    readonly List<IssuedCertificate> issued = [];
    readonly string home;
    readonly Dictionary<string, string> environment;
    ApacheZooKeeper? zooKeeper;

    SecuredZooKeeperMode(string home, Dictionary<string, string> environment) => (this.home, this.environment) = (home, environment);

    /// <summary>Where brokers talk to each other, unsecured.</summary>
    public string Inner => string.Join(',', inner.Select(port => $"127.0.0.1:{port}"));

    /// <summary>Where clients come in.</summary>
    public string Bootstrap => string.Join(',', outer.Select(port => $"127.0.0.1:{port}"));

    /// <summary>ZooKeeper's port for TLS.</summary>
    public string ZooKeeper => $"127.0.0.1:{securePort}";

    /// <summary>A client's properties, as a file.</summary>
    public string ClientProperties => directory["client.properties"];

    /// <summary>The same for ZooKeeper, by Java's names.</summary>
    public string ZooKeeperProperties => directory["zookeeper.properties"];

    /// <param name="environment">Of the brokers; null: as quick to start as may be.</param>
    public static async Task<SecuredZooKeeperMode> StartAsync(Dictionary<string, string>? environment = null)
    {
        External.Require("ZOOKEEPER_HOME");
        External.RequireProgram("java");
        var home = External.Require("KAFKA_HOME");
        var cluster = new SecuredZooKeeperMode(home, environment ?? await Jvm.BrokerAsync(home, "-Xmx384m"));
        try
        {
            await cluster.RunAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync(int broker)
    {
        running[broker].Kill(entireProcessTree: true);
        await running[broker].WaitForExitAsync();
    }

    public Task LaunchAsync(int broker)
    {
        var (settings, log) = (directory[$"{broker}.properties"], directory[$"{broker}.log"]);
        var command = $"exec '{home}/bin/kafka-server-start.sh' '{settings}' >>'{log}' 2>&1";
        var start = new ProcessStartInfo("/bin/bash", ["-c", command]);
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        start.Environment["LOG_DIR"] = directory[$"{broker}-logs"];
        running[broker] = Process.Start(start)!;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in running.Values)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (zooKeeper is not null)
        {
            await zooKeeper.DisposeAsync();
        }

        issued.ForEach(one => one.Dispose());
        authority.Dispose();
        directory.Dispose();
    }

    async Task RunAsync()
    {
        authority.WritePem(directory["ca.pem"]);
        Keep(authority.Server("zookeeper")).WritePkcs12(directory["zookeeper.p12"], StorePassword);
        Keep(authority.Client("broker")).WritePkcs12(directory["client.p12"], StorePassword);
        Keep(authority.Server()).WritePem(directory["broker.pem"]);
        zooKeeper = await ApacheZooKeeper.StartAsync(
            1,
            $"secureClientPort={securePort}",
            "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
            $"ssl.keyStore.location={directory["zookeeper.p12"]}",
            $"ssl.keyStore.password={StorePassword}",
            $"ssl.trustStore.location={directory["ca.pem"]}",
            "ssl.trustStore.type=PEM");
        for (var broker = 0; broker < Brokers; broker++)
        {
            await File.WriteAllLinesAsync(directory[$"{broker}.properties"], Settings(broker));
            await LaunchAsync(broker);
        }

        await Eventually.TrueAsync(AreUpAsync, "the brokers are up", TimeSpan.FromMinutes(2));
        var added = await External.KafkaToolAsync(
            home,
            "kafka-configs.sh",
            [
                "--bootstrap-server", $"127.0.0.1:{inner[0]}", "--alter", "--entity-type", "users", "--entity-name", User,
                "--add-config", $"SCRAM-SHA-512=[password={Password}]",
            ]);
        if (added.ExitCode != 0)
        {
            throw new InvalidOperationException($"kafka-configs.sh: {added}");
        }

        await WriteClientsAsync();
    }

    async Task<bool> AreUpAsync()
    {
        foreach (var (broker, process) in running)
        {
            var log = File.Exists(directory[$"{broker}.log"]) ? await File.ReadAllTextAsync(directory[$"{broker}.log"]) : "";
            if (process.HasExited)
            {
                throw new Xunit.Sdk.XunitException($"Broker {broker} ended:\n{log}\n{zooKeeper!.Log(1)}");
            }

            if (!log.Contains("started (kafka.server.KafkaServer)", StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    Task WriteClientsAsync() => Task.WhenAll(
        File.WriteAllLinesAsync(
            ClientProperties,
            [
                "security.protocol=SASL_SSL",
                "sasl.mechanism=SCRAM-SHA-512",
                "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required "
                + $"username=\"{User}\" password=\"{Password}\";",
                "ssl.truststore.type=PEM",
                $"ssl.truststore.location={directory["ca.pem"]}",
            ]),
        File.WriteAllLinesAsync(
            ZooKeeperProperties,
            [
                "zookeeper.client.secure=true",
                $"zookeeper.ssl.trustStore.location={directory["ca.pem"]}",
                $"zookeeper.ssl.keyStore.location={directory["client.p12"]}",
                $"zookeeper.ssl.keyStore.password={StorePassword}",
            ]));

    string[] Settings(int broker) =>
    [
        $"broker.id={broker}",
        $"zookeeper.connect={ZooKeeper}",
        "zookeeper.ssl.client.enable=true",
        "zookeeper.ssl.protocol=TLSv1.3",
        "zookeeper.ssl.enabled.protocols=TLSv1.3",
        "zookeeper.clientCnxnSocket=org.apache.zookeeper.ClientCnxnSocketNetty",
        $"zookeeper.ssl.truststore.location={directory["ca.pem"]}",
        "zookeeper.ssl.truststore.type=PEM",
        $"zookeeper.ssl.keystore.location={directory["client.p12"]}",
        "zookeeper.ssl.keystore.type=PKCS12",
        $"zookeeper.ssl.keystore.password={StorePassword}",
        "zookeeper.session.timeout.ms=6000",
        $"listeners=INNER://127.0.0.1:{inner[broker]},CLIENTS://127.0.0.1:{outer[broker]}",
        "listener.security.protocol.map=INNER:PLAINTEXT,CLIENTS:SASL_SSL",
        "inter.broker.listener.name=INNER",
        "listener.name.clients.sasl.enabled.mechanisms=SCRAM-SHA-512",
        "listener.name.clients.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;",
        "listener.name.clients.ssl.keystore.type=PEM",
        $"listener.name.clients.ssl.keystore.location={directory["broker.pem"]}",
        $"log.dirs={directory[$"{broker}-data"]}",
        "offsets.topic.num.partitions=5",
        "transaction.state.log.num.partitions=5",
        "group.initial.rebalance.delay.ms=0",
        // leaders are elected by the tests
        "auto.leader.rebalance.enable=false",
    ];

    IssuedCertificate Keep(IssuedCertificate certificate)
    {
        issued.Add(certificate);
        return certificate;
    }
}
