using System.Collections.Immutable;
using Dashboard.Messages.Services;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;

namespace Dashboard.Messages.Connect;

/// <summary>
/// One Connect cluster for people who look at it: one reading for all of them, kept with its age when a later one fails. What is read of
/// one connector is asked for by the page that shows it.
/// </summary>
public sealed class ConnectCatalog : IDisposable
{
    /// <summary>Who asks sooner gets what was read.</summary>
    static readonly TimeSpan lasts = TimeSpan.FromSeconds(2);

    readonly TimeProvider time;
    readonly Lock gate = new();
    Task<Section<ConnectOverview>>? reading;
    bool isOld;

    public ConnectCatalog(ConnectSettings settings, TimeProvider time)
    {
        this.time = time;
        Client = new ConnectClient(settings, time);
    }

    public string Name => Client.Name;

    /// <summary>For messages.</summary>
    public string Address => Client.Address;

    /// <summary>As it was read last.</summary>
    public Section<ConnectOverview> Overview { get; private set; } = Section<ConnectOverview>.Unread;

    internal ConnectClient Client { get; }

    /// <summary>Reads it again, unless that was done a moment ago.</summary>
    public Task<Section<ConnectOverview>> ReadAsync()
    {
        lock (gate)
        {
            if (!isOld && Overview is { Error: null, AsOf: { } at } && time.GetUtcNow() - at < lasts)
            {
                return Task.FromResult(Overview);
            }

            isOld = false;
            return reading ??= Task.Run(ReadOnceAsync);
        }
    }

    /// <summary>Something was changed.</summary>
    public void Forget()
    {
        lock (gate)
        {
            isOld = true;
        }
    }

    /// <exception cref="ServiceException">It does not say.</exception>
    public Task<ImmutableArray<ConnectPlugin>> PluginsAsync(CancellationToken cancellationToken) => Client.PluginsAsync(cancellationToken);

    /// <summary>Null where that is not told.</summary>
    /// <exception cref="ServiceException">It does not answer.</exception>
    public Task<ImmutableArray<string>?> TopicsAsync(string connector, CancellationToken cancellationToken) =>
        Client.TopicsAsync(connector, cancellationToken);

    /// <summary>Null where the workers are too old to tell.</summary>
    /// <exception cref="ServiceException">It does not say.</exception>
    public Task<ImmutableArray<ConnectorOffset>?> OffsetsAsync(string connector, CancellationToken cancellationToken) =>
        Client.OffsetsAsync(connector, cancellationToken);

    public SectionError Error(ServiceException e) => new(
        e.Kind,
        new ErrorSource($"Connect at {Address}", Phrase.Of("Source_At", "Connect", Address)), null, e.Message, time.GetUtcNow());

    public void Dispose() => Client.Dispose();

    async Task<Section<ConnectOverview>> ReadOnceAsync()
    {
        var before = Overview;
        Section<ConnectOverview> after;
        try
        {
            after = before.Read(await Client.ReadAsync(CancellationToken.None).ConfigureAwait(false), time.GetUtcNow());
        }
        catch (ServiceException e)
        {
            after = before.Failed(Error(e));
        }

        lock (gate)
        {
            (Overview, reading) = (after, null);
            return after;
        }
    }
}
