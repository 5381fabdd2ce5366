using System.Collections.Immutable;
using Dashboard.Messages.Registry;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Decoding;

/// <summary>The decoder of each cluster, by its definition as it is now.</summary>
public interface IBodyDecoders
{
    /// <summary>Of a cluster that is not known: by what the bytes say alone.</summary>
    IBodyDecoder Of(string cluster);
}

/// <summary>
/// Made when first asked for, and again after the definition has changed. Bounded by the number of clusters; what the one before held of
/// connections to its registry closes by itself when it is idle, so that a reading that still uses it comes to an end.
/// </summary>
public sealed class BodyDecoders : IBodyDecoders, IDisposable
{
    readonly IClusterRegistry clusters;
    readonly TimeProvider time;
    readonly Lock gate = new();
    ImmutableDictionary<string, Made> made = ImmutableDictionary<string, Made>.Empty;

    public BodyDecoders(IClusterRegistry clusters, TimeProvider time)
    {
        (this.clusters, this.time) = (clusters, time);
        clusters.Changed += Forget;
    }

    public IBodyDecoder Of(string cluster) => Find(cluster)?.Decoder ?? new BodyDecoder(DecodeRules.None, null);

    /// <summary>Null when the cluster is not known, or its definition names none.</summary>
    public SchemaRegistry? RegistryOf(string cluster) => Find(cluster)?.Registry;

    internal DecodeRules RulesOf(string cluster) => Find(cluster)?.Rules ?? DecodeRules.None;

    public void Dispose()
    {
        clusters.Changed -= Forget;
        foreach (var one in made.Values)
        {
            one.Registry?.Dispose();
        }
    }

    Made? Find(string cluster)
    {
        if (clusters.Find(cluster) is not ClusterMonitor { Options: var options })
        {
            return null;
        }

        if (made.TryGetValue(cluster, out var known) && known.IsOf(options))
        {
            return known;
        }

        lock (gate)
        {
            if (!made.TryGetValue(cluster, out known) || !known.IsOf(options))
            {
                known = Made.Of(options, time);
                made = made.SetItem(cluster, known);
            }

            return known;
        }
    }

    void Forget()
    {
        lock (gate)
        {
            var known = clusters.Clusters.Select(c => c.Id).ToHashSet();
            made = made.RemoveRange(made.Keys.Where(id => !known.Contains(id)));
        }
    }

    sealed record Made(ClusterMonitorOptions Options, DecodeRules Rules, BodyDecoder Decoder, SchemaRegistry? Registry)
    {
        public static Made Of(ClusterMonitorOptions options, TimeProvider time)
        {
            var registry = RegistrySettings.Of(options.SchemaRegistry) is { } settings ? new SchemaRegistry(settings, time) : null;
            var rules = new DecodeRules(options.Decode, options.Protobuf, time);
            return new(options, rules, new BodyDecoder(rules, registry), registry);
        }

        public bool IsOf(ClusterMonitorOptions options) => ReferenceEquals(Options, options)
            || (Options.Decode == options.Decode && Options.Protobuf == options.Protobuf
                && ClusterMonitorOptions.Same(Options.SchemaRegistry, options.SchemaRegistry));
    }
}
