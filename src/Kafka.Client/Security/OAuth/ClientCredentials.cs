using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Wire.Security;

namespace Kafka.Client.Security.OAuth;

/// <summary>
/// Asks a token endpoint with an id and a secret (RFC 6749, section 4.4), as KIP-768 has it. One connection an answer: it is asked once in
/// many minutes.
/// </summary>
/// <param name="endpoint">http or https.</param>
/// <param name="scope">Null: the issuer's default.</param>
/// <param name="tls">For https; null: with the authorities of this machine.</param>
public sealed class ClientCredentials(
    Uri endpoint, string clientId, string clientSecret, string? scope = null, TlsClient? tls = null, TimeProvider? time = null)
    : TokenSource
{
    /// <summary>Bytes of an answer; far more than one with a token has.</summary>
    const int MaxAnswer = 1 << 20;

    /// <summary>Characters of an answer that is no token, for the message.</summary>
    const int MaxWords = 300;

    /// <summary>
    /// Id and secret are URL encoded before they are joined (RFC 6749, section 2.3.1), which Kafka does only when set so.
    /// </summary>
    public bool UrlEncodeCredentials { get; init; }

    /// <summary>For the connection, and again for the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public override string Description => $"the token endpoint {endpoint.GetLeftPart(UriPartial.Path)}";

    public override string? ClientId => clientId;

    internal override async Task<BearerToken> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }; // for the own settings alone
            using var client = new HttpClient(Handler(socket)) { Timeout = Timeout * 2, MaxResponseContentBufferSize = MaxAnswer };
            using var request = Request();
            using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? Token(text)
                : throw new SaslException(
                    $"{Description} answered {(int)response.StatusCode} to client {clientId}: {Words(text)}; "
                    + "check clientId, clientSecret and scope");
        }
        catch (HttpRequestException e)
        {
            throw new SaslException($"{Description} cannot be asked: {Innermost(e).Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SaslException($"{Description} did not answer in time", e);
        }
    }

    /// <summary>With own settings TLS is made below HTTP, which then thinks that it speaks plainly: see <see cref="Request"/>.</summary>
    SocketsHttpHandler Handler(Socket socket)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // the secret goes to the configured address alone
            UseCookies = false,
            ConnectTimeout = Timeout,
        };
        if (tls is not null)
        {
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                await socket.ConnectAsync(endpoint.IdnHost, endpoint.Port, cancellationToken).ConfigureAwait(false);
                return await tls.AuthenticateAsync(socket, endpoint.IdnHost, endpoint.Port, cancellationToken).ConfigureAwait(false);
            };
        }

        return handler;
    }

    HttpRequestMessage Request()
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        if (scope is not null)
        {
            form["scope"] = scope;
        }

        var (id, secret) = UrlEncodeCredentials
            ? (Uri.EscapeDataString(clientId), Uri.EscapeDataString(clientSecret))
            : (clientId, clientSecret);
        var target = tls is null ? endpoint : new UriBuilder(endpoint) { Scheme = Uri.UriSchemeHttp, Port = endpoint.Port }.Uri;
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new FormUrlEncodedContent(form) };
        // or the header would have :443, as not the port of http, and some issuers compare it
        request.Headers.Host = endpoint.Authority;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")));
        return request;
    }

    BearerToken Token(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            TimeSpan? lifetime = root.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt64(out var some)
                ? TimeSpan.FromSeconds(some)
                : null;
            return root.GetProperty("access_token").GetString() is { } token
                ? BearerToken.Read(token, lifetime, (time ?? TimeProvider.System).GetUtcNow(), Description)
                : throw new SaslException($"{Description} answered without access_token");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            throw new SaslException($"{Description} answered without access_token", e);
        }
    }

    /// <summary>The words of RFC 6749, section 5.2, or how the answer begins.</summary>
    static string Words(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.TryGetProperty("error", out var error))
            {
                return root.TryGetProperty("error_description", out var more) ? $"{error} ({more})" : $"{error}";
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // not JSON: an error page, as it is
        }

        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > MaxWords ? line[..MaxWords] + "…" : line;
    }

    static Exception Innermost(Exception e)
    {
        // down to the socket's or TLS's own words: those of HttpClient around them name neither
        while (e.InnerException is { } inner && e is not TlsException)
        {
            e = inner;
        }

        return e;
    }
}
