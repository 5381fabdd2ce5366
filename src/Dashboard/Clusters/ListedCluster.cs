using Dashboard.Monitoring;
using Wire;

namespace Dashboard.Clusters;

/// <summary>A cluster that one of the sources names, and that can be opened.</summary>
/// <param name="Where">Where it stands: "clusters.yaml line 4".</param>
/// <param name="Warnings">What is passed over of it.</param>
sealed record ListedCluster(
    ClusterDefinition Definition, ClusterMonitorOptions Options, CodedText Where, IReadOnlyList<CodedText> Warnings)
{
    /// <summary>Of a cluster that is connected to; of a hosted one the options come with it.</summary>
    /// <exception cref="ClusterDefinitionException">A field cannot be taken.</exception>
    public static ListedCluster Of(ClusterDefinition definition, CodedText where)
    {
        var (options, warnings) = DefinitionChecks.Check(definition);
        return new(definition, options, where, warnings);
    }
}

/// <summary>What one source names now.</summary>
/// <param name="Problems">What of it cannot be taken, one sentence each.</param>
/// <param name="Warnings">What is passed over.</param>
sealed record ClusterList(IReadOnlyList<ListedCluster> Clusters, IReadOnlyList<CodedText> Problems, IReadOnlyList<CodedText> Warnings)
{
    /// <summary>Of those that are left out; the first says where they begin.</summary>
    const int MostNamed = 5;

    public static readonly ClusterList Empty = new([], [], []);

    /// <summary>Those entries that are whole.</summary>
    public static ClusterList Of(IEnumerable<WrittenDefinition> entries, DefinitionSource source, IEnumerable<CodedText> unknown)
    {
        var (clusters, problems, warnings) = (new List<ListedCluster>(), new List<CodedText>(), unknown.ToList());
        foreach (var entry in entries)
        {
            try
            {
                var listed = ListedCluster.Of(entry.Read(source), entry.Start);
                clusters.Add(listed);
                warnings.AddRange(listed.Warnings.Select(warning => CodedText.Of("ClusterField", $"{entry.Start}: {warning}")));
            }
            catch (ClusterDefinitionException e)
            {
                problems.Add(entry.Explain(e));
            }
        }

        return new(clusters, problems, warnings);
    }

    /// <summary>
    /// All sources as one list: of two with one id the first stays; past the limit the last ones are left out, and both is a problem.
    /// </summary>
    public static ClusterList Merged(IEnumerable<ClusterList> sources)
    {
        var all = sources.ToList();
        var (clusters, problems) = (new OrderedDictionary<string, ListedCluster>(), all.SelectMany(list => list.Problems).ToList());
        var leftOut = new List<ListedCluster>();
        foreach (var one in all.SelectMany(list => list.Clusters))
        {
            if (clusters.TryGetValue(one.Definition.Id, out var first))
            {
                problems.Add(CodedText.Of(
                    "ClusterTwice",
                    $"{one.Where}: there is a cluster {one.Definition.Id} already, from {first.Where}; this one is left out."));
            }
            else if (clusters.Count == ClusterRegistry.MostClusters)
            {
                leftOut.Add(one);
            }
            else
            {
                clusters.Add(one.Definition.Id, one);
            }
        }

        if (leftOut is [var beyond, ..])
        {
            var ids = string.Join(", ", leftOut.Take(MostNamed).Select(one => one.Definition.Id));
            problems.Add(leftOut.Count > MostNamed
                ? CodedText.Of(
                    "ClustersManyBeyond",
                    $"{beyond.Where}: there is room for {ClusterRegistry.MostClusters} clusters; left out: {ids} "
                    + $"and {leftOut.Count - MostNamed} more.")
                : CodedText.Of(
                    "ClustersBeyond", $"{beyond.Where}: there is room for {ClusterRegistry.MostClusters} clusters; left out: {ids}."));
        }

        return new([.. clusters.Values], problems, [.. all.SelectMany(list => list.Warnings)]);
    }
}
