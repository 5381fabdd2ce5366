using Dashboard.Addresses;
using Dashboard.Messages.Subjects;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Security.Access;

namespace Dashboard.Api.Integrations;

/// <summary>The schema registry of a cluster: what it has, and what changes it.</summary>
static class SchemaEndpoints
{
    const string OfSubject = "schemas/{subject}";
    const string OfVersion = "schemas/{subject}/versions/{version:int}";
    const string Level = "schemas/{subject}/compatibility";
    const string Versions = "schemas/{subject}/versions";
    const string Common = "schema-compatibility";

    public static void MapSchemas(this RouteGroupBuilder clusters)
    {
        var reads = clusters.MapReadsOf("Schemas");
        reads.MapGet("schemas", (string cluster, SchemaCalls calls, ICurrentActor who, bool deleted = false) =>
                calls.AskAsync(cluster, async catalog =>
                {
                    var list = await catalog.ReadListAsync();
                    return Results.Ok(SchemasBody.Of(list, name => who.Actor.May(Read(cluster, name)), deleted));
                }))
            .WithSummary("The subjects of the schema registry; with ?deleted=true also those that are deleted and kept")
            .Requires(AccessKind.Schemas, AccessAction.Read).Produces<Envelope<SchemasBody>>();
        reads.MapGet(OfSubject, (string cluster, string subject, SchemaCalls calls, CancellationToken cancellationToken) =>
                calls.AskAsync(cluster, async catalog =>
                {
                    var found = await catalog.ReadAsync(SubjectAddress.Name(subject), cancellationToken);
                    return Results.Ok(SubjectBody.Of(found));
                }))
            .WithSummary("A subject: its versions and how compatible they have to be")
            .Requires(AccessKind.Schemas, AccessAction.Read, "subject").Produces<SubjectBody>();
        reads.MapGet(OfVersion, (
                string cluster, string subject, int version, SchemaCalls calls, CancellationToken cancellationToken) =>
                calls.AskAsync(cluster, async catalog =>
                {
                    var found = await catalog.ReadAsync(SubjectAddress.Name(subject), version, cancellationToken);
                    return Results.Ok(SchemaVersionBody.Of(found));
                }))
            .WithSummary("A version of a subject: its schema, what it refers to, and what refers to it")
            .Requires(AccessKind.Schemas, AccessAction.Read, "subject").Produces<SchemaVersionBody>();
        reads.MapGet($"{OfVersion}/usage", (
                string cluster, string subject, int version, SchemaCalls calls, ISchemaUsers users, ICurrentActor who,
                CancellationToken cancellationToken) =>
                calls.AskAsync(cluster, async (monitor, catalog) =>
                {
                    var name = SubjectAddress.Name(subject);
                    var found = await catalog.ReadAsync(name, version, cancellationToken);
                    return Results.Ok(await users.LookAsync(
                        monitor, name, new HashSet<int> { found.Schema.Id }, who.Actor, cancellationToken));
                }))
            .WithSummary("Topics that use a version, by name or in their newest records; says at what it looked")
            .Requires(AccessKind.Schemas, AccessAction.Read, "subject").Produces<SchemaUsage>();
        MapChanges(clusters);
    }

    static void MapChanges(RouteGroupBuilder clusters)
    {
        var changes = clusters.MapChangesOf("Schemas");
        changes.OnlyJson(Versions).MapPost(Versions, (
                string cluster, string subject, RegisterSchemaBody body, SchemaCalls calls, CancellationToken cancellationToken,
                bool dryRun = false) =>
            {
                var command = new RegisterSchema(body.Candidate(SubjectAddress.Name(subject)));
                return calls.RunAsync(
                    cluster, command, (commands, monitor) => commands.PlanAsync(monitor, command, cancellationToken), dryRun,
                    (result, registered) => Results.Ok(RegisteredSchemaBody.Of(command, registered, result)), cancellationToken);
            })
            .WithSummary("Registers a schema; a dry run compares it with the latest version and with all, and registers nothing")
            .Requires(AccessKind.Schemas, AccessAction.Create, "subject").Commanded<RegisterSchemaPlan>()
            .Produces<RegisteredSchemaBody>();
        changes.OnlyJson(Level, "PUT").MapPut(Level, (
                string cluster, string subject, CompatibilityBody body, SchemaCalls calls, CancellationToken cancellationToken,
                bool dryRun = false) =>
                SetAsync(cluster, SubjectAddress.Name(subject), body.Level, calls, dryRun, cancellationToken))
            .WithSummary("How compatible the versions of a subject have to be")
            .Requires(AccessKind.Schemas, AccessAction.Alter, "subject").Commanded<SetCompatibilityPlan>()
            .Produces(StatusCodes.Status204NoContent);
        changes.MapDelete(Level, (
                string cluster, string subject, SchemaCalls calls, CancellationToken cancellationToken, bool dryRun = false) =>
                SetAsync(cluster, SubjectAddress.Name(subject), null, calls, dryRun, cancellationToken))
            .WithSummary("The compatibility of all subjects is this one's again")
            .Requires(AccessKind.Schemas, AccessAction.Alter, "subject").Commanded<SetCompatibilityPlan>()
            .Produces(StatusCodes.Status204NoContent);
        changes.OnlyJson(Common, "PUT").MapPut(Common, (
                string cluster, CompatibilityBody body, SchemaCalls calls, CancellationToken cancellationToken, bool dryRun = false) =>
                SetAsync(cluster, null, body.Level, calls, dryRun, cancellationToken))
            .WithSummary("How compatible the versions of subjects have to be that have no level of their own")
            .Requires(AccessKind.Schemas, AccessAction.Alter).Commanded<SetCompatibilityPlan>()
            .Produces(StatusCodes.Status204NoContent);
        changes.MapDelete(OfSubject, (
                string cluster, string subject, SchemaCalls calls, ICurrentActor who, CancellationToken cancellationToken,
                bool permanent = false, bool dryRun = false) =>
                DeleteAsync(cluster, new(SubjectAddress.Name(subject), null, permanent), calls, who, dryRun, cancellationToken))
            .WithSummary("Deletes a subject; with ?permanent=true one that was deleted before, for good")
            .Requires(AccessKind.Schemas, AccessAction.Delete, "subject").Commanded<DeleteSchemaPlan>()
            .Produces(StatusCodes.Status204NoContent);
        changes.MapDelete(OfVersion, (
                string cluster, string subject, int version, SchemaCalls calls, ICurrentActor who, CancellationToken cancellationToken,
                bool permanent = false, bool dryRun = false) =>
                DeleteAsync(cluster, new(SubjectAddress.Name(subject), version, permanent), calls, who, dryRun, cancellationToken))
            .WithSummary("Deletes a version of a subject; with ?permanent=true one that was deleted before, for good")
            .Requires(AccessKind.Schemas, AccessAction.Delete, "subject").Commanded<DeleteSchemaPlan>()
            .Produces(StatusCodes.Status204NoContent);
    }

    static Permission Read(string cluster, string subject) => new(AccessKind.Schemas, AccessAction.Read, cluster, subject);

    static Task<IResult> SetAsync(
        string cluster, string? subject, string? level, SchemaCalls calls, bool dryRun, CancellationToken cancellationToken)
    {
        var command = new SetCompatibility(subject, level);
        return calls.RunAsync(
            cluster, command, (commands, monitor) => commands.PlanAsync(monitor, command, cancellationToken), dryRun,
            (_, _) => Results.NoContent(), cancellationToken);
    }

    static Task<IResult> DeleteAsync(
        string cluster, DeleteSchema command, SchemaCalls calls, ICurrentActor who, bool dryRun, CancellationToken cancellationToken) =>
        calls.RunAsync(
            cluster, command, (commands, monitor) => commands.PlanAsync(monitor, command, who.Actor, cancellationToken), dryRun,
            (_, _) => Results.NoContent(), cancellationToken);
}
