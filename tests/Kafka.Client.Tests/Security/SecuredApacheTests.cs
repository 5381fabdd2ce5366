using Kafka.Client.Admin;
using Kafka.Client.Configuration;
using Kafka.Client.Trial;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;
using Testing.Security;
using Wire;

namespace Kafka.Client.Tests.Security;

/// <summary>The client against a broker of Apache's with every kind of listener, each by the properties that people have.</summary>
public sealed class SecuredApacheTests(SecuredKafkaFixture fixture) : IClassFixture<SecuredKafkaFixture>
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PLAINTEXT", "")]
    [InlineData("SSL", "SSL")]
    [InlineData("OLDTLS", "SSL")]
    [InlineData("MTLS", "SSL|keystore")]
    [InlineData("SASL", "SASL_PLAINTEXT|plain")]
    [InlineData("SASL", "SASL_PLAINTEXT|scram256")]
    [InlineData("SASL", "SASL_PLAINTEXT|scram512")]
    [InlineData("SASL", "SASL_PLAINTEXT|oauth")]
    [InlineData("SASL", "SASL_PLAINTEXT|token-file")]
    [InlineData("SASLSSL", "SASL_SSL|plain")]
    [InlineData("SASLSSL", "SASL_SSL|scram256")]
    [InlineData("SASLSSL", "SASL_SSL|scram512")]
    [InlineData("SASLSSL", "SASL_SSL|oauth")]
    [InlineData("REAUTH", "SASL_PLAINTEXT|scram512")]
    public async Task Every_way_in_works(string listener, string settings)
    {
        var broker = await fixture.GetAsync();
        await using var cluster = SecuredClients.Connect(broker, listener, settings);
        var metadata = await cluster.MetadataAsync(null, Token);
        Assert.Equal(broker[listener], $"{metadata.Brokers.Single().Host}:{metadata.Brokers.Single().Port}");
        Assert.Empty((await cluster.ListGroupsAsync(Token)).Errors);
    }

    public static TheoryData<string, string, FailureReason, string> Faults => new()
    {
        { "SASL", "SASL_PLAINTEXT|wrong-plain", FailureReason.Authentication, "refuses alice by PLAIN" },
        { "SASL", "SASL_PLAINTEXT|wrong-scram", FailureReason.Authentication, "refuses alice by SCRAM-SHA-256" },
        { "SASL", "SASL_PLAINTEXT|carol", FailureReason.Authentication, "refuses carol by SCRAM-SHA-512" },
        { "SASL", "SASL_PLAINTEXT|wrong-oauth", FailureReason.Authentication, "answered 401 to client app: invalid_client" },
        { "SASL", "SASL_PLAINTEXT|no-issuer", FailureReason.Authentication, "cannot be asked" },
        { "SASL", "SASL_PLAINTEXT|wrong-token", FailureReason.Authentication, "invalid_token" },
        { "ONLYPLAIN", "SASL_PLAINTEXT|scram256", FailureReason.Authentication, "it has PLAIN" },
        { "SSL", "SSL|other-ca", FailureReason.Tls, "not among the authorities of ssl.truststore.location" },
        { "EXPIRED", "SSL", FailureReason.Tls, "expired on" },
        { "WRONGNAME", "SSL", FailureReason.Tls, "is for kafka.example, 10.1.2.3, not for 127.0.0.1" },
        { "OLDTLS", "SSL|ssl.enabled.protocols=TLSv1.3", FailureReason.Tls, "TLS versions" },
        { "PLAINTEXT", "SSL", FailureReason.Tls, "is a Kafka listener without TLS; set security.protocol=PLAINTEXT" },
        { "SASL", "SASL_SSL|plain", FailureReason.Tls, "without TLS; set security.protocol=SASL_PLAINTEXT" },
        { "SSL", "", FailureReason.Tls, "is a listener with TLS; set security.protocol=SSL" },
        { "SASLSSL", "SASL_PLAINTEXT|plain", FailureReason.Tls, "is a listener with TLS; set security.protocol=SASL_SSL" },
        { "MTLS", "SSL", FailureReason.Tls, "wants a certificate of its clients" },
        { "MTLS", "SSL|wrong-keystore", FailureReason.Tls, "does not take this client's certificate" },
        { "MTLS", "SSL|ssl.enabled.protocols=TLSv1.2", FailureReason.Tls, "wants a certificate of its clients" },
        { "SASL", "", FailureReason.Authentication, "wants a login by SASL (" },
        { "SASLSSL", "SSL", FailureReason.Authentication, "set security.protocol=SASL_SSL" },
        { "PLAINTEXT", "SASL_PLAINTEXT|plain", FailureReason.Authentication, "without SASL; set security.protocol=PLAINTEXT" },
        { "SSL", "SASL_SSL|scram512", FailureReason.Authentication, "without SASL; set security.protocol=SSL" },
        { "UNREACHABLE", "", FailureReason.Unreachable, "Broker 1 advertises broker.invalid:9092" },
        { "SASL", "SASL_PLAINTEXT|bob", FailureReason.Authorization, "" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Every_fault_has_its_own_sentence(string listener, string settings, FailureReason reason, string words)
    {
        var broker = await fixture.GetAsync();
        await using var cluster = SecuredClients.Connect(broker, listener, settings);
        var error = await Assert.ThrowsAnyAsync<KafkaException>(async () =>
        {
            await cluster.MetadataAsync(null, Token);
            var created = await cluster.CreateTopicsAsync([new NewTopic($"t-{Guid.NewGuid():N}", 1, 1)], true, Token);
            created.Values.Single().Require();
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{listener,-12} {settings}\n  [{error.Reason}] {error.Message}");
        Assert.True(error.Reason == reason, error.ToString());
        Assert.Contains(words, error.Message);
        Assert.DoesNotContain("s3cret", error.ToString());
        Assert.DoesNotContain("wr0ng", error.ToString());
    }

    [Theory]
    [InlineData("scram512")]
    [InlineData("oauth")]
    public async Task Sessions_are_renewed_under_load_without_a_failed_call(string mechanism)
    {
        var broker = await fixture.GetAsync();
        await using var cluster = SecuredClients.Connect(broker, "REAUTH", $"SASL_PLAINTEXT|{mechanism}");
        var start = TimeProvider.System.GetTimestamp();
        var calls = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            var count = 0;
            for (; TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(8); count++)
            {
                Assert.Empty((await cluster.ListGroupsAsync(Token)).Errors);
                Assert.Single((await cluster.MetadataAsync([], Token)).Brokers);
            }

            return count;
        }));
        TestContext.Current.TestOutputHelper?.WriteLine($"{mechanism}: {calls.Sum()} calls");
    }

    [Fact]
    public async Task A_session_is_renewed_on_its_own_connection_also_after_it_ended()
    {
        var broker = await fixture.GetAsync();
        var time = new StoppableTime();
        var options = SecuredClients.Options(broker, "SASL_PLAINTEXT|scram512") with { Time = time };
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port("REAUTH"), options, Token);
        Assert.Equal(2.5, connection.SessionLifetime!.Value.TotalSeconds);
        var before = time.GetTimestamp();
        await Eventually.TrueAsync(() => time.GetElapsedTime(before) > TimeSpan.FromSeconds(3), "the broker's session is over");
        await connection.SendAsync(new ListGroupsRequest(), Token);
        Assert.False(connection.IsClosed);

        // without a second login the broker closes the connection: this client believes that no time has passed
        time.Stop();
        before = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(
            () => TimeProvider.System.GetElapsedTime(before) > TimeSpan.FromSeconds(3), "the broker's session is over again");
        await Assert.ThrowsAsync<KafkaUnreachableException>(() => connection.SendAsync(new ListGroupsRequest(), Token));
    }

    [Theory]
    [InlineData("PLAINTEXT", "", "known as User:ANONYMOUS")]
    [InlineData("SSL", "SSL", "TLS 1.3, TLS_")]
    [InlineData("MTLS", "SSL|keystore", "known by the certificate CN=client")]
    [InlineData("SASLSSL", "SASL_SSL|scram512", "SCRAM-SHA-512 as alice")]
    [InlineData("SASLSSL", "SASL_SSL|bob", "nothing with the cluster as a whole")]
    [InlineData("REAUTH", "SASL_PLAINTEXT|oauth", "OAUTHBEARER as app; again after 2.5 s")]
    public async Task A_trial_goes_all_the_way(string listener, string settings, string words)
    {
        var steps = await TryAsync(await fixture.GetAsync(), listener, settings);
        Assert.Equal("resolve connect tls authenticate apiVersions clusterId authorize", string.Join(' ', steps.Select(step => step.Step)));
        Assert.All(steps, step => Assert.True(step.Ok, step.ToString()));
        Assert.Contains(words, string.Join('\n', steps.Select(step => step.Detail)));
        Assert.Contains("those of Kafka 3.9", steps[4].Detail);
        Assert.DoesNotContain("s3cret", string.Join('\n', steps));
    }

    [Theory]
    [InlineData("SSL", "SSL|other-ca", "tls")]
    [InlineData("EXPIRED", "SSL", "tls")]
    [InlineData("MTLS", "SSL", "tls")]
    [InlineData("SSL", "", "tls")]
    [InlineData("PLAINTEXT", "SSL", "tls")]
    [InlineData("SASLSSL", "SASL_PLAINTEXT|plain", "tls")]
    [InlineData("SASL", "SASL_PLAINTEXT|wrong-plain", "authenticate")]
    [InlineData("SASL", "SASL_PLAINTEXT|wrong-oauth", "authenticate")]
    [InlineData("SASL", "", "authenticate")]
    [InlineData("PLAINTEXT", "SASL_PLAINTEXT|plain", "authenticate")]
    [InlineData("UNREACHABLE", "", "clusterId")]
    public async Task A_trial_ends_with_the_step_that_fails(string listener, string settings, string failed)
    {
        var steps = await TryAsync(await fixture.GetAsync(), listener, settings);
        Assert.Equal(failed, steps[^1].Step);
        Assert.All(steps.SkipLast(1), step => Assert.True(step.Ok, step.ToString()));
        Assert.False(steps[^1].Ok);
        Assert.DoesNotContain("wr0ng", string.Join('\n', steps));
    }

    [Fact]
    public async Task A_tunnel_is_gone_through_by_the_address_map()
    {
        var broker = await fixture.GetAsync();
        var map = new Dictionary<string, string> { ["broker.invalid:9092"] = broker["UNREACHABLE"] };
        var options = new KafkaClientOptions { AddressMap = AddressMap.Of(map) };
        await using var cluster = new KafkaCluster(KafkaCluster.ParseBootstrap(broker["UNREACHABLE"]), options);
        await cluster.MetadataAsync([], Token);
        Assert.Equal("broker.invalid", cluster.View.Brokers[1].Host);
        Assert.Empty((await cluster.ListGroupsAsync(Token)).Errors);

        // the name stays the advertised one for TLS
        map = new Dictionary<string, string> { ["kafka.example:9092"] = broker["WRONGNAME"] };
        options = SecuredClients.Options(broker, "SSL") with { AddressMap = AddressMap.Of(map) };
        await using var connection = await KafkaConnection.ConnectAsync("kafka.example", 9092, options, Token);
    }

    static async Task<List<ConnectionStep>> TryAsync(SecuredKafka broker, string listener, string settings)
    {
        var steps = new List<ConnectionStep>();
        var configuration = ClientProperties.Read(SecuredClients.Properties(broker, settings)) with { BootstrapServers = broker[listener] };
        await foreach (var step in ConnectionTrial.RunAsync(configuration, Token))
        {
            steps.Add(step);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{(step.Ok ? "ok" : "NO")} {step.Step,-12} {step.Took.TotalMilliseconds,7:0.0} ms  {step.Detail}");
        }

        return steps;
    }

    /// <summary>The system's time until it is stopped.</summary>
    sealed class StoppableTime : TimeProvider
    {
        long? stopped;

        public override long GetTimestamp() => stopped ?? base.GetTimestamp();

        internal void Stop() => stopped = base.GetTimestamp();
    }
}
