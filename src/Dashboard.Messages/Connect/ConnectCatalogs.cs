using System.Collections.Frozen;
using System.Collections.Immutable;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Connect;

/// <summary>The Connect clusters of each cluster, by its definition as it is now.</summary>
public interface IConnectCatalogs
{
    /// <summary>In the order of their names; empty when the cluster is not known, or its definition names none.</summary>
    ImmutableArray<ConnectCatalog> Of(string cluster);

    /// <summary>Null when there is none of this name.</summary>
    ConnectCatalog? Of(string cluster, string connect) => Of(cluster).FirstOrDefault(c => c.Name == connect);
}

/// <summary>
/// Made when first asked for, and again after the definition has changed. Bounded by the number of clusters; connections of those before
/// close by themselves when they are idle, so that a reading that still uses them comes to an end.
/// </summary>
public sealed class ConnectCatalogs(IClusterRegistry clusters, TimeProvider time) : IConnectCatalogs, IDisposable
{
    readonly Lock gate = new();
    ImmutableDictionary<string, (FrozenDictionary<string, string> Settings, ImmutableArray<ConnectCatalog> Catalogs)> made =
        ImmutableDictionary<string, (FrozenDictionary<string, string>, ImmutableArray<ConnectCatalog>)>.Empty;

    public ImmutableArray<ConnectCatalog> Of(string cluster)
    {
        if (clusters.Find(cluster) is not ClusterMonitor { Options.Connect: var settings })
        {
            return [];
        }

        lock (gate)
        {
            if (!made.TryGetValue(cluster, out var known) || !ClusterMonitorOptions.Same(known.Settings, settings))
            {
                known = (settings, [.. ConnectSettings.Of(settings).Select(one => new ConnectCatalog(one, time))]);
                made = made.RemoveRange(made.Keys.Where(id => clusters.Find(id) is null)).SetItem(cluster, known);
            }

            return known.Catalogs;
        }
    }

    public void Dispose()
    {
        foreach (var one in made.Values.SelectMany(m => m.Catalogs))
        {
            one.Dispose();
        }
    }
}
