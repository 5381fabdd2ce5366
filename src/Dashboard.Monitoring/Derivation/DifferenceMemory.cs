using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// Since when things differ, from check to check. What is known of brokers that did not answer this time is as it was: they have not
/// said that they agree by now.
/// </summary>
static class DifferenceMemory
{
    /// <param name="found">By this check, each since now.</param>
    /// <param name="silent">Brokers that did not answer.</param>
    /// <returns>In the order in which it is shown.</returns>
    public static IReadOnlyList<MetadataDifference> Since(
        DifferenceTable? before, IReadOnlyCollection<MetadataDifference> found, IEnumerable<int> silent)
    {
        var known = (before?.Differences ?? []).ToDictionary(d => d.Name, StringComparer.Ordinal);
        var all = found
            .Select(d => known.TryGetValue(d.Name, out var old) ? d with { Since = old.Since } : d)
            .ToDictionary(d => d.Name, StringComparer.Ordinal);
        var unanswered = silent.ToHashSet();
        foreach (var old in known.Values.Where(d => d.Brokers.Length > 0 && d.Brokers.All(b => unanswered.Contains(b.Broker))))
        {
            all.TryAdd(old.Name, old);
        }

        return [.. all.Values.OrderBy(d => d.Kind).ThenBy(d => d.Where, StringComparer.Ordinal)];
    }
}
