using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Dashboard.Monitoring;
using Wire.Security;

namespace Dashboard.Messages.Registry;

/// <summary>
/// Reads a schema registry over the REST interface that Confluent published and others speak (docs.confluent.io, "Schema Registry API
/// Reference"). A package has a client, which takes no cancellation, no bound of an answer, no bearer token without Confluent's cloud
/// around it, and cannot ask for the subjects of an id.
/// </summary>
sealed class SchemaRegistryClient : IDisposable
{
    const int LongestAnswer = 8 << 20;

    readonly RegistrySettings settings;
    readonly HttpClient http;

    public SchemaRegistryClient(RegistrySettings settings)
    {
        this.settings = settings;
        var tls = new TlsClient(settings.Tls);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = 8,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = (connection, cancellationToken) => ConnectAsync(tls, connection, cancellationToken),
        };
        http = new HttpClient(handler) { Timeout = settings.Timeout, MaxResponseContentBufferSize = LongestAnswer };
        http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.schemaregistry.v1+json, application/json");
        http.DefaultRequestHeaders.Authorization =
            settings.Token is { } token ? new AuthenticationHeaderValue("Bearer", token)
            : settings.User is { } user
                ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{settings.Password}")))
            : null;
    }

    /// <summary>For messages.</summary>
    public string Address => string.Join(", ", settings.Urls.Select(url => url.GetLeftPart(UriPartial.Path).TrimEnd('/')));

    /// <exception cref="RegistryException">There is none, or the registry does not say.</exception>
    public async Task<RegisteredSchema> ByIdAsync(int id, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"schemas/ids/{id}");
        var schema = Schema(await GetAsync(path, $"schema {id}", cancellationToken).ConfigureAwait(false), id);
        return schema with { Places = await PlacesAsync(id, cancellationToken).ConfigureAwait(false) };
    }

    /// <exception cref="RegistryException">There is none, or the registry does not say.</exception>
    public async Task<RegisteredSchema> ByGuidAsync(Guid guid, CancellationToken cancellationToken)
    {
        var answer = await GetAsync($"schemas/guids/{guid}", $"schema {guid}", cancellationToken).ConfigureAwait(false);
        var schema = Schema(answer, 0);
        return schema.Id == 0
            ? schema
            : schema with { Places = await PlacesAsync(schema.Id, cancellationToken).ConfigureAwait(false) };
    }

    /// <param name="version">Null: the latest.</param>
    /// <exception cref="RegistryException">There is none, or the registry does not say.</exception>
    public async Task<RegisteredSchema> BySubjectAsync(string subject, int? version, CancellationToken cancellationToken)
    {
        var number = version?.ToString(CultureInfo.InvariantCulture) ?? "latest";
        var answer = await GetAsync(
            $"subjects/{Uri.EscapeDataString(subject)}/versions/{number}", $"subject {subject}, version {number}", cancellationToken)
            .ConfigureAwait(false);
        var schema = Schema(answer, 0);
        return schema with { Places = [new(subject, Int(answer, "version") ?? version ?? 0)] };
    }

    public void Dispose() => http.Dispose();

    /// <summary>Registries of other makers may not have the address: the subject is then not known, and bodies are read.</summary>
    async Task<ImmutableArray<SchemaPlace>> PlacesAsync(int id, CancellationToken cancellationToken)
    {
        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"schemas/ids/{id}/versions");
            var answer = await GetAsync(path, $"subjects of schema {id}", cancellationToken).ConfigureAwait(false);
            return answer.ValueKind != JsonValueKind.Array ? [] :
            [
                .. answer.EnumerateArray()
                    .Select(one => (Subject: Text(one, "subject"), Version: Int(one, "version")))
                    .Where(one => one is { Subject: not null, Version: not null })
                    .Select(one => new SchemaPlace(one.Subject!, one.Version!.Value)),
            ];
        }
        catch (RegistryException e) when (e.IsAnswer)
        {
            return [];
        }
    }

    /// <summary>From the first of the registry's addresses that answers.</summary>
    async Task<JsonElement> GetAsync(string path, string what, CancellationToken cancellationToken)
    {
        RegistryException? silent = null;
        foreach (var url in settings.Urls)
        {
            try
            {
                return await GetAsync(new Uri(url, path), url, what, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryException e) when (!e.IsAnswer)
            {
                silent = e;
            }
        }

        throw silent!;
    }

    async Task<JsonElement> GetAsync(Uri address, Uri url, string what, CancellationToken cancellationToken)
    {
        var registry = $"the registry at {url.GetLeftPart(UriPartial.Path).TrimEnd('/')}";
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
            {
                var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                using var document = JsonDocument.Parse(body);
                return document.RootElement.Clone();
            }

            throw answer.StatusCode switch
            {
                HttpStatusCode.NotFound => new RegistryException($"{registry} has no {what}", true) { IsMissing = true },
                HttpStatusCode.Unauthorized => new RegistryException($"{registry} wants another user, password or token (401)", true),
                HttpStatusCode.Forbidden => new RegistryException($"{registry} does not show {what} to this user (403)", true),
                var status => new RegistryException(
                    $"{registry} answers with {(int)status} when it is asked for {what}", (int)status < 500),
            };
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryException($"{registry} does not answer within {settings.Timeout.TotalSeconds:0.#} s", false, e);
        }
        catch (HttpRequestException e)
        {
            throw new RegistryException($"{registry} does not answer: {(e.InnerException ?? e).Message}", false, e);
        }
        catch (JsonException e)
        {
            throw new RegistryException($"{registry} answers with what is no JSON", true, e);
        }
    }

    static RegisteredSchema Schema(JsonElement answer, int id) => new(
        id != 0 ? id : Int(answer, "id") ?? 0,
        Text(answer, "schemaType") ?? "AVRO",
        Text(answer, "schema") ?? throw new RegistryException("the registry answers without a schema", true),
        answer.TryGetProperty("references", out var references) && references.ValueKind == JsonValueKind.Array
            ?
            [
                .. references.EnumerateArray()
                    .Select(r => new SchemaLink(Text(r, "name") ?? "", Text(r, "subject") ?? "", Int(r, "version") ?? 0)),
            ]
            : [],
        []);

    static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    static int? Int(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var number) ? number : null;

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
