using System.Collections.Immutable;
using System.Globalization;

namespace Dashboard.Components.Features.Topics;

/// <summary>Replica lists as people write them: a line a partition, "0: 1, 2, 3" or only "1,2,3", the preferred leader first.</summary>
public static class Assignment
{
    /// <param name="fault">The first line that cannot be read.</param>
    public static bool TryParse(string text, out ImmutableDictionary<int, ImmutableArray<int>> replicas, out string fault)
    {
        var read = ImmutableDictionary.CreateBuilder<int, ImmutableArray<int>>();
        (replicas, fault) = (ImmutableDictionary<int, ImmutableArray<int>>.Empty, "");
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':');
            var partition = read.Count;
            if ((colon >= 0 && !Number(line[..colon], out partition)) || !TryList(line[(colon + 1)..], out var brokers)
                || !read.TryAdd(partition, brokers))
            {
                fault = line;
                return false;
            }
        }
        replicas = read.ToImmutable();
        return true;
    }

    public static bool TryList(string text, out ImmutableArray<int> brokers)
    {
        var read = ImmutableArray.CreateBuilder<int>();
        foreach (var part in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Number(part, out var broker))
            {
                brokers = [];
                return false;
            }
            read.Add(broker);
        }
        brokers = read.ToImmutable();
        return brokers.Length > 0;
    }

    static bool Number(string text, out int number) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
