using Dashboard.Messages.Connect;
using Dashboard.Messages.Services;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Access;

namespace Dashboard.Api.Integrations;

/// <summary>What the addresses of Connect have in common: who is asked, and how trouble is answered.</summary>
sealed class ConnectCalls(IClusterRegistry clusters, IConnectCatalogs catalogs, IConnectCommands commands, ICurrentActor who)
{
    public async Task<IResult> ListAsync(string id, Actor actor)
    {
        if (clusters.Find(id) is null)
        {
            return Problems.NoCluster(id);
        }

        var read = catalogs.Of(id).Select(async catalog =>
            ConnectBody.Of(catalog, await catalog.ReadAsync(), name => actor.May(Read(id, name))));
        return Results.Ok<IEnumerable<ConnectBody>>(await Task.WhenAll(read));
    }

    public async Task<IResult> AskAsync(string id, string connect, Func<ConnectCatalog, Task<IResult>> ask)
    {
        if (clusters.Find(id) is null)
        {
            return Problems.NoCluster(id);
        }

        if (catalogs.Of(id, connect) is not { } catalog)
        {
            return Problems.Of(
                StatusCodes.Status404NotFound, ConnectRefusals.None,
                $"The definition of cluster {id} names no Connect cluster {connect} (connect).");
        }

        try
        {
            return await ask(catalog);
        }
        catch (ServiceException e)
        {
            return Problems.Of(e, ConnectRefusals.Of(e, null).Code);
        }
    }

    public async Task<IResult> OneAsync(ConnectCatalog catalog, string connector)
    {
        var read = await catalog.ReadAsync();
        return read.Value is { } overview && overview.Find(connector) is null
            ? Problems.Of(StatusCodes.Status404NotFound, ConnectRefusals.Unknown, $"There is no connector {connector}.")
            : Results.Ok(new Envelope<ConnectorBody>(
                read.Value?.Find(connector) is { } found ? ConnectorBody.Of(found) : null, read.AsOf, ErrorBody.Of(read.Error)));
    }

    /// <summary>Answers with the plan, or runs the command.</summary>
    public async Task<IResult> RunAsync(string id, ConnectorCommand command, bool dryRun, CancellationToken cancellationToken)
    {
        if (clusters.Find(id) is not { } cluster)
        {
            return Problems.NoCluster(id);
        }

        if (dryRun)
        {
            return Results.Ok(await commands.PlanAsync(cluster, command, cancellationToken));
        }

        var result = await commands.RunAsync(cluster, command, who.Actor, cancellationToken);
        return result.Succeeded ? Results.NoContent() : Problems.Of(result);
    }

    static Permission Read(string cluster, string connector) => new(AccessKind.Connectors, AccessAction.Read, cluster, connector);
}
