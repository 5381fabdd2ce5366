using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Schemas;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Registry;

/// <summary>
/// A registry's schemas, ready to read and write bodies with. A schema of an id never changes and is kept; a failure is remembered for
/// some seconds. A registry that does not answer is left alone for a time that doubles, up to half a minute: meanwhile callers get
/// the failure at once.
/// </summary>
public sealed class SchemaRegistry : IDisposable
{
    const int MostSchemas = 1000;

    /// <summary>That a schema brings along, and the schemas they bring.</summary>
    const int MostReferences = 200;

    static readonly TimeSpan kept = TimeSpan.FromHours(6);
    static readonly TimeSpan latestIsTrue = TimeSpan.FromSeconds(10);
    static readonly TimeSpan failuresLast = TimeSpan.FromSeconds(10);
    static readonly TimeSpan longestPause = TimeSpan.FromSeconds(30);

    readonly SchemaRegistryClient client;
    readonly ExpiringCache<string, BodySchema> schemas;
    readonly TimeProvider time;
    readonly Lock gate = new();
    TimeSpan pause = TimeSpan.Zero;
    DateTimeOffset asksAgain;
    RegistryException? silence;

    public SchemaRegistry(RegistrySettings settings, TimeProvider time)
    {
        client = new SchemaRegistryClient(settings);
        schemas = new(MostSchemas, failuresLast, time);
        this.time = time;
    }

    /// <summary>For people, who ask now and then: each request is sent, whatever became of those before.</summary>
    internal SchemaRegistryClient Client => client;

    internal TimeProvider Time => time;

    /// <exception cref="RegistryException">It is not to be had.</exception>
    internal Task<BodySchema> ByIdAsync(int id) => GetAsync(
        string.Create(CultureInfo.InvariantCulture, $"id {id}"), kept, token => client.ByIdAsync(id, token));

    /// <exception cref="RegistryException">It is not to be had.</exception>
    internal Task<BodySchema> ByGuidAsync(Guid guid) => GetAsync($"guid {guid}", kept, token => client.ByGuidAsync(guid, token));

    /// <param name="version">Null: the latest.</param>
    /// <exception cref="RegistryException">It is not to be had.</exception>
    internal Task<BodySchema> BySubjectAsync(string subject, int? version) => GetAsync(
        string.Create(CultureInfo.InvariantCulture, $"subject {version} {subject}"),
        // an id or a version never changes what it means; "latest" does
        version is null ? latestIsTrue : kept,
        token => client.BySubjectAsync(subject, version, token));

    public void Dispose() => client.Dispose();

    Task<BodySchema> GetAsync(string key, TimeSpan lasts, Func<CancellationToken, Task<RegisteredSchema>> fetch) =>
        schemas.GetAsync(key, lasts, async () =>
        {
            var registered = await AskAsync(fetch).ConfigureAwait(false);
            return BodySchema.Of(registered, await ReferencesAsync(registered).ConfigureAwait(false));
        });

    /// <summary>All that it needs, each before the ones that need it, by the names they are imported under.</summary>
    async Task<IReadOnlyList<(string Name, RegisteredSchema Schema)>> ReferencesAsync(RegisteredSchema root)
    {
        var (found, seen) = (new List<(string, RegisteredSchema)>(), new HashSet<SchemaLink>());
        await VisitAsync(root.References).ConfigureAwait(false);
        return found;

        async Task VisitAsync(ImmutableArray<SchemaLink> links)
        {
            foreach (var link in links)
            {
                // found already, or a circle
                if (!seen.Add(link))
                {
                    continue;
                }

                if (seen.Count > MostReferences)
                {
                    throw new RegistryException($"the schema refers to more than {MostReferences} others", true);
                }

                var schema = await AskAsync(token => client.BySubjectAsync(link.Subject, link.Version, token)).ConfigureAwait(false);
                // deepest first: a parser needs to know a type before it is used
                await VisitAsync(schema.References).ConfigureAwait(false);
                found.Add((link.Name, schema));
            }
        }
    }

    async Task<RegisteredSchema> AskAsync(Func<CancellationToken, Task<RegisteredSchema>> fetch)
    {
        lock (gate)
        {
            if (silence is not null && time.GetUtcNow() < asksAgain)
            {
                throw silence;
            }
        }

        try
        {
            // each request has the client's deadline
            var schema = await fetch(CancellationToken.None).ConfigureAwait(false);
            lock (gate)
            {
                (silence, pause) = (null, TimeSpan.Zero);
            }

            return schema;
        }
        catch (RegistryException e) when (!e.IsAnswer)
        {
            lock (gate)
            {
                pause = pause == TimeSpan.Zero ? TimeSpan.FromSeconds(2) : pause * 2 < longestPause ? pause * 2 : longestPause;
                // otherwise each of a thousand records would wait for the same silent server
                (silence, asksAgain) = (e, time.GetUtcNow() + pause);
            }

            throw;
        }
    }
}
