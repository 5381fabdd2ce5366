using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Dashboard.Messages.Services;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Connect;

/// <summary>
/// One Connect cluster over its REST interface. While it rebalances it answers 409 to what changes something: that is asked for again until
/// it is over or patience is. It was not done then, so that asking again does nothing twice.
/// </summary>
sealed class ConnectClient(ConnectSettings settings, TimeProvider time) : IDisposable
{
    static readonly TimeSpan rebalancePatience = TimeSpan.FromSeconds(20);
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(500);

    readonly ServiceTransport transport = new(settings.Access, $"Connect {settings.Name}", ServiceTransport.Json);

    public string Name => settings.Name;

    /// <summary>For messages.</summary>
    public string Address => transport.Address;

    /// <exception cref="ServiceException">It does not say.</exception>
    public async Task<ConnectOverview> ReadAsync(CancellationToken cancellationToken)
    {
        var root = GetAsync("", "its version", cancellationToken);
        // all in one request (KIP-465, Kafka 2.3) instead of two for each
        var connectors = GetAsync("connectors?expand=status&expand=info", "its connectors", cancellationToken);
        await Task.WhenAll(root, connectors).ConfigureAwait(false);
        var told = await root.ConfigureAwait(false);
        return new ConnectOverview(
            ServiceJson.Text(told, "version") ?? "?", ServiceJson.Text(told, "kafka_cluster_id"),
            ConnectJson.Connectors(await connectors.ConfigureAwait(false)));
    }

    /// <summary>Null: there is none.</summary>
    /// <exception cref="ServiceException">It does not say.</exception>
    public async Task<ImmutableSortedDictionary<string, string>?> ConfigAsync(string connector, CancellationToken cancellationToken)
    {
        try
        {
            return ConnectJson.Config(
                await GetAsync($"{Path(connector)}/config", $"connector {connector}", cancellationToken).ConfigureAwait(false));
        }
        catch (ServiceException e) when (e.IsMissing)
        {
            return null;
        }
    }

    /// <summary>That it has used since it was made, or since they were forgotten; null where that is not told.</summary>
    public async Task<ImmutableArray<string>?> TopicsAsync(string connector, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await GetAsync($"{Path(connector)}/topics", $"topics of {connector}", cancellationToken).ConfigureAwait(false);
            return answer.TryGetProperty(connector, out var of) && of.TryGetProperty("topics", out var topics)
                ? ServiceJson.Texts(topics).Sort(StringComparer.Ordinal)
                : null;
        }
        // KIP-558 (Kafka 2.5), and only where topic.tracking.enable is left on
        catch (ServiceException e) when (e.IsAnswer)
        {
            return null;
        }
    }

    /// <summary>KIP-875, since Kafka 3.5; null where the workers are older.</summary>
    /// <exception cref="ServiceException">It does not say.</exception>
    public async Task<ImmutableArray<ConnectorOffset>?> OffsetsAsync(string connector, CancellationToken cancellationToken)
    {
        try
        {
            return ConnectJson.Offsets(
                await GetAsync($"{Path(connector)}/offsets", $"offsets of {connector}", cancellationToken).ConfigureAwait(false));
        }
        catch (ServiceException e) when (e.Status is 404 or 405)
        {
            return null;
        }
    }

    /// <exception cref="ServiceException">It does not say.</exception>
    public async Task<ImmutableArray<ConnectPlugin>> PluginsAsync(CancellationToken cancellationToken) =>
        ConnectJson.Plugins(await GetAsync("connector-plugins", "its plugins", cancellationToken).ConfigureAwait(false));

    /// <exception cref="ServiceException">There is no such plugin, or it does not say.</exception>
    public async Task<ConfigValidation> ValidateAsync(IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken)
    {
        var plugin = config.GetValueOrDefault(ConnectorConfig.Class) ?? "";
        return ConnectJson.Validation(await transport.SendAsync(
            new(HttpMethod.Put, $"connector-plugins/{Uri.EscapeDataString(plugin)}/config/validate", $"a check of plugin {plugin}")
            {
                Body = Body(config),
                ChangesNothing = true,
            },
            cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Makes it, or changes it.</summary>
    public Task PutConfigAsync(string connector, IReadOnlyDictionary<string, string> config) =>
        ChangeAsync(new(HttpMethod.Put, $"{Path(connector)}/config", $"a config of {connector}") { Body = Body(config) });

    /// <param name="verb">pause, resume or stop.</param>
    public Task SetStateAsync(string connector, string verb) =>
        ChangeAsync(new(HttpMethod.Put, $"{Path(connector)}/{verb}", $"{verb} of {connector}"));

    /// <param name="onlyFailed">What runs goes on.</param>
    public Task RestartAsync(string connector, bool onlyFailed) => ChangeAsync(new(
        // KIP-745 (Kafka 3.0); older workers ignore both, and restart the connector without its tasks
        HttpMethod.Post, $"{Path(connector)}/restart?includeTasks=true&onlyFailed={(onlyFailed ? "true" : "false")}",
        $"a restart of {connector}"));

    public Task RestartTaskAsync(string connector, int task) => ChangeAsync(new(
        HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"{Path(connector)}/tasks/{task}/restart"),
        $"a restart of task {task} of {connector}"));

    public Task DeleteAsync(string connector) => ChangeAsync(new(HttpMethod.Delete, Path(connector), $"the deletion of {connector}"));

    /// <param name="offsets">JSON as Connect takes it, {"offsets": […]}; null: begins anew.</param>
    public Task SetOffsetsAsync(string connector, byte[]? offsets) => ChangeAsync(offsets is null
        ? new(HttpMethod.Delete, $"{Path(connector)}/offsets", $"a reset of the offsets of {connector}")
        : new ServiceRequest(HttpMethod.Patch, $"{Path(connector)}/offsets", $"other offsets of {connector}") { Body = offsets });

    public void Dispose() => transport.Dispose();

    static string Path(string connector) => $"connectors/{Uri.EscapeDataString(connector)}";

    static byte[] Body(IReadOnlyDictionary<string, string> config) =>
        JsonSerializer.SerializeToUtf8Bytes(config.ToDictionary(), ConnectConfigJson.Default.DictionaryStringString);

    Task<JsonElement> GetAsync(string path, string what, CancellationToken cancellationToken) =>
        transport.SendAsync(new(HttpMethod.Get, path, what), cancellationToken);

    /// <summary>What was begun is seen through: the caller's cancellation is not passed on.</summary>
    async Task ChangeAsync(ServiceRequest request)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await transport.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (ServiceException e) when (IsRebalance(e) && time.GetElapsedTime(began) < rebalancePatience)
            {
                await Task.Delay(pause, time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>409 is also what cannot be done, such as a connector that is there already: that says something else.</summary>
    internal static bool IsRebalance(ServiceException e) =>
        e.Status == 409 && e.Said?.Contains("rebalance", StringComparison.OrdinalIgnoreCase) == true;
}
