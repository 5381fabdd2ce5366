using System.Collections.Immutable;

namespace Dashboard.Monitoring.Commands.Placement;

/// <summary>Replica lists in a line: "0: 1,2  1: 2,0".</summary>
static class PlacementText
{
    public static string Of(ImmutableDictionary<int, ImmutableArray<int>> placement) =>
        string.Join("  ", placement.OrderBy(p => p.Key).Select(p => $"{p.Key}: {string.Join(',', p.Value)}"));
}
