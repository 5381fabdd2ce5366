using System.Collections.Immutable;
using Dashboard.Monitoring;
using Wire;

namespace Dashboard.Clusters;

/// <summary>What a change makes of the clusters that are kept, and whether it may be made. Pure.</summary>
static class CatalogChanges
{
    /// <param name="seal">Encrypts what is kept.</param>
    /// <exception cref="ClusterDefinitionException">It cannot be made; says why, and where else it can.</exception>
    public static (CatalogPlan Plan, ImmutableArray<KeptCluster> Kept) Apply(
        CatalogChange change, CatalogView view, Func<ClusterDefinition, KeptCluster> seal) => change switch
        {
            AddCluster { Definition: var definition } => Add(definition, view, seal),
            ReplaceCluster { Definition: var definition } => Replace(definition, view, seal),
            _ => Remove(change.Id, view),
        };

    static (CatalogPlan Plan, ImmutableArray<KeptCluster> Kept) Add(
        ClusterDefinition given, CatalogView view, Func<ClusterDefinition, KeptCluster> seal)
    {
        var definition = Secrets.Filled(given, null) with { Source = DefinitionSource.Kept };
        var (_, warnings) = DefinitionChecks.Check(definition);
        if (view.Find(given.Id) is not null || IndexOf(view, given.Id) >= 0)
        {
            throw Conflict("id", CodedText.Of("ClusterThere", $"id: there is a cluster {given.Id} already."));
        }

        if (view.All.Clusters.Count >= ClusterRegistry.MostClusters || view.Kept.Length >= ClusterRegistry.MostClusters)
        {
            throw Conflict(
                null, CodedText.Of("ClustersFull", $"There is room for {ClusterRegistry.MostClusters} clusters; remove one first."));
        }

        var plan = new CatalogPlan("add", definition.Id, DefinitionChanges.Of(null, definition), true, [.. warnings])
        {
            After = DefinitionChanges.Values(definition, null),
        };
        return (plan, view.Kept.Add(seal(definition)));
    }

    static (CatalogPlan Plan, ImmutableArray<KeptCluster> Kept) Replace(
        ClusterDefinition given, CatalogView view, Func<ClusterDefinition, KeptCluster> seal)
    {
        var index = RequireKept(given.Id, view);
        var kept = view.Kept[index];
        var before = kept.Definition ?? kept.Locked;
        // a secret that cannot be decrypted keeps nothing
        var definition = Secrets.Filled(given, kept.Definition) with { Source = DefinitionSource.Kept };
        var (options, warnings) = DefinitionChecks.Check(definition);
        var connects = view.Find(given.Id)?.Options.ConnectsAs(options) != true;
        var plan = new CatalogPlan("replace", definition.Id, DefinitionChanges.Of(before, definition), connects, [.. warnings])
        {
            Before = DefinitionChanges.Values(before, definition),
            After = DefinitionChanges.Values(definition, before),
        };
        return (plan, view.Kept.SetItem(index, seal(definition)));
    }

    static (CatalogPlan Plan, ImmutableArray<KeptCluster> Kept) Remove(string id, CatalogView view)
    {
        var index = RequireKept(id, view);
        var before = view.Kept[index].Definition ?? view.Kept[index].Locked;
        var plan = new CatalogPlan("remove", id, [], false, []) { Before = before is null ? null : DefinitionChanges.Values(before, null) };
        return (plan, view.Kept.RemoveAt(index));
    }

    static int IndexOf(CatalogView view, string id) => view.Kept.ToList().FindIndex(cluster => cluster.Stored.Id == id);

    /// <summary>Where it is in what is kept.</summary>
    static int RequireKept(string id, CatalogView view)
    {
        if (view.Find(id) is { Definition.Source: not DefinitionSource.Kept } elsewhere)
        {
            throw Conflict("id", elsewhere.Definition.Source == DefinitionSource.Hosted
                ? CodedText.Of(
                    "ClusterHosted", $"Cluster {id} is hosted by this process: it is there unless the process is started with --no-local.")
                : CodedText.Of("ClusterElsewhere", $"Cluster {id} is defined by {elsewhere.Where}: it is changed there."));
        }

        var index = IndexOf(view, id);
        return index >= 0
            ? index
            : throw new ClusterDefinitionException("id", CodedText.Of("NoCluster", $"There is no cluster {id}."))
            {
                Fault = DefinitionFault.Unknown,
            };
    }

    static ClusterDefinitionException Conflict(string? field, CodedText told) =>
        new(field, told) { Fault = DefinitionFault.Conflict };
}
