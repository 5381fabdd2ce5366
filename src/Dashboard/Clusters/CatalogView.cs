using System.Collections.Immutable;
using Dashboard.Monitoring;
using Wire;

namespace Dashboard.Clusters;

/// <summary>All clusters as they are at one moment. Immutable.</summary>
/// <param name="All">With their secrets: not for anybody's eyes.</param>
/// <param name="Kept">What is in clusters.json, also what could not be opened.</param>
sealed record CatalogView(ClusterList All, ImmutableArray<KeptCluster> Kept)
{
    public static readonly CatalogView Empty = new(ClusterList.Empty, []);

    /// <summary>As they may be shown.</summary>
    public IReadOnlyList<ClusterDefinition> Definitions { get; } =
        [.. All.Clusters.Select(cluster => Secrets.Masked(cluster.Definition))];

    /// <summary>Kept, and not opened: their secrets cannot be decrypted. One that is also defined elsewhere is told as a problem.</summary>
    public IReadOnlyList<ClusterDefinition> Locked { get; } =
        [.. Kept.Select(one => one.Locked).OfType<ClusterDefinition>().Where(one => All.Clusters.All(c => c.Definition.Id != one.Id))];

    /// <param name="settings">Hosted, and of the settings.</param>
    /// <param name="yaml">Of clusters.yaml.</param>
    /// <param name="keptFile">Where <paramref name="kept"/> is from.</param>
    public static CatalogView Of(ClusterList settings, ClusterList yaml, ImmutableArray<KeptCluster> kept, string keptFile)
    {
        var (opened, problems) = (new List<ListedCluster>(), new List<CodedText>());
        foreach (var one in kept)
        {
            if (one.Definition is not { } definition)
            {
                problems.Add(one.Problem!);
                continue;
            }

            try
            {
                opened.Add(ListedCluster.Of(definition, keptFile));
            }
            catch (ClusterDefinitionException e)
            {
                // what an earlier version took, or somebody wrote into the file
                problems.Add(CodedText.Of("KeptWrong", $"{keptFile}: cluster {definition.Id}: {e.Told}"));
            }
        }

        return new(ClusterList.Merged([settings, yaml, new(opened, problems, [])]), kept);
    }

    public ListedCluster? Find(string id) => All.Clusters.FirstOrDefault(cluster => cluster.Definition.Id == id);

    /// <summary>Clusters that came, went or differ, as the changes that would have made it so.</summary>
    public static IEnumerable<CatalogPlan> Differences(CatalogView before, CatalogView after)
    {
        foreach (var id in before.All.Clusters.Concat(after.All.Clusters).Select(cluster => cluster.Definition.Id).Distinct())
        {
            var (old, now) = (before.Find(id), after.Find(id));
            var changes = now is null ? [] : DefinitionChanges.Of(old?.Definition, now.Definition);
            if (now is null || old is null || changes.Length > 0)
            {
                var action = now is null ? "remove" : old is null ? "add" : "replace";
                yield return new(action, id, changes, now is not null && old?.Options.ConnectsAs(now.Options) != true, []);
            }
        }
    }
}
