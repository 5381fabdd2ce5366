using System.Net;
using System.Text;
using System.Text.Json;

namespace Testing.Security;

/// <summary>
/// An issuer of OAuth tokens: a token endpoint for client credentials, and the keys that verify its tokens (JWKS). One client, "app".
/// </summary>
public sealed class TestIssuer : IAsyncDisposable
{
    public const string ClientId = "app";
    public const string Audience = "kafka";

    readonly HttpListener listener = new();
    readonly TestSigner signer = new();
    readonly string address = $"http://127.0.0.1:{FreePorts.Take(1)[0]}/";
    readonly Task serving;
    int tokens;

    public TestIssuer()
    {
        listener.Prefixes.Add(address);
        listener.Start();
        serving = Task.Run(ServeAsync);
    }

    public string ClientSecret { get; init; } = "s3cret-of-the-app";

    public string TokenEndpoint => address + "token";

    public string KeysEndpoint => address + "jwks";

    /// <summary>Of the tokens to come.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Tokens given so far.</summary>
    public int Tokens => Volatile.Read(ref tokens);

    /// <summary>A token of this issuer.</summary>
    public string Token(string audience = Audience)
    {
        var now = DateTimeOffset.UtcNow;
        return signer.Sign(new
        {
            iss = "castellan-test",
            sub = ClientId,
            aud = audience,
            scope = "kafka",
            iat = now.ToUnixTimeSeconds(),
            exp = (now + Lifetime).ToUnixTimeSeconds(),
        });
    }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
        signer.Dispose();
    }

    async Task ServeAsync()
    {
        try
        {
            while (listener.IsListening)
            {
                var context = await listener.GetContextAsync();
                var (code, body) = context.Request.Url?.AbsolutePath == "/jwks" ? (200, signer.Keys()) : Grant(context.Request);
                context.Response.StatusCode = code;
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // closed
        }
    }

    (int Code, object Body) Grant(HttpListenerRequest request)
    {
        using var reader = new StreamReader(request.InputStream);
        var form = reader.ReadToEnd();
        var expected = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"));
        if (request.Headers["Authorization"] != $"Basic {expected}"
            || !form.Contains("grant_type=client_credentials", StringComparison.Ordinal))
        {
            return (401, new { error = "invalid_client", error_description = "Wrong id or secret" });
        }

        Interlocked.Increment(ref tokens);
        return (200, new { access_token = Token(), token_type = "Bearer", expires_in = (int)Lifetime.TotalSeconds });
    }
}
