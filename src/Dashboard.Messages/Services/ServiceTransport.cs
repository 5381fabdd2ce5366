using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Dashboard.Monitoring;
using Wire.Security;

namespace Dashboard.Messages.Services;

/// <summary>Something that is asked of a service over HTTP.</summary>
/// <param name="Path">Below the service's address, escaped.</param>
/// <param name="What">What is asked for, or done, as a message about it has it: "subject orders, version 3".</param>
sealed record ServiceRequest(HttpMethod Method, string Path, string What)
{
    /// <summary>JSON; null: none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>It is answered with the same however often it is asked: a lookup may be a POST.</summary>
    public bool ChangesNothing { get; init; } = Method == HttpMethod.Get;
}

/// <summary>
/// Sends requests to the addresses of a service beside a cluster, a schema registry or Connect, each with a deadline and a bound of its
/// answer, with the cluster's own certificates. What changes nothing goes to the next address when one does not answer; what changes
/// something only when it was not sent.
/// </summary>
sealed class ServiceTransport : IDisposable
{
    public const string Json = "application/json";

    const int LongestAnswer = 8 << 20;

    /// <summary>Of what a service says of a refusal.</summary>
    const int LongestReason = 2000;

    /// <summary>These services write to a topic before they answer.</summary>
    static readonly TimeSpan leastForChanges = TimeSpan.FromSeconds(10);

    readonly RegistrySettings settings;
    readonly string name;
    readonly string contentType;
    readonly HttpClient http;

    /// <param name="name">As messages name it: "the registry".</param>
    /// <param name="contentType">Of what is sent; accepted beside plain JSON.</param>
    public ServiceTransport(RegistrySettings settings, string name, string contentType)
    {
        (this.settings, this.name, this.contentType) = (settings, name, contentType);
        var tls = new TlsClient(settings.Tls);
        var handler = new SocketsHttpHandler
        {
            // user and password go to no address that the definition does not name
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = 8,
            // so that a changed name in DNS is noticed
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = (connection, cancellationToken) => ConnectAsync(tls, connection, cancellationToken),
        };
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestAnswer };
        http.DefaultRequestHeaders.Accept.ParseAdd(contentType == Json ? Json : $"{contentType}, {Json}");
        http.DefaultRequestHeaders.Authorization =
            settings.Token is { } token ? new AuthenticationHeaderValue("Bearer", token)
            : settings.User is { } user
                ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{settings.Password}")))
            : null;
    }

    /// <summary>For messages.</summary>
    public string Address => string.Join(", ", settings.Urls.Select(Shown));

    /// <exception cref="ServiceException">It is not to be had, or was not done.</exception>
    public async Task<JsonElement> SendAsync(ServiceRequest request, CancellationToken cancellationToken)
    {
        ServiceException? silent = null;
        foreach (var url in settings.Urls)
        {
            try
            {
                return await SendAsync(request, url, cancellationToken).ConfigureAwait(false);
            }
            // the next address only for what surely did not happen at this one
            catch (ServiceException e) when (!e.IsAnswer && !e.MayHaveHappened)
            {
                silent = e;
            }
        }

        throw silent!;
    }

    public void Dispose() => http.Dispose();

    static string Shown(Uri url) => url.GetLeftPart(UriPartial.Path).TrimEnd('/');

    async Task<JsonElement> SendAsync(ServiceRequest request, Uri url, CancellationToken cancellationToken)
    {
        var service = $"{name} at {Shown(url)}";
        // after a change is given up on, it is unknown whether it happened: that is worth some patience
        var patience = request.ChangesNothing || settings.Timeout > leastForChanges ? settings.Timeout : leastForChanges;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            using var message = new HttpRequestMessage(request.Method, new Uri(url, request.Path));
            if (request.Body is { } body)
            {
                message.Content = new ByteArrayContent(body);
                message.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            }

            using var answer = await http.SendAsync(message, deadline.Token).ConfigureAwait(false);
            var content = await answer.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                throw Refused(service, request, answer.StatusCode, content);
            }

            if (content.Length == 0 && !request.ChangesNothing)
            {
                return default;
            }

            using var document = JsonDocument.Parse(content);
            return document.RootElement.Clone();
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceException($"{service} does not answer within {patience.TotalSeconds:0.#} s", false, e)
            {
                IsTimeout = true,
                MayHaveHappened = !request.ChangesNothing,
            };
        }
        catch (HttpRequestException e)
        {
            var neverSent = e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError;
            throw e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                ? new ServiceException($"{service} answers with more than {LongestAnswer >> 20} MiB", true, e)
                : new ServiceException($"{service} does not answer: {(e.InnerException ?? e).Message}", false, e)
                {
                    MayHaveHappened = !request.ChangesNothing && !neverSent,
                };
        }
        catch (JsonException e)
        {
            throw new ServiceException($"{service} answers with what is no JSON", request.ChangesNothing, e)
            {
                MayHaveHappened = !request.ChangesNothing,
            };
        }
    }

    /// <summary>A service that fails while it changes something may have changed it: it hands changes on to another of its nodes.</summary>
    static ServiceException Refused(string service, ServiceRequest request, HttpStatusCode status, byte[] content)
    {
        var (code, said) = Reason(content);
        var words = status switch
        {
            HttpStatusCode.NotFound when request.ChangesNothing => $"{service} has no {request.What}",
            HttpStatusCode.Unauthorized => $"{service} wants another user, password or token (401)",
            HttpStatusCode.Forbidden when request.ChangesNothing => $"{service} does not show {request.What} to this user (403)",
            _ => $"{service} answers with {(int)status} when it is asked for {request.What}" + (said is null ? "" : $": {said}"),
        };
        return new ServiceException(words, (int)status < 500)
        {
            IsMissing = status == HttpStatusCode.NotFound,
            Status = (int)status,
            Code = code,
            Said = said,
            MayHaveHappened = !request.ChangesNothing && (int)status >= 500,
        };
    }

    /// <summary>{"error_code": 42201, "message": "…"}; other makers have other fields as well.</summary>
    static (int? Code, string? Said) Reason(byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var said = ServiceJson.Text(document.RootElement, "message");
            return (
                ServiceJson.Int(document.RootElement, "error_code"),
                said is { Length: > LongestReason } ? said[..LongestReason] + "…" : said);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    /// <summary>With the same stores of certificates, and the same words about what is wrong with them, as towards brokers.</summary>
    static async ValueTask<Stream> ConnectAsync(
        TlsClient tls, SocketsHttpConnectionContext connection, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var end = connection.DnsEndPoint;
            await socket.ConnectAsync(end, cancellationToken).ConfigureAwait(false);
            return connection.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps
                ? await SecureAsync(tls, socket, end, cancellationToken).ConfigureAwait(false)
                : new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static async Task<SslStream> SecureAsync(TlsClient tls, Socket socket, DnsEndPoint end, CancellationToken cancellationToken) =>
        await tls.AuthenticateAsync(socket, end.Host, end.Port, cancellationToken, ownsSocket: true).ConfigureAwait(false);
}
