using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Web;

namespace Testing.Security;

/// <summary>
/// An OpenID Connect issuer for one test: discovery, keys, the authorization code flow with PKCE, userinfo. Whoever comes is signed in as
/// <see cref="Person"/> at once. It refuses a code that is used twice, a verifier that does not fit, and a wrong secret.
/// </summary>
public sealed class TestOpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "castellan";
    public const string ClientSecret = "s3cret-of-castellan";

    static readonly JsonSerializerOptions json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    readonly HttpListener listener = new();
    readonly TestSigner signer = new();
    readonly ConcurrentDictionary<string, (string Nonce, string Challenge, string Back)> codes = new();
    readonly Task serving;

    public TestOpenIdProvider()
    {
        Issuer = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";
        listener.Prefixes.Add(Issuer + "/");
        listener.Start();
        serving = Task.Run(ServeAsync);
    }

    public string Issuer { get; }

    /// <summary>Claims of the id token beside those of the protocol.</summary>
    public Dictionary<string, object> Person { get; } = new() { ["sub"] = "42" };

    /// <summary>Claims that only the userinfo endpoint tells.</summary>
    public Dictionary<string, object> MoreOfPerson { get; } = [];

    /// <summary>Answer the next authorization with this error.</summary>
    public string? Refusal { get; set; }

    /// <summary>Whether it says that one can sign out there.</summary>
    public bool OffersSignOut { get; set; }

    /// <summary>The nonce of the next tokens in place of the one that was sent: a token that was made for somebody else.</summary>
    public string? ForeignNonce { get; set; }

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
                await AnswerAsync(context);
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // closed
        }
    }

    async Task AnswerAsync(HttpListenerContext context)
    {
        if (context.Request.Url!.AbsolutePath == "/authorize")
        {
            context.Response.Redirect(Authorize(HttpUtility.ParseQueryString(context.Request.Url.Query)));
            return;
        }

        var (code, body) = context.Request.Url.AbsolutePath switch
        {
            "/.well-known/openid-configuration" => (200, Discovery()),
            "/jwks" => (200, signer.Keys()),
            "/token" => await GrantAsync(context.Request),
            "/userinfo" => (200, MoreOfPerson.Append(new("sub", Person["sub"])).ToDictionary()),
            _ => (404, (object)new { error = "not_found" }),
        };
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, json));
    }

    object Discovery() => new
    {
        issuer = Issuer,
        authorization_endpoint = Issuer + "/authorize",
        token_endpoint = Issuer + "/token",
        userinfo_endpoint = Issuer + "/userinfo",
        jwks_uri = Issuer + "/jwks",
        end_session_endpoint = OffersSignOut ? Issuer + "/sign-out" : null,
        response_types_supported = (string[])["code"],
        subject_types_supported = (string[])["public"],
        id_token_signing_alg_values_supported = (string[])["RS256"],
        code_challenge_methods_supported = (string[])["S256"],
    };

    string Authorize(System.Collections.Specialized.NameValueCollection asked)
    {
        var back = asked["redirect_uri"]!;
        var state = Uri.EscapeDataString(asked["state"] ?? "");
        if (Refusal is { } refusal || asked["client_id"] != ClientId || asked["code_challenge_method"] != "S256")
        {
            return $"{back}?error={Refusal ?? "invalid_request"}&error_description=%3Cscript%3E&state={state}";
        }

        var code = Guid.NewGuid().ToString("n");
        codes[code] = (asked["nonce"] ?? "", asked["code_challenge"] ?? "", back);
        return $"{back}?code={code}&state={state}";
    }

    async Task<(int Code, object Body)> GrantAsync(HttpListenerRequest request)
    {
        using var reader = new StreamReader(request.InputStream);
        var form = HttpUtility.ParseQueryString(await reader.ReadToEndAsync());
        var verifier = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"] ?? "")));
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
        {
            return (401, new { error = "invalid_client" });
        }

        if (!codes.TryRemove(form["code"] ?? "", out var granted) || granted.Challenge != verifier || granted.Back != form["redirect_uri"])
        {
            return (400, new { error = "invalid_grant" });
        }

        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>(Person)
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["nonce"] = ForeignNonce ?? granted.Nonce,
            ["iat"] = now,
            ["exp"] = now + 300,
        };
        return (200, new { access_token = "opaque", token_type = "Bearer", expires_in = 300, id_token = signer.Sign(claims) });
    }
}
