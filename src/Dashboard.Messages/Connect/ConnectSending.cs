using System.Globalization;
using System.Text.Json;
using Dashboard.Messages.Services;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Messages.Connect;

/// <summary>One change of a connector on its way: what was there, what is sent, and how it is seen that it was done.</summary>
sealed class ConnectSending(ConnectClient client, ConnectorCommand command, TimeProvider time)
{
    /// <summary>Offsets in an entry of the audit log.</summary>
    const int MostInAudit = 100;

    string Name => command.Connector;

    /// <summary>For the audit log.</summary>
    public string? After => command switch
    {
        ConfigureConnector configure => ConnectorConfig.Text(configure.Config),
        OperateConnector { Verb: ConnectorVerb.Pause } => ConnectorInfo.Paused,
        OperateConnector { Verb: ConnectorVerb.Stop } => ConnectorInfo.Stopped,
        OperateConnector { Verb: ConnectorVerb.Resume } => ConnectorInfo.Running,
        SetConnectorOffsets { Offsets: { } offsets } => Text(offsets),
        _ => null,
    };

    /// <summary>For the audit log; null where it is not told, or was not there.</summary>
    public async Task<string?> BeforeAsync(CancellationToken cancellationToken)
    {
        try
        {
            switch (command)
            {
                case ConfigureConnector or DeleteConnector:
                    return await client.ConfigAsync(Name, cancellationToken).ConfigureAwait(false) is { } config
                        ? ConnectorConfig.Text(config)
                        : null;
                case SetConnectorOffsets set:
                    return await client.OffsetsAsync(Name, cancellationToken).ConfigureAwait(false) is { } offsets
                        ? Text(ConnectorOffsetPlanner.Named(set, offsets))
                        : null;
                default:
                    return (await client.ReadAsync(cancellationToken).ConfigureAwait(false)).Find(Name)?.State;
            }
        }
        catch (ServiceException)
        {
            return null;
        }
    }

    static string Text(IEnumerable<ConnectorOffset> offsets) => string.Join(
        "; ",
        offsets.Take(MostInAudit).Select(o =>
            $"{o.Partition}: {(o.Offset.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? "forgotten" : o.Offset.ToString())}"));

    public Task<CommandResult> SendAsync() =>
        new ServiceSending(command.Subject, ConnectRefusals.Of, time).RunAsync(SendOnceAsync, SeeAsync);

    async Task SendOnceAsync()
    {
        switch (command)
        {
            case ConfigureConnector configure:
                await ConfigureAsync(configure).ConfigureAwait(false);
                break;
            case OperateConnector { Task: { } task }:
                await client.RestartTaskAsync(Name, task).ConfigureAwait(false);
                break;
            case OperateConnector { Verb: ConnectorVerb.Restart or ConnectorVerb.RestartFailed } restart:
                await client.RestartAsync(Name, restart.Verb == ConnectorVerb.RestartFailed).ConfigureAwait(false);
                break;
            case OperateConnector { Verb: var verb }:
                await client.SetStateAsync(Name, verb.ToString().ToLowerInvariant()).ConfigureAwait(false);
                break;
            case DeleteConnector:
                await client.DeleteAsync(Name).ConfigureAwait(false);
                break;
            case SetConnectorOffsets offsets:
                await client.SetOffsetsAsync(Name, offsets.Json()).ConfigureAwait(false);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command, null);
        }
    }

    /// <summary>The address that changes a config makes a connector as well: whether there is one is asked first.</summary>
    async Task ConfigureAsync(ConfigureConnector configure)
    {
        var has = await client.ConfigAsync(Name, CancellationToken.None).ConfigureAwait(false);
        if (configure.IsNew != has is null)
        {
            throw new ServiceException(configure.IsNew ? $"there is a connector {Name} already" : $"there is no connector {Name}", true)
            {
                Status = configure.IsNew ? 409 : 404,
            };
        }

        if (ConnectorConfig.TryFill(configure.Config, has, out var config) is { } unfilled)
        {
            throw new ServiceException($"{unfilled}: nothing is kept for it; give the value", true) { Status = 422 };
        }

        await client.PutConfigAsync(Name, config.SetItem(ConnectorConfig.Name, Name)).ConfigureAwait(false);
    }

    async Task<Sighting> SeeAsync()
    {
        switch (command)
        {
            case ConfigureConnector configure:
                var has = await client.ConfigAsync(Name, CancellationToken.None).ConfigureAwait(false);
                var isAs = has is not null && configure.Config.All(c =>
                    c.Value == Monitoring.ClusterDefinition.KeepSecret || has.GetValueOrDefault(c.Key) == c.Value);
                // secrets are not compared: one that is kept is not known here
                return isAs ? Seen(true, "ConnectorAsAsked", $"connector {Name} is as asked for")
                    : Seen(null, "ConnectorNotAsAsked", $"connector {Name} is not as asked for so far");
            case DeleteConnector:
                return await client.ConfigAsync(Name, CancellationToken.None).ConfigureAwait(false) is null
                    ? Seen(true, "ConnectorGone", $"connector {Name} is gone")
                    : Seen(null, "ConnectorStays", $"connector {Name} is still there");
            case SetConnectorOffsets set:
                var now = await client.OffsetsAsync(Name, CancellationToken.None).ConfigureAwait(false);
                return now is not null && ConnectorOffsetPlanner.IsDone(set, now.Value)
                    ? Seen(true, "ConnectorOffsetsAsAsked", $"offsets of connector {Name} are as asked for")
                    : Seen(null, "ConnectorOffsetsNotAsAsked", $"offsets of connector {Name} are not as asked for so far");
            default:
                var state = (await client.ReadAsync(CancellationToken.None).ConfigureAwait(false)).Find(Name)?.State ?? "–";
                // that something was restarted its state does not show
                return state == After
                    ? Seen(true, "ConnectorIs", $"connector {Name} is {state}", state)
                    : Seen(null, "ConnectorIsStill", $"connector {Name} is {state}", state);
        }
    }

    Sighting Seen(bool? happened, string key, string words, params object[] arguments) => new(
        command.Subject, happened, key,
        [Name, .. arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!)], words);
}
