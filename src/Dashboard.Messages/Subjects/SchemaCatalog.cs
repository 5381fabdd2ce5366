using System.Collections.Immutable;
using Dashboard.Messages.Registry;
using Dashboard.Monitoring.Model;

namespace Dashboard.Messages.Subjects;

/// <summary>
/// What a registry has, for people who look at it. The list of subjects is one reading for all who look, kept with its age when a later one
/// fails; what a list shows of each subject is asked for the rows on the screen, and remembered for a time.
/// </summary>
public sealed class SchemaCatalog(SchemaRegistry registry)
{
    /// <summary>Rows that are remembered.</summary>
    const int MostSummaries = 5000;

    /// <summary>That are named; what refers to a schema beyond them is not counted.</summary>
    const int MostReferring = 50;

    static readonly TimeSpan summariesLast = TimeSpan.FromSeconds(30);
    static readonly TimeSpan failuresLast = TimeSpan.FromSeconds(5);

    /// <summary>Who asks sooner gets what was read.</summary>
    static readonly TimeSpan listLasts = TimeSpan.FromSeconds(2);

    readonly ExpiringCache<string, SubjectSummary> summaries = new(MostSummaries, failuresLast, registry.Time);
    readonly Lock gate = new();
    Task<Section<SubjectList>>? reading;

    /// <summary>For messages.</summary>
    public string Address => registry.Client.Address;

    /// <summary>As it was read last.</summary>
    public Section<SubjectList> List { get; private set; } = Section<SubjectList>.Unread;

    internal SchemaRegistryClient Client => registry.Client;

    /// <summary>Reads the list again, unless that was done a moment ago.</summary>
    public Task<Section<SubjectList>> ReadListAsync()
    {
        lock (gate)
        {
            if (List is { Error: null, AsOf: { } at } && registry.Time.GetUtcNow() - at < listLasts)
            {
                return Task.FromResult(List);
            }

            // all who ask meanwhile wait for the same reading
            return reading ??= Task.Run(ReadAsync);
        }
    }

    /// <summary>Something was changed: what is remembered of it is not true any longer.</summary>
    public void Forget()
    {
        lock (gate)
        {
            // aged and not dropped: pages show it until it has been read again
            List = List with { AsOf = List.AsOf is { } at ? at - listLasts : null };
        }

        summaries.Clear();
    }

    /// <exception cref="RegistryException">There is no such subject, or the registry does not say.</exception>
    public Task<SubjectSummary> SummaryAsync(string subject) => summaries.GetAsync(subject, summariesLast, async () =>
    {
        var latest = await Client.BySubjectAsync(subject, null, CancellationToken.None).ConfigureAwait(false);
        return new SubjectSummary(latest.Places[0].Version, latest.Id, latest.Type, latest.References.Length);
    });

    /// <exception cref="RegistryException">There is no such subject, or the registry does not say.</exception>
    public async Task<SubjectDetail> ReadAsync(string subject, CancellationToken cancellationToken)
    {
        var all = VersionsAsync(subject, true, cancellationToken);
        var live = VersionsAsync(subject, false, cancellationToken);
        var own = Client.LevelAsync(subject, cancellationToken);
        var common = Client.LevelAsync(null, cancellationToken);
        await Task.WhenAll(all, live, own, common).ConfigureAwait(false);
        // either may be missing: all of the subject is deleted, or the registry keeps nothing of what is deleted
        var (kept, left) = (await all.ConfigureAwait(false), await live.ConfigureAwait(false));
        var versions = (kept ?? left ?? []).Select(version => new SubjectVersion(version, left?.Contains(version) != true))
            .ToImmutableArray();
        if (versions.IsEmpty)
        {
            throw new RegistryException($"the registry at {Address} has no subject {subject}", true) { IsMissing = true };
        }

        var ownLevel = await own.ConfigureAwait(false);
        return new SubjectDetail(subject, versions, ownLevel ?? await common.ConfigureAwait(false), ownLevel);
    }

    /// <exception cref="RegistryException">There is no such version, or the registry does not say.</exception>
    public async Task<VersionDetail> ReadAsync(string subject, int version, CancellationToken cancellationToken)
    {
        var schema = Client.BySubjectAsync(subject, version, cancellationToken, deleted: true);
        var referring = Client.ReferencedByAsync(subject, version, cancellationToken);
        await Task.WhenAll(schema, referring).ConfigureAwait(false);
        return new VersionDetail(
            subject, version, await schema.ConfigureAwait(false),
            await referring.ConfigureAwait(false) is { } ids ? await PlacesAsync(ids, cancellationToken).ConfigureAwait(false) : null);
    }

    /// <summary>Null where there is nothing that it could be compared with.</summary>
    /// <exception cref="RegistryException">The candidate cannot be read, or the registry does not say.</exception>
    public Task<CompatibilityTest?> TestAsync(SchemaCandidate candidate, string? version, CancellationToken cancellationToken) =>
        Client.TestAsync(candidate, version, cancellationToken);

    /// <summary>Null where there is no such subject.</summary>
    async Task<ImmutableArray<int>?> VersionsAsync(string subject, bool deleted, CancellationToken cancellationToken)
    {
        try
        {
            return await Client.VersionsAsync(subject, deleted, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.IsMissing)
        {
            return null;
        }
    }

    async Task<ImmutableArray<SchemaPlace>> PlacesAsync(ImmutableArray<int> ids, CancellationToken cancellationToken)
    {
        var places = await Task.WhenAll(ids.Take(MostReferring).Select(id => Client.PlacesAsync(id, cancellationToken)))
            .ConfigureAwait(false);
        return [.. places.SelectMany(one => one).Distinct().OrderBy(p => p.Subject, StringComparer.Ordinal).ThenBy(p => p.Version)];
    }

    async Task<Section<SubjectList>> ReadAsync()
    {
        var before = List;
        Section<SubjectList> after;
        try
        {
            var live = Client.SubjectsAsync(false, CancellationToken.None);
            var level = Client.LevelAsync(null, CancellationToken.None);
            var mode = Client.ModeAsync(CancellationToken.None);
            var all = DeletedTooAsync();
            await Task.WhenAll(live, level, mode, all).ConfigureAwait(false);
            var names = (await live.ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
            var subjects = names.Select(name => new ListedSubject(name, false))
                .Concat((await all.ConfigureAwait(false)).Where(name => !names.Contains(name))
                    .Select(name => new ListedSubject(name, true)))
                .OrderBy(s => s.Name, StringComparer.Ordinal);
            after = before.Read(
                new SubjectList([.. subjects], await level.ConfigureAwait(false), await mode.ConfigureAwait(false)),
                registry.Time.GetUtcNow());
        }
        catch (RegistryException e)
        {
            after = before.Failed(RegistryErrors.Of(e, Address, registry.Time.GetUtcNow()));
        }

        lock (gate)
        {
            (List, reading) = (after, null);
            return after;
        }
    }

    /// <summary>A registry that keeps nothing of what is deleted refuses to list it.</summary>
    async Task<ImmutableArray<string>> DeletedTooAsync()
    {
        try
        {
            return await Client.SubjectsAsync(true, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.IsAnswer)
        {
            return [];
        }
    }
}
