using System.Collections.Immutable;
using System.Globalization;

namespace Dashboard.Components.Features.Reassignments;

/// <summary>Which brokers shall hold which partitions, as it stands in an address: "0:1,2;4:2,3", the preferred one first.</summary>
static class TargetText
{
    public static string Of(ImmutableDictionary<int, ImmutableArray<int>> targets) => string.Join(';', targets.OrderBy(t => t.Key)
        .Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Key}:{string.Join(',', t.Value)}")));

    /// <summary>Anybody writes addresses: what cannot be read is left as it is.</summary>
    public static ImmutableDictionary<int, ImmutableArray<int>> Read(string text)
    {
        var targets = ImmutableDictionary.CreateBuilder<int, ImmutableArray<int>>();
        foreach (var one in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var brokers = new List<int>();
            if (one.Split(':') is [var partition, var ids] && Number(partition) is { } number
                && Array.TrueForAll(ids.Split(',', StringSplitOptions.RemoveEmptyEntries), TryAdd))
            {
                targets[number] = [.. brokers];
            }

            bool TryAdd(string id)
            {
                if (Number(id) is not { } broker || brokers.Contains(broker))
                {
                    return false;
                }

                brokers.Add(broker);
                return true;
            }
        }

        return targets.ToImmutable();
    }

    static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
