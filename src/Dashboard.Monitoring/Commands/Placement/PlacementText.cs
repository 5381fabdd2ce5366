using System.Collections.Immutable;

namespace Dashboard.Monitoring.Commands.Placement;

/// <summary>Replica lists in a line: "0: 1,2  1: 2,0".</summary>
static class PlacementText
{
    /// <summary>Partitions that are named, at most.</summary>
    const int Most = 200;

    /// <summary>Of many the first, and how many they are.</summary>
    public static string Some(ImmutableDictionary<int, ImmutableArray<int>> placement) => placement.Count <= Most
        ? Of(placement)
        : $"{Of(placement.OrderBy(p => p.Key).Take(Most).ToImmutableDictionary())}  … ({placement.Count})";

    /// <summary>All of them.</summary>
    public static string Of(ImmutableDictionary<int, ImmutableArray<int>> placement) =>
        string.Join("  ", placement.OrderBy(p => p.Key).Select(p => $"{p.Key}: {string.Join(',', p.Value)}"));
}
