using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Messages.Services;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Registry;

/// <summary>
/// A schema registry over the REST interface that Confluent published and others speak (docs.confluent.io, "Schema Registry API
/// Reference"). A package has a client, which takes no cancellation, no bound of an answer, no bearer token without Confluent's cloud
/// around it, and cannot ask for the subjects of an id. Registries of other makers lack some addresses: where the rest makes sense without
/// what is asked there, the answer is null or empty.
/// </summary>
sealed class SchemaRegistryClient(RegistrySettings settings) : IDisposable
{
    /// <summary>Of subjects and versions: with those that were deleted and are kept.</summary>
    const string WithDeleted = "?deleted=true";

    readonly ServiceTransport transport = new(settings, "the registry", "application/vnd.schemaregistry.v1+json");

    /// <summary>For messages.</summary>
    public string Address => transport.Address;

    /// <exception cref="RegistryException">There is none, or the registry does not say.</exception>
    public async Task<RegisteredSchema> ByIdAsync(int id, CancellationToken cancellationToken)
    {
        var schema = RegistryJson.Schema(await GetAsync(ById(id), $"schema {id}", cancellationToken).ConfigureAwait(false), id);
        return schema with { Places = await PlacesAsync(id, cancellationToken).ConfigureAwait(false) };
    }

    /// <exception cref="RegistryException">There is none, or the registry does not say.</exception>
    public async Task<RegisteredSchema> ByGuidAsync(Guid guid, CancellationToken cancellationToken)
    {
        var answer = await GetAsync($"schemas/guids/{guid}", $"schema {guid}", cancellationToken).ConfigureAwait(false);
        var schema = RegistryJson.Schema(answer, 0);
        return schema.Id == 0
            ? schema
            : schema with { Places = await PlacesAsync(schema.Id, cancellationToken).ConfigureAwait(false) };
    }

    /// <param name="version">Null: the latest.</param>
    /// <param name="deleted">Also one that was deleted and is kept.</param>
    /// <exception cref="RegistryException">There is none, or the registry does not say.</exception>
    public async Task<RegisteredSchema> BySubjectAsync(
        string subject, int? version, CancellationToken cancellationToken, bool deleted = false)
    {
        var path = $"{Versions(subject)}/{version?.ToString(CultureInfo.InvariantCulture) ?? "latest"}{(deleted ? WithDeleted : "")}";
        var answer = await GetAsync(path, Named(subject, version), cancellationToken).ConfigureAwait(false);
        var schema = RegistryJson.Schema(answer, 0);
        return schema with { Places = [new(subject, ServiceJson.Int(answer, "version") ?? version ?? 0)] };
    }

    /// <summary>Registries of other makers may not have the address: the subject is then not known, and bodies are read.</summary>
    public async Task<ImmutableArray<SchemaPlace>> PlacesAsync(int id, CancellationToken cancellationToken) => RegistryJson.Places(
        await KnownAsync($"{ById(id)}/versions", $"subjects of schema {id}", cancellationToken).ConfigureAwait(false) ?? default);

    /// <summary>In no order.</summary>
    /// <exception cref="RegistryException">The registry does not say.</exception>
    public async Task<ImmutableArray<string>> SubjectsAsync(bool deleted, CancellationToken cancellationToken)
    {
        var path = $"subjects{(deleted ? WithDeleted : "")}";
        return ServiceJson.Texts(await GetAsync(path, "subjects", cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Ascending.</summary>
    /// <exception cref="RegistryException">There is no such subject, or the registry does not say.</exception>
    public async Task<ImmutableArray<int>> VersionsAsync(string subject, bool deleted, CancellationToken cancellationToken)
    {
        var path = $"{Versions(subject)}{(deleted ? WithDeleted : "")}";
        var answer = await GetAsync(path, $"subject {subject}", cancellationToken).ConfigureAwait(false);
        return ServiceJson.Ints(answer).Sort();
    }

    /// <summary>Ids of schemas that refer to a version; null where the registry does not tell.</summary>
    public async Task<ImmutableArray<int>?> ReferencedByAsync(string subject, int version, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{Versions(subject)}/{version}/referencedby");
        return await KnownAsync(path, $"references to {subject}", cancellationToken).ConfigureAwait(false) is { } answer
            ? ServiceJson.Ints(answer)
            : null;
    }

    /// <param name="subject">Null: of all that have none of their own.</param>
    /// <returns>"BACKWARD", …; null when the subject has none of its own.</returns>
    /// <exception cref="RegistryException">The registry does not say.</exception>
    public async Task<string?> LevelAsync(string? subject, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await GetAsync(Config(subject), "compatibility level", cancellationToken).ConfigureAwait(false);
            return ServiceJson.Text(answer, "compatibilityLevel") ?? ServiceJson.Text(answer, "compatibility");
        }
        catch (RegistryException e) when (e.IsMissing)
        {
            return null;
        }
    }

    /// <summary>READWRITE, READONLY, …; null where the registry does not tell.</summary>
    public async Task<string?> ModeAsync(CancellationToken cancellationToken) =>
        await KnownAsync("mode", "mode", cancellationToken).ConfigureAwait(false) is { } answer ? ServiceJson.Text(answer, "mode") : null;

    /// <summary>Whether a candidate could be registered.</summary>
    /// <param name="version">Which it is compared with; null: all that its subject's level takes into account.</param>
    /// <returns>Null where the registry has no such comparison, or nothing to compare with.</returns>
    /// <exception cref="RegistryException">The candidate cannot be read, or the registry does not say.</exception>
    public async Task<CompatibilityTest?> TestAsync(SchemaCandidate candidate, string? version, CancellationToken cancellationToken)
    {
        var path = $"compatibility/{Versions(candidate.Subject)}{(version is null ? "" : $"/{version}")}?verbose=true";
        try
        {
            var answer = await PostAsync(path, candidate, "a test of compatibility", true, cancellationToken).ConfigureAwait(false);
            return ServiceJson.Flag(answer, "is_compatible") is not { } compatible ? null
                : new CompatibilityTest(
                    compatible, answer.TryGetProperty("messages", out var messages) ? ServiceJson.Texts(messages) : []);
        }
        catch (RegistryException e) when (e.Status is 404 or 405)
        {
            return null;
        }
    }

    /// <returns>Where a candidate stands already; null when it does not.</returns>
    /// <exception cref="RegistryException">The candidate cannot be read, or the registry does not say.</exception>
    public async Task<RegisteredSchema?> FindAsync(SchemaCandidate candidate, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await PostAsync(
                Subject(candidate.Subject), candidate, $"this schema under {candidate.Subject}", true, cancellationToken)
                .ConfigureAwait(false);
            return new RegisteredSchema(
                ServiceJson.Int(answer, "id") ?? 0, candidate.Type, candidate.Text, candidate.References,
                [new(candidate.Subject, ServiceJson.Int(answer, "version") ?? 0)]);
        }
        catch (RegistryException e) when (e.IsMissing)
        {
            return null;
        }
    }

    /// <returns>The schema's id.</returns>
    /// <exception cref="RegistryException">It was not registered, or that is not known.</exception>
    public async Task<int> RegisterAsync(SchemaCandidate candidate, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(
            Versions(candidate.Subject), candidate, $"a new version of {candidate.Subject}", false, cancellationToken)
            .ConfigureAwait(false);
        return ServiceJson.Int(answer, "id") ?? 0;
    }

    /// <param name="version">Null: all of them.</param>
    /// <param name="permanent">What was deleted and is kept, for good.</param>
    /// <exception cref="RegistryException">It was not deleted, or that is not known.</exception>
    public Task DeleteAsync(string subject, int? version, bool permanent, CancellationToken cancellationToken)
    {
        var path = version is { } one
            ? string.Create(CultureInfo.InvariantCulture, $"{Versions(subject)}/{one}")
            : Subject(subject);
        return SendAsync(
            new(HttpMethod.Delete, path + (permanent ? "?permanent=true" : ""), $"the deletion of {Named(subject, version)}"),
            cancellationToken);
    }

    /// <param name="subject">Null: of all that have none of their own.</param>
    /// <param name="level">Null: the subject is to have none of its own.</param>
    /// <exception cref="RegistryException">It was not changed, or that is not known.</exception>
    public Task SetLevelAsync(string? subject, string? level, CancellationToken cancellationToken)
    {
        var what = $"the compatibility {level ?? "of all"} for {subject ?? "all subjects"}";
        return SendAsync(
            level is null
                ? new ServiceRequest(HttpMethod.Delete, Config(subject), what)
                : new ServiceRequest(HttpMethod.Put, Config(subject), what)
                {
                    Body = Encoding.UTF8.GetBytes(new JsonObject { ["compatibility"] = level }.ToJsonString()),
                },
            cancellationToken);
    }

    public void Dispose() => transport.Dispose();

    static string ById(int id) => string.Create(CultureInfo.InvariantCulture, $"schemas/ids/{id}");

    static string Subject(string subject) => $"subjects/{Uri.EscapeDataString(subject)}";

    static string Versions(string subject) => $"{Subject(subject)}/versions";

    static string Config(string? subject) => subject is null ? "config" : $"config/{Uri.EscapeDataString(subject)}";

    static string Named(string subject, int? version) =>
        $"subject {subject}, version {version?.ToString(CultureInfo.InvariantCulture) ?? "latest"}";

    Task<JsonElement> GetAsync(string path, string what, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, path, what), cancellationToken);

    Task<JsonElement> PostAsync(
        string path, SchemaCandidate candidate, string what, bool changesNothing, CancellationToken cancellationToken) =>
        SendAsync(
            new(HttpMethod.Post, path, what) { Body = RegistryJson.Candidate(candidate), ChangesNothing = changesNothing },
            cancellationToken);

    async Task<JsonElement> SendAsync(ServiceRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException e)
        {
            throw RegistryException.Of(e);
        }
    }

    /// <summary>Null where the registry refuses it, or has no such address.</summary>
    async Task<JsonElement?> KnownAsync(string path, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(path, what, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.IsAnswer)
        {
            return null;
        }
    }
}
