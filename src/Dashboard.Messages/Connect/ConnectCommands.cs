using System.Collections.Immutable;
using Dashboard.Messages.Services;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;

namespace Dashboard.Messages.Connect;

/// <summary>What changes connectors: each with a plan that shows what it would do, and a run through the cluster's gate.</summary>
public interface IConnectCommands
{
    /// <summary>Of a config: its plugin checks it.</summary>
    Task<ConnectorPlan> PlanAsync(IClusterMonitor cluster, ConnectorCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// Runs it if the actor may, once, with an entry in the audit log. While Connect rebalances it is asked again, for some time, for it
    /// has done nothing then. Where no answer came it is asked what it shows, and nothing is sent again.
    /// </summary>
    Task<CommandResult> RunAsync(IClusterMonitor cluster, ConnectorCommand command, Actor actor, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IConnectCommands"/>
public sealed class ConnectCommands(IConnectCatalogs catalogs, TimeProvider time) : IConnectCommands
{
    public async Task<ConnectorPlan> PlanAsync(
        IClusterMonitor cluster, ConnectorCommand command, CancellationToken cancellationToken) =>
        (await CheckedAsync(cluster, command, cancellationToken).ConfigureAwait(false)).ToldOf(cluster.Current);

    async Task<ConnectorPlan> CheckedAsync(IClusterMonitor cluster, ConnectorCommand command, CancellationToken cancellationToken)
    {
        if (catalogs.Of(cluster.Id, command.Connect) is not { } catalog)
        {
            return Plan(None(cluster, command));
        }

        try
        {
            var overview = await catalog.Client.ReadAsync(cancellationToken).ConfigureAwait(false);
            var connector = overview.Find(command.Connector);
            var wrong = Missing(command, connector);
            if (command is SetConnectorOffsets offsets && connector is not null)
            {
                // of one that is not stopped as well: it is looked at before it is
                var now = await catalog.Client.OffsetsAsync(command.Connector, cancellationToken).ConfigureAwait(false);
                return ConnectorOffsetPlanner.Of(Plan(wrong, connector), offsets, connector, now);
            }

            if (wrong is not null)
            {
                return Plan(wrong, connector);
            }

            return command is ConfigureConnector configure
                ? await PlanAsync(catalog, configure, connector, cancellationToken).ConfigureAwait(false)
                : Plan(null, connector) with
                {
                    Topics = await catalog.Client.TopicsAsync(command.Connector, cancellationToken).ConfigureAwait(false),
                    Notes = command is DeleteConnector ? [new PlanNote(Severity.Warning, "ConnectorOffsetsStay", [])] : [],
                };
        }
        catch (ServiceException e)
        {
            return Plan(ConnectRefusals.Of(e, command.Subject));
        }

        ConnectorPlan Plan(Refusal? refusal, ConnectorInfo? connector = null) =>
            new(command.Action, command.Subject, ConnectorState.Of(connector), "", null, null)
            {
                AsOf = time.GetUtcNow(),
                Refusals = refusal is null ? [] : [refusal],
            };
    }

    public async Task<CommandResult> RunAsync(
        IClusterMonitor cluster, ConnectorCommand command, Actor actor, CancellationToken cancellationToken)
    {
        var catalog = catalogs.Of(cluster.Id, command.Connect);
        var sending = catalog is null ? null : new ConnectSending(catalog.Client, command, time);
        // who may not change it learns nothing of it this way either
        var before = sending is not null && actor.May(command.Needs(cluster.Id))
            ? await sending.BeforeAsync(cancellationToken).ConfigureAwait(false)
            : null;
        string? after = null;
        var action = new GuardedAction(command.Action, command.Subject, command.Details, command.Needs, async () =>
        {
            if (sending is null)
            {
                return new CommandResult(CommandEnd.Refused, 0, [None(cluster, command)], time.GetUtcNow());
            }

            var result = await sending.SendAsync().ConfigureAwait(false);
            after = sending.After;
            catalog!.Forget();
            return result;
        })
        {
            Before = before,
            After = () => after,
        };
        return await cluster.Commands.RunAsync(action, actor, cancellationToken).ConfigureAwait(false);
    }

    async Task<ConnectorPlan> PlanAsync(
        ConnectCatalog catalog, ConfigureConnector command, ConnectorInfo? connector, CancellationToken cancellationToken)
    {
        var unfilled = ConnectorConfig.TryFill(command.Config, connector?.Config, out var config);
        config = config.SetItem(ConnectorConfig.Name, command.Connector);
        var plan = new ConnectorPlan(
            command.Action, command.Subject, ConnectorState.Of(connector), ConnectorConfig.Changes(connector?.Config, config), null, null)
        {
            AsOf = time.GetUtcNow(),
        };
        if (unfilled is not null)
        {
            return plan with { Refusals = [Invalid($"{unfilled}: nothing is kept for it; give the value.")] };
        }

        if (config.GetValueOrDefault(ConnectorConfig.Class) is not { Length: > 0 })
        {
            return plan with { Refusals = [Invalid($"{ConnectorConfig.Class} is missing.")] };
        }

        var validation = await catalog.Client.ValidateAsync(config, cancellationToken).ConfigureAwait(false);
        var faults = validation.Settings.Where(s => !s.Errors.IsEmpty).Select(s => Invalid($"{s.Name}: {string.Join(" ", s.Errors)}"));
        var masked = Masked(validation);
        return plan with { Validation = masked, Refusals = [.. faults.Take(50)] };

        Refusal Invalid(string words) => ConnectRefusals.Of(ConnectRefusals.Invalid, words, command.Subject);
    }

    /// <summary>Values of secrets come back with what the plugin says of them.</summary>
    static ConfigValidation Masked(ConfigValidation validation)
    {
        var passwords = validation.Settings.Where(s => s.Type == ConnectSetting.Password).Select(s => s.Name).ToHashSet();
        var values = ConnectorConfig.Masked(
            validation.Settings.Where(s => s.Value is not null).DistinctBy(s => s.Name).ToDictionary(s => s.Name, s => s.Value!),
            passwords);
        return validation with { Settings = [.. validation.Settings.Select(s => s with { Value = values.GetValueOrDefault(s.Name) })] };
    }

    static Refusal? Missing(ConnectorCommand command, ConnectorInfo? connector) => (command, connector) switch
    {
        (ConfigureConnector { IsNew: true }, not null) =>
            ConnectRefusals.Of(ConnectRefusals.Exists, $"There is a connector {command.Connector} already.", command.Subject),
        (ConfigureConnector { IsNew: true }, null) => null,
        (_, null) => ConnectRefusals.Of(ConnectRefusals.Unknown, $"There is no connector {command.Connector}.", command.Subject),
        (SetConnectorOffsets, { State: not ConnectorInfo.Stopped }) => ConnectRefusals.Of(
            ConnectRefusals.NotStopped, $"Offsets are changed of a connector that is stopped; it is {connector.State}.", command.Subject),
        _ => null,
    };

    static Refusal None(IClusterMonitor cluster, ConnectorCommand command) => ConnectRefusals.Of(
        ConnectRefusals.None, $"The definition of cluster {cluster.Id} names no Connect cluster {command.Connect} (connect).", null);
}
