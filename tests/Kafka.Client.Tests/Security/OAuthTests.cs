using System.Buffers.Text;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Kafka.Client.Security;
using Kafka.Client.Security.OAuth;
using Microsoft.Extensions.Time.Testing;
using Testing;
using Testing.Security;
using Wire;
using Wire.Security;

namespace Kafka.Client.Tests.Security;

public sealed class OAuthTests
{
    static readonly DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider time = new(start);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_kept_and_replaced_before_its_end()
    {
        var source = new Source(time, TimeSpan.FromHours(1));
        var cache = new TokenCache(source, new TokenRefresh(), time);
        Assert.Equal("app", cache.Whom);
        var first = await cache.GetAsync(Token);
        Assert.Equal("subject", cache.Whom);
        time.Advance(TimeSpan.FromMinutes(47));
        Assert.Equal(first, await cache.GetAsync(Token));
        time.Advance(TimeSpan.FromMinutes(4.1)); // 0.8 and at most 0.05 of an hour
        Assert.NotEqual(first, await cache.GetAsync(Token));
        Assert.Equal(2, source.Fetched);
    }

    [Fact]
    public async Task While_there_is_no_new_one_the_old_one_serves_to_its_end()
    {
        var source = new Source(time, TimeSpan.FromHours(1));
        var cache = new TokenCache(source, new TokenRefresh(), time);
        var first = await cache.GetAsync(Token);
        source.Fails = true;
        time.Advance(TimeSpan.FromMinutes(55));
        Assert.Equal(first, await cache.GetAsync(Token));
        Assert.Equal(first, await cache.GetAsync(Token));
        Assert.Equal(2, source.Fetched); // not with each login
        time.Advance(TimeSpan.FromMinutes(5));
        await Assert.ThrowsAsync<SaslException>(() => cache.GetAsync(Token));
    }

    [Fact]
    public async Task Many_logins_at_once_ask_once()
    {
        var source = new Source(time, TimeSpan.FromHours(1));
        var cache = new TokenCache(source, new TokenRefresh(), time);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cache.GetAsync(Token)));
        Assert.Equal(1, source.Fetched);
    }

    /// <summary>
    /// Minutes of life, random part, and when the token is replaced; the defaults: 0.8 + 0.05, not before 1, 5 before its end.
    /// </summary>
    [Theory]
    [InlineData(60, 0, 48)]
    [InlineData(60, 1, 51)]
    [InlineData(20, 1, 15)]
    [InlineData(10, 0, 5)]
    [InlineData(5, 0, 4)]
    public void Refreshing_follows_Kafkas_window(double life, double random, double at) =>
        Assert.Equal(start.AddMinutes(at), new TokenRefresh().At(start, start.AddMinutes(life), random));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("two words", "is empty or has")]
    [InlineData("opaque", "does not say when it ends")]
    [InlineData("a.%%%.c", "does not say when it ends")]
    [InlineData("a.W10.c", "does not say when it ends")]
    public void What_is_no_token_is_said_without_it(string text, string why)
    {
        var error = Assert.Throws<SaslException>(() => BearerToken.Read(text, lifetime: null, start, "the issuer"));
        Assert.StartsWith("the issuer gave ", error.Message);
        Assert.Contains(why, error.Message);
    }

    [Fact]
    public void An_opaque_token_lives_as_long_as_its_issuer_says() =>
        Assert.Equal(start.AddMinutes(3), BearerToken.Read("opaque", TimeSpan.FromMinutes(3), start, "the issuer").Expires);

    [Fact]
    public async Task The_first_message_is_that_of_the_RFC_and_a_refusal_is_answered_by_one_byte()
    {
        var cache = new TokenCache(new Source(time, TimeSpan.FromHours(1)), new TokenRefresh(), time);
        var mechanism = new OAuthBearerMechanism(cache, new Dictionary<string, string> { ["logicalCluster"] = "lkc-1" });
        using var exchange = await mechanism.BeginAsync("host", Token);
        var token = await cache.GetAsync(Token);
        Assert.Equal($"n,,\u0001auth=Bearer {token}\u0001logicalCluster=lkc-1\u0001\u0001", Encoding.UTF8.GetString(exchange.First()));
        Assert.Equal([1], exchange.Next("{\"status\":\"invalid_token\",\"scope\":\"kafka\"}"u8));
        Assert.Equal("status invalid_token, scope kafka", exchange.Refusal);
        Assert.Throws<SaslException>(() => exchange.Next(default));
        using var other = await mechanism.BeginAsync("host", Token);
        other.First();
        Assert.Null(other.Next(default));
    }

    [Fact]
    public async Task Client_credentials_are_asked_for_a_token_by_an_issuer()
    {
        await using var issuer = new TestIssuer { Lifetime = TimeSpan.FromMinutes(10) };
        var endpoint = new Uri(issuer.TokenEndpoint);
        var token = await new ClientCredentials(endpoint, TestIssuer.ClientId, issuer.ClientSecret, "kafka").FetchAsync(Token);
        Assert.Equal(TestIssuer.ClientId, token.Subject);
        Assert.InRange(token.Expires - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        var wrong = await Assert.ThrowsAsync<SaslException>(
            () => new ClientCredentials(endpoint, TestIssuer.ClientId, "wr0ng", scope: null).FetchAsync(Token));
        Assert.Equal(
            $"the token endpoint {endpoint} answered 401 to client app: invalid_client (Wrong id or secret); "
            + "check clientId, clientSecret and scope",
            wrong.Message);
    }

    [Fact]
    public async Task A_token_endpoint_with_an_authority_of_its_own_is_asked_within_TLS()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server();
        var asked = new TaskCompletionSource<string>();
        await using var acceptor = Acceptor.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var accepting = acceptor.RunAsync(async (socket, cancellationToken) =>
        {
            await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate.Certificate }, cancellationToken);
            var request = "";
            var buffer = new byte[4096];
            while (!request.Contains("scope=kafka", StringComparison.Ordinal))
            {
                var read = await stream.ReadAsync(buffer, cancellationToken);
                if (read == 0)
                {
                    return; // TLS 1.3: the client may refuse the certificate after the server's part of the handshake is done
                }

                request += Encoding.UTF8.GetString(buffer, 0, read);
            }

            asked.TrySetResult(request);
            const string body = """{"access_token":"opaque","expires_in":60}""";
            var answer = $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), cancellationToken);
        });
        var endpoint = new Uri($"https://localhost:{acceptor.LocalEndPoint.Port}/realms/one/token");
        var trusting = new TlsClient(new TlsSettings { Trusted = new KeyMaterial("trust", Path: null, authority.Pem, Password: null) });
        var token = await new ClientCredentials(endpoint, "app", "secret", "kafka", trusting, time).FetchAsync(Token);
        Assert.Equal(("opaque", start.AddMinutes(1)), (token.Value, token.Expires));
        var request = await asked.Task;
        Assert.StartsWith("POST /realms/one/token HTTP/1.1\r\n", request);
        Assert.Contains($"Host: localhost:{endpoint.Port}\r\n", request);

        using var other = new TestAuthority("Some Other CA");
        var strict = new TlsClient(new TlsSettings { Trusted = new KeyMaterial("trust", Path: null, other.Pem, Password: null) });
        var error = await Assert.ThrowsAsync<SaslException>(
            () => new ClientCredentials(endpoint, "app", "secret", "kafka", strict, time).FetchAsync(Token));
        Assert.Contains("was issued by CN=Castellan Test CA, which is not among the authorities of trust", error.Message);
    }

    [Fact]
    public async Task A_file_is_read_again_each_time()
    {
        using var directory = new TempDirectory();
        var file = new TokenFile(directory["token"], time);
        Assert.Contains("cannot be read", (await Assert.ThrowsAsync<SaslException>(() => file.FetchAsync(Token))).Message);
        File.WriteAllText(directory["token"], Jwt("1", start.AddHours(1)) + "\n");
        Assert.Equal(start.AddHours(1), (await file.FetchAsync(Token)).Expires);
        File.WriteAllText(directory["token"], new string('x', 100_000));
        Assert.Contains("too long", (await Assert.ThrowsAsync<SaslException>(() => file.FetchAsync(Token))).Message);
    }

    static string Jwt(string id, DateTimeOffset expires)
    {
        var claims = $$"""{"jti":"{{id}}","sub":"subject","exp":{{expires.ToUnixTimeSeconds()}}}""";
        return $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.x";
    }

    sealed class Source(TimeProvider time, TimeSpan life) : TokenSource
    {
        int fetched;

        internal int Fetched => fetched;

        internal bool Fails { get; set; }

        public override string Description => "the source";

        public override string ClientId => "app";

        internal override async Task<BearerToken> FetchAsync(CancellationToken cancellationToken)
        {
            var id = Interlocked.Increment(ref fetched);
            await Task.Yield();
            var now = time.GetUtcNow();
            return Fails ? throw new SaslException("it is down") : BearerToken.Read(Jwt($"{id}", now + life), null, now, Description);
        }
    }
}
