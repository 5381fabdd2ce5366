using System.Globalization;
using Dashboard.Messages.Registry;
using Dashboard.Messages.Services;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Messages.Subjects;

/// <summary>One change of a registry on its way: what was there, what is sent, and how it is seen that it was done.</summary>
/// <param name="client">Null: nothing is sent.</param>
sealed class SchemaSending(SchemaRegistryClient? client, SchemaCommand command, TimeProvider time)
{
    string Subject => command.Subject ?? "all subjects";

    /// <summary>For the audit log; null where it is not told.</summary>
    public async Task<string?> BeforeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return command switch
            {
                RegisterSchema { Candidate.Subject: var subject } => await VersionsAsync(subject, cancellationToken).ConfigureAwait(false),
                DeleteSchema { Permanent: false } delete => await VersionsAsync(delete.Of, cancellationToken).ConfigureAwait(false),
                SetCompatibility { Of: var subject } => await client!.LevelAsync(subject, cancellationToken).ConfigureAwait(false),
                _ => null,
            };
        }
        catch (RegistryException)
        {
            return null;
        }
    }

    public string? After(RegisteredSchema? registered) => command switch
    {
        RegisterSchema when registered is { Places: [var place, ..] } =>
            string.Create(CultureInfo.InvariantCulture, $"version {place.Version}, id {registered.Id}"),
        RegisterSchema when registered is not null => string.Create(CultureInfo.InvariantCulture, $"id {registered.Id}"),
        SetCompatibility { Level: var level } => level,
        _ => null,
    };

    public async Task<(CommandResult Result, RegisteredSchema? Registered)> SendAsync()
    {
        RegisteredSchema? registered = null;
        var result = await new ServiceSending(Subject, SchemaRefusals.Of, time).RunAsync(
            async () => registered = await SendOnceAsync().ConfigureAwait(false),
            async () =>
            {
                (var seen, registered) = await SeeAsync().ConfigureAwait(false);
                return seen;
            }).ConfigureAwait(false);
        return (result, registered);
    }

    async Task<string?> VersionsAsync(string subject, CancellationToken cancellationToken)
    {
        var versions = await client!.VersionsAsync(subject, false, cancellationToken).ConfigureAwait(false);
        return versions.IsEmpty ? null : $"versions {string.Join(", ", versions.TakeLast(50))}";
    }

    async Task<RegisteredSchema?> SendOnceAsync()
    {
        switch (command)
        {
            case RegisterSchema { Candidate: var candidate }:
                var id = await client!.RegisterAsync(candidate, CancellationToken.None).ConfigureAwait(false);
                return await FindAsync(candidate).ConfigureAwait(false) is { } found
                    ? found with { Id = id }
                    : new RegisteredSchema(id, candidate.Type, candidate.Text, candidate.References, []);
            case DeleteSchema delete:
                // without the page's token: how it ended has to be known, also when the page is closed
                await client!.DeleteAsync(delete.Of, delete.Version, delete.Permanent, CancellationToken.None).ConfigureAwait(false);
                return null;
            case SetCompatibility set:
                await client!.SetLevelAsync(set.Of, set.Level, CancellationToken.None).ConfigureAwait(false);
                return null;
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command, null);
        }
    }

    /// <summary>Which version it became; a registry that does not tell has registered it all the same.</summary>
    async Task<RegisteredSchema?> FindAsync(SchemaCandidate candidate)
    {
        try
        {
            return await client!.FindAsync(candidate, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RegistryException)
        {
            return null;
        }
    }

    async Task<(Sighting Seen, RegisteredSchema? Registered)> SeeAsync()
    {
        switch (command)
        {
            case RegisterSchema { Candidate: var candidate }:
                var found = await client!.FindAsync(candidate, CancellationToken.None).ConfigureAwait(false);
                return found is { Places: [var place, ..] }
                    ? (Seen(true, "SchemaThere", $"it is version {place.Version} of {place.Subject}", place.Subject, place.Version), found)
                    : (Seen(null, "SchemaMissing", $"{Subject} does not have it so far", Subject), null);
            case DeleteSchema delete:
                var left = await LeftAsync(delete).ConfigureAwait(false);
                return (
                    left
                        ? Seen(null, "SchemaStays", $"{Subject} still has it", Subject)
                        : Seen(true, "SchemaGone", $"{Subject} has it no longer", Subject),
                    null);
            case SetCompatibility set:
                var level = await client!.LevelAsync(set.Of, CancellationToken.None).ConfigureAwait(false);
                return (
                    level == set.Level
                        ? Seen(true, "LevelIs", $"the compatibility of {Subject} is {level ?? "that of all"}", Subject, level ?? "–")
                        : Seen(
                            null, "LevelStays", $"the compatibility of {Subject} is still {level ?? "that of all"}", Subject,
                            level ?? "–"),
                    null);
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command, null);
        }
    }

    async Task<bool> LeftAsync(DeleteSchema delete)
    {
        try
        {
            // what is deleted for good is not among the deleted ones either
            var versions = await client!.VersionsAsync(delete.Of, delete.Permanent, CancellationToken.None).ConfigureAwait(false);
            return delete.Version is { } one ? versions.Contains(one) : versions.Length > 0;
        }
        catch (RegistryException e) when (e.IsMissing)
        {
            return false;
        }
    }

    Sighting Seen(bool? happened, string key, string words, params object[] arguments) => new(
        Subject, happened, key, [.. arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!)], words);
}
