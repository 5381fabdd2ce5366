namespace Kafka.Client.Admin;

/// <summary>
/// One string for each name within an answer: thousands of groups name the same topics and states, and a caller that keeps the answer would
/// keep each name as often as it came. Lives as long as the call.
/// </summary>
sealed class NamePool
{
    readonly HashSet<string> known = new(StringComparer.Ordinal);

    internal string One(string name)
    {
        if (known.TryGetValue(name, out var first))
        {
            return first;
        }

        known.Add(name);
        return name;
    }
}
