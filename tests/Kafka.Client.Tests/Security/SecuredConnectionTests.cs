using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Kafka.Client.Security;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;
using Testing;
using Testing.Security;
using Wire;
using Wire.Security;

namespace Kafka.Client.Tests.Security;

public class SecuredConnectionTests
{
    const string Password = "s3cret-pl4nted";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static KafkaClientOptions AsAlice(TlsClient? tls = null) => new()
    {
        RequestTimeout = TimeSpan.FromSeconds(20),
        ConnectTimeout = TimeSpan.FromSeconds(20),
        Security = new KafkaSecurity { Tls = tls, Sasl = new PlainMechanism("alice", Password) },
    };

    [Fact]
    public async Task Within_TLS_a_client_logs_in_before_it_asks()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server();
        var tls = new TlsClient(new TlsSettings { Trusted = new KeyMaterial("trust", Path: null, authority.Pem, Password: null) });
        await using var broker = new FakeBroker { Certificate = certificate.Certificate, Handler = (_, body) => LogIn(body) };
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, AsAlice(tls), Token);
        await connection.SendAsync(new ListGroupsRequest(), Token);
        Assert.Equal(
            [ApiKey.ApiVersions, ApiKey.SaslHandshake, ApiKey.SaslAuthenticate, ApiKey.ListGroups],
            broker.Asked.Select(asked => asked.Header.ApiKey));
    }

    /// <summary>KIP-43: frames without headers follow SaslHandshake v0, and an empty one is PLAIN's consent.</summary>
    [Fact]
    public async Task A_broker_before_1_0_gets_the_messages_of_the_login_bare()
    {
        await using var broker = Old("\0alice\0" + Password);
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, AsAlice(), Token);
        await connection.SendAsync(new ListGroupsRequest(), Token);
        Assert.Equal(
            [(ApiKey.ApiVersions, 1), (ApiKey.SaslHandshake, 0), (ApiKey.ListGroups, 1)],
            broker.Asked.Select(asked => (asked.Header.ApiKey, (int)asked.Header.Version)));
    }

    [Fact]
    public async Task A_broker_before_1_0_that_closes_the_connection_has_refused_the_login()
    {
        await using var broker = Old("\0alice\0another");
        var refused = await Assert.ThrowsAsync<KafkaAuthenticationException>(
            () => KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, AsAlice(), Token));
        Assert.Contains("refuses alice by PLAIN: it closed the connection, which is how Kafka before 1.0", refused.Message);
        Assert.DoesNotContain(Password, refused.ToString());
        var kerberos = AsAlice() with { Security = new KafkaSecurity { Sasl = new GssapiMechanism("kafka") } };
        refused = await Assert.ThrowsAsync<KafkaAuthenticationException>(
            () => KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, kerberos, Token));
        Assert.Contains("use SCRAM or PLAIN", refused.Message);
    }

    /// <summary>A broker of Kafka 0.11 that lets in who says this.</summary>
    static FakeBroker Old(string expected)
    {
        var broker = new FakeBroker
        {
            Handler = (_, body) => body switch
            {
                SaslHandshakeRequest => new SaslHandshakeResponse { Mechanisms = ["PLAIN"] },
                ListGroupsRequest => new ListGroupsResponse(),
                _ => null,
            },
        };
        broker.Versions.Clear();
        broker.Versions[ApiKey.ApiVersions] = (0, 1);
        broker.Versions[ApiKey.SaslHandshake] = (0, 0);
        broker.Versions[ApiKey.ListGroups] = (0, 1);
        broker.Bare = (connection, bytes) =>
        {
            if (bytes is not [0, (byte)'a', ..])
            {
                return false;
            }

            if (Encoding.UTF8.GetString(bytes) != expected)
            {
                connection.Abort("refused");
                return true;
            }

            var consent = new WireWriter();
            consent.WriteInt32(0);
            return connection.Enqueue(consent);
        };
        return broker;
    }

    [Fact]
    public async Task A_session_is_renewed_before_its_end_and_between_two_requests()
    {
        var time = new FakeTimeProvider();
        await using var broker = new FakeBroker { Handler = (_, body) => LogIn(body, sessionMs: 10_000) };
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, AsAlice() with { Time = time }, Token);
        time.Advance(TimeSpan.FromSeconds(8.4));
        await connection.SendAsync(new ListGroupsRequest(), Token);
        Assert.Equal(1, Logins(broker));
        time.Advance(TimeSpan.FromSeconds(1.2));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => connection.SendAsync(new ListGroupsRequest(), Token)));
        Assert.Equal(2, Logins(broker));
        var asked = broker.Asked.Select(one => one.Header.ApiKey).ToList();
        Assert.Equal(ApiKey.SaslAuthenticate, asked[asked.LastIndexOf(ApiKey.SaslHandshake) + 1]);
        time.Advance(TimeSpan.FromSeconds(9.6));
        await connection.SendAsync(new ListGroupsRequest(), Token);
        Assert.Equal(3, Logins(broker));
    }

    [Fact]
    public async Task A_login_that_is_not_renewed_ends_the_connection_and_is_told_as_it_is()
    {
        var time = new FakeTimeProvider();
        var refuse = false;
        await using var broker = new FakeBroker();
        broker.Handler = (_, body) => LogIn(body, sessionMs: 10_000, refuse);
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, AsAlice() with { Time = time }, Token);
        refuse = true;
        time.Advance(TimeSpan.FromSeconds(9.6));
        var error = await Assert.ThrowsAsync<KafkaAuthenticationException>(() => connection.SendAsync(new ListGroupsRequest(), Token));
        Assert.False(error.MayHaveHappened);
        Assert.True(connection.IsClosed);
    }

    [Fact]
    public async Task Wrong_credentials_are_tried_ever_less_often_and_at_one_broker_only()
    {
        var time = new FakeTimeProvider();
        await using var one = new FakeBroker { Handler = (_, body) => LogIn(body, refuse: true) };
        await using var two = new FakeBroker { Handler = (_, body) => LogIn(body, refuse: true) };
        await using var cluster = new KafkaCluster([("127.0.0.1", one.Port), ("127.0.0.1", two.Port)], AsAlice() with { Time = time });
        await RefusedAsync(cluster);
        Assert.Equal(1, Logins(one) + Logins(two));
        await RefusedAsync(cluster);
        Assert.Equal((1, 1), (Logins(one), Logins(two)));
        foreach (var pause in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            var before = Logins(one);
            time.Advance(TimeSpan.FromSeconds(pause - 0.1));
            await RefusedAsync(cluster);
            Assert.Equal(before, Logins(one));
            time.Advance(TimeSpan.FromSeconds(0.2));
            await RefusedAsync(cluster);
            await RefusedAsync(cluster);
            Assert.Equal(before + 1, Logins(one));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "is no Kafka broker: it speaks HTTP.")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", "is no Kafka broker: its answer begins with 'SSH-'.")]
    [InlineData("\u0015\u0003\u0003\u0000\u0002\u0002\u0028", "is a listener with TLS; set security.protocol=SSL (or SASL_SSL).")]
    [InlineData("Zookeeper version: 3.9", "is no Kafka broker: ")]
    public async Task What_is_no_broker_is_named(string answer, string words)
    {
        await using var acceptor = Acceptor.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var accepting = acceptor.RunAsync(async (socket, cancellationToken) =>
        {
            using (socket)
            {
                await socket.ReceiveAsync(new byte[1024], cancellationToken);
                await socket.SendAsync(Encoding.Latin1.GetBytes(answer), cancellationToken);
                await socket.ReceiveAsync(new byte[1024], cancellationToken);
            }
        });
        var error = await Assert.ThrowsAnyAsync<KafkaException>(
            () => KafkaConnection.ConnectAsync("127.0.0.1", acceptor.LocalEndPoint.Port, new KafkaClientOptions(), Token));
        Assert.Contains(words, error.Message);
        Assert.StartsWith($"127.0.0.1:{acceptor.LocalEndPoint.Port} ", error.Message);
        Assert.Equal(words.Contains("TLS") ? FailureReason.Tls : FailureReason.Protocol, error.Reason);
    }

    [Fact]
    public async Task A_ZooKeeper_that_closes_on_a_stranger_is_named()
    {
        await using var acceptor = Acceptor.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var accepting = acceptor.RunAsync(async (socket, cancellationToken) =>
        {
            using (socket)
            {
                var buffer = new byte[1024];
                var length = await socket.ReceiveAsync(buffer, cancellationToken);
                if (Encoding.ASCII.GetString(buffer, 0, length) == "srvr")
                {
                    await socket.SendAsync("Zookeeper version: 3.9.5\n"u8.ToArray(), cancellationToken);
                }
            }
        });
        var error = await Assert.ThrowsAsync<NotKafkaException>(
            () => KafkaConnection.ConnectAsync("127.0.0.1", acceptor.LocalEndPoint.Port, new KafkaClientOptions(), Token));
        Assert.Contains("is no Kafka broker: it is a ZooKeeper. Check bootstrap.servers", error.Message);
    }

    [Fact]
    public async Task A_tunnel_whose_broker_is_dead_is_no_listener_with_TLS()
    {
        await using var tunnel = new FaultyLine(FreePorts.Take(1)[0]);
        var error = await Assert.ThrowsAnyAsync<KafkaException>(
            () => KafkaConnection.ConnectAsync("127.0.0.1", tunnel.Port, new KafkaClientOptions(), Token));
        Assert.IsType<KafkaUnreachableException>(error);
    }

    [Theory]
    [InlineData(ErrorCode.TopicAuthorizationFailed, FailureReason.Authorization)]
    [InlineData(ErrorCode.GroupAuthorizationFailed, FailureReason.Authorization)]
    [InlineData(ErrorCode.ClusterAuthorizationFailed, FailureReason.Authorization)]
    [InlineData(ErrorCode.SaslAuthenticationFailed, FailureReason.Authentication)]
    [InlineData(ErrorCode.RequestTimedOut, FailureReason.Timeout)]
    [InlineData(ErrorCode.Network, FailureReason.Unreachable)]
    [InlineData(ErrorCode.TopicAlreadyExists, FailureReason.Protocol)]
    public void A_code_has_a_reason(ErrorCode code, FailureReason reason) => Assert.Equal(reason, new KafkaException(code).Reason);

    [Fact]
    public void Nothing_prints_a_secret()
    {
        var options = AsAlice();
        SaslMechanism[] mechanisms =
        [
            options.Security.Sasl!,
            new ScramMechanism(HashAlgorithmName.SHA512, "alice", Password),
            new GssapiMechanism("kafka"),
        ];
        Assert.DoesNotContain(Password, $"{options} {options.Security} {string.Join<SaslMechanism>(' ', mechanisms)}");
    }

    static async Task RefusedAsync(KafkaCluster cluster)
    {
        var error = await Assert.ThrowsAsync<KafkaAuthenticationException>(() => cluster.MetadataAsync([], Token));
        Assert.Contains("refuses alice by PLAIN: no such user. Check username and password in sasl.jaas.config.", error.Message);
        Assert.DoesNotContain(Password, error.ToString());
    }

    static int Logins(FakeBroker broker) => broker.Asked.Count(asked => asked.Header.ApiKey == ApiKey.SaslAuthenticate);

    static IKafkaResponse LogIn(IKafkaRequest request, long sessionMs = 0, bool refuse = false) => request switch
    {
        SaslHandshakeRequest => new SaslHandshakeResponse { Mechanisms = ["PLAIN"] },
        SaslAuthenticateRequest login when !refuse && Encoding.UTF8.GetString(login.AuthBytes.Span) == $"\0alice\0{Password}" =>
            new SaslAuthenticateResponse { SessionLifetimeMs = sessionMs },
        SaslAuthenticateRequest => new SaslAuthenticateResponse
        {
            ErrorCode = (short)ErrorCode.SaslAuthenticationFailed,
            ErrorMessage = "no such user",
        },
        _ => new ListGroupsResponse(),
    };
}
