namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>Records that are left out, by the reason.</summary>
static class SkipReasons
{
    /// <summary>One more. Past so many different reasons new ones are counted as others.</summary>
    public static void Count(IDictionary<string, long> skipped, SkipReason why, int most)
    {
        var reason = skipped.ContainsKey(why.Key) || skipped.Count < most ? why.Key : new SkipReason(SkipReason.Other).Key;
        skipped.TryGetValue(reason, out var before);
        skipped[reason] = before + 1;
    }
}
