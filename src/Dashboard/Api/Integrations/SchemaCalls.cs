using Dashboard.Messages.Registry;
using Dashboard.Messages.Subjects;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;
using Dashboard.Security.Access;

namespace Dashboard.Api.Integrations;

/// <summary>What the addresses of a schema registry have in common: who is asked, and how trouble is answered.</summary>
sealed class SchemaCalls(
    IClusterRegistry clusters, ISchemaCatalogs catalogs, ISchemaCommands commands, ICurrentActor who)
{
    public Task<IResult> AskAsync(string id, Func<SchemaCatalog, Task<IResult>> ask) => AskAsync(id, (_, catalog) => ask(catalog));

    public async Task<IResult> AskAsync(string id, Func<IClusterMonitor, SchemaCatalog, Task<IResult>> ask)
    {
        if (clusters.Find(id) is not { } cluster)
        {
            return Problems.NoCluster(id);
        }

        if (catalogs.Of(id) is not { } catalog)
        {
            return Problems.Of(
                StatusCodes.Status404NotFound, SchemaRefusals.None,
                $"The definition of cluster {id} names no schema registry (schemaRegistry).");
        }

        try
        {
            return await ask(cluster, catalog);
        }
        catch (RegistryException e)
        {
            return Problems.Of(e, SchemaRefusals.Of(e, null).Code);
        }
    }

    /// <summary>Answers with the plan, or runs the command.</summary>
    public async Task<IResult> RunAsync<TPlan>(
        string id, SchemaCommand command, Func<ISchemaCommands, IClusterMonitor, Task<TPlan>> plan, bool dryRun,
        Func<CommandResult, RegisteredSchema?, IResult> done, CancellationToken cancellationToken)
        where TPlan : CommandPlan
    {
        if (clusters.Find(id) is not { } cluster)
        {
            return Problems.NoCluster(id);
        }

        if (dryRun)
        {
            return Results.Ok<object>(await plan(commands, cluster));
        }

        var (result, registered) = await commands.RunAsync(cluster, command, who.Actor, cancellationToken);
        return result.Succeeded ? done(result, registered) : Problems.Of(result);
    }
}
