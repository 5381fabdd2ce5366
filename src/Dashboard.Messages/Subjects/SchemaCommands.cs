using System.Collections.Immutable;
using Dashboard.Messages.Registry;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;

namespace Dashboard.Messages.Subjects;

/// <summary>
/// What changes the registry of a cluster: each with a plan that shows what it would do, and a run through the cluster's gate.
/// </summary>
public interface ISchemaCommands
{
    Task<RegisterSchemaPlan> PlanAsync(IClusterMonitor cluster, RegisterSchema command, CancellationToken cancellationToken);

    /// <param name="usage">For whom topics are looked through for records with these schemas; null: they are not.</param>
    Task<DeleteSchemaPlan> PlanAsync(
        IClusterMonitor cluster, DeleteSchema command, Actor? usage, CancellationToken cancellationToken);

    Task<SetCompatibilityPlan> PlanAsync(IClusterMonitor cluster, SetCompatibility command, CancellationToken cancellationToken);

    /// <summary>
    /// Runs it if the actor may, once, with an entry in the audit log. A registry that does not answer is asked what it shows; nothing is
    /// sent again.
    /// </summary>
    /// <returns>How it ended, and what was registered where that is known.</returns>
    Task<(CommandResult Result, RegisteredSchema? Registered)> RunAsync(
        IClusterMonitor cluster, SchemaCommand command, Actor actor, CancellationToken cancellationToken);
}

/// <inheritdoc cref="ISchemaCommands"/>
public sealed class SchemaCommands(ISchemaCatalogs catalogs, ISchemaUsers users, TimeProvider time) : ISchemaCommands
{
    public async Task<RegisterSchemaPlan> PlanAsync(
        IClusterMonitor cluster, RegisterSchema command, CancellationToken cancellationToken) =>
        (await RegistrationAsync(cluster, command, cancellationToken).ConfigureAwait(false)).ToldOf(cluster.Current);

    public async Task<DeleteSchemaPlan> PlanAsync(
        IClusterMonitor cluster, DeleteSchema command, Actor? usage, CancellationToken cancellationToken) =>
        (await DeletionAsync(cluster, command, usage, cancellationToken).ConfigureAwait(false)).ToldOf(cluster.Current);

    public async Task<SetCompatibilityPlan> PlanAsync(
        IClusterMonitor cluster, SetCompatibility command, CancellationToken cancellationToken) =>
        (await ChangeOfLevelAsync(cluster, command, cancellationToken).ConfigureAwait(false)).ToldOf(cluster.Current);

    async Task<RegisterSchemaPlan> RegistrationAsync(
        IClusterMonitor cluster, RegisterSchema command, CancellationToken cancellationToken)
    {
        var candidate = command.Candidate;
        if (Client(cluster) is not { } client)
        {
            return new RegisterSchemaPlan(command, null, null, null, null) { Refusals = [NoRegistry(cluster)], AsOf = time.GetUtcNow() };
        }

        try
        {
            var known = client.FindAsync(candidate, cancellationToken);
            var latest = client.TestAsync(candidate, "latest", cancellationToken);
            var all = client.TestAsync(candidate, null, cancellationToken);
            var own = client.LevelAsync(candidate.Subject, cancellationToken);
            var common = client.LevelAsync(null, cancellationToken);
            await Task.WhenAll(known, latest, all, own, common).ConfigureAwait(false);
            var (place, toLatest, toAll) = ((await known.ConfigureAwait(false))?.Places.FirstOrDefault(),
                await latest.ConfigureAwait(false), await all.ConfigureAwait(false));
            return new RegisterSchemaPlan(
                command, place, toLatest, toAll, await own.ConfigureAwait(false) ?? await common.ConfigureAwait(false))
            {
                AsOf = time.GetUtcNow(),
                Refusals = place is null && (toAll ?? toLatest) is { IsCompatible: false } against
                    ? [SchemaRefusals.Of(SchemaRefusals.Incompatible, Why(against), candidate.Subject)]
                    : [],
            };
        }
        catch (RegistryException e)
        {
            return new RegisterSchemaPlan(command, null, null, null, null)
            {
                AsOf = time.GetUtcNow(),
                Refusals = [SchemaRefusals.Of(e, candidate.Subject)],
            };
        }
    }

    async Task<DeleteSchemaPlan> DeletionAsync(
        IClusterMonitor cluster, DeleteSchema command, Actor? usage, CancellationToken cancellationToken)
    {
        if (catalogs.Of(cluster.Id) is not { } catalog)
        {
            return Refused(NoRegistry(cluster));
        }

        try
        {
            var subject = await catalog.ReadAsync(command.Of, cancellationToken).ConfigureAwait(false);
            var named = subject.Versions.Where(v => command.Version is not { } one || v.Version == one).ToImmutableArray();
            var goes = named.Where(v => v.IsDeleted == command.Permanent).ToImmutableArray();
            var refusal = named.IsEmpty
                ? SchemaRefusals.Of(SchemaRefusals.Unknown, $"{command.Of} has no version {command.Version}.", command.Of)
                : command.Permanent && named.Any(v => !v.IsDeleted)
                    ? SchemaRefusals.Of(
                        SchemaRefusals.NotDeleted, "For good goes only what was deleted before: delete it first.", command.Of)
                : goes.IsEmpty ? SchemaRefusals.Of(SchemaRefusals.AlreadyDeleted, "It is deleted already, and kept.", command.Of)
                : null;
            var versions = await Task.WhenAll(
                goes.TakeLast(SchemaUsers.MostVersions).Select(v => catalog.ReadAsync(command.Of, v.Version, cancellationToken)))
                .ConfigureAwait(false);
            var referring = versions.SelectMany(v => v.ReferencedBy ?? [])
                .Where(p => p.Subject != command.Of || goes.All(v => v.Version != p.Version)).Distinct().ToImmutableArray();
            refusal ??= referring.IsEmpty ? null : SchemaRefusals.Of(
                SchemaRefusals.Referenced,
                $"Other schemas need it: {string.Join(", ", referring.Take(10).Select(p => $"{p.Subject} {p.Version}"))}.", command.Of);
            return new DeleteSchemaPlan(
                command, goes, referring,
                usage is null
                    ? null
                    : await users.LookAsync(cluster, command.Of, versions.Select(v => v.Schema.Id).ToHashSet(), usage, cancellationToken)
                        .ConfigureAwait(false))
            {
                AsOf = time.GetUtcNow(),
                Refusals = refusal is null ? [] : [refusal],
                Notes = command.Permanent ? [new PlanNote(Severity.Bad, "SchemaForGood", [])] : [],
            };
        }
        catch (RegistryException e)
        {
            return Refused(SchemaRefusals.Of(e, command.Of));
        }

        DeleteSchemaPlan Refused(Refusal refusal) =>
            new(command, [], [], null) { AsOf = time.GetUtcNow(), Refusals = [refusal] };
    }

    async Task<SetCompatibilityPlan> ChangeOfLevelAsync(
        IClusterMonitor cluster, SetCompatibility command, CancellationToken cancellationToken)
    {
        ImmutableArray<Refusal> refusals = Client(cluster) is null ? [NoRegistry(cluster)]
            : command is { Of: null, Level: null }
                ? [SchemaRefusals.Of(SchemaRefusals.Registry, "The level of all subjects can be changed, and not taken away.", null)]
            : [];
        string? own = null, common = null;
        if (Client(cluster) is { } client)
        {
            try
            {
                own = command.Of is null ? null : await client.LevelAsync(command.Of, cancellationToken).ConfigureAwait(false);
                common = await client.LevelAsync(null, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryException e)
            {
                refusals = [SchemaRefusals.Of(e, command.Of)];
            }
        }

        return new SetCompatibilityPlan(command, own ?? common, own is not null)
        {
            AsOf = time.GetUtcNow(),
            Refusals = refusals,
            Notes = command.Level == "NONE" ? [new PlanNote(Severity.Warning, "SchemaUnchecked", [])] : [],
        };
    }

    public async Task<(CommandResult Result, RegisteredSchema? Registered)> RunAsync(
        IClusterMonitor cluster, SchemaCommand command, Actor actor, CancellationToken cancellationToken)
    {
        var subject = command.Subject ?? "all subjects";
        RegisteredSchema? registered = null;
        string? after = null;
        var client = Client(cluster);
        var sending = new SchemaSending(client, command, time);
        // who may not change it learns nothing of it this way either
        var before = client is not null && actor.May(command.Needs(cluster.Id))
            ? await sending.BeforeAsync(cancellationToken).ConfigureAwait(false)
            : null;
        var action = new GuardedAction(command.Action, subject, command.Details, command.Needs, async () =>
        {
            if (client is null)
            {
                return new CommandResult(CommandEnd.Refused, 0, [NoRegistry(cluster)], time.GetUtcNow());
            }

            // what was begun is seen through: a page that closes takes nothing back
            (var result, registered) = await sending.SendAsync().ConfigureAwait(false);
            after = sending.After(registered);
            catalogs.Of(cluster.Id)?.Forget();
            return result;
        })
        {
            Before = before,
            After = () => after,
        };
        return (await cluster.Commands.RunAsync(action, actor, cancellationToken).ConfigureAwait(false), registered);
    }

    SchemaRegistryClient? Client(IClusterMonitor cluster) => catalogs.Of(cluster.Id)?.Client;

    static Refusal NoRegistry(IClusterMonitor cluster) => SchemaRefusals.Of(
        SchemaRefusals.None, $"The definition of cluster {cluster.Id} names no schema registry (schemaRegistry).", null);

    static string Why(CompatibilityTest against) => against.Messages.IsEmpty
        ? "It is not compatible with the versions that are there; the registry does not say why."
        : string.Join(" ", against.Messages.Take(5));
}
