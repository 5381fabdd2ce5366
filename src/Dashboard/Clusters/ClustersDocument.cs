using System.Collections.Immutable;
using YamlDotNet.RepresentationModel;

namespace Dashboard.Clusters;

/// <summary>clusters.yaml as it was read at one moment.</summary>
/// <param name="Clusters">Entries that are whole, and what is wrong with the others.</param>
sealed record ClustersDocument(string FilePath, ClusterList Clusters)
{
    /// <summary>The files that entries name.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Its sections; null where the file is empty, or none that can be read.</summary>
    public YamlMappingNode? Root { get; init; }

    /// <summary>There is no such file (any longer).</summary>
    public bool IsGone { get; init; }

    /// <summary>Its sections can be told apart. Otherwise nobody knows what it says of any of them.</summary>
    public bool IsYaml { get; init; }
}
