using ZooKeeper.Protocol;

namespace ZooKeeper.Server.Tree;

/// <summary>
/// What is counted for quotas: nodes and bytes of data below a path, the path's own node included. Every server counts while it applies
/// transactions, in the same way as Apache's, and writes the result into the stats node without a transaction: version and times of that
/// node do not change.
/// </summary>
sealed partial class DataTree
{
    readonly QuotaPaths quotas = new();

    /// <summary>The nearest path at or above this one that has a quota; null for none.</summary>
    public string? QuotaAbove(string path) => quotas.Above(path);

    /// <summary>A node was created: it may be part of a quota itself, and it counts in one.</summary>
    void CountCreated(string path, string parentPath, long bytes)
    {
        if (QuotaPaths.Subject(parentPath) is { } subject)
        {
            switch (ZooKeeperPath.Name(path))
            {
                case QuotaPaths.LimitName:
                    quotas.Add(subject);
                    break;
                case QuotaPaths.StatName:
                    Recount(subject);
                    break;
            }
        }

        Count(path, 1, bytes);
    }

    void CountDeleted(string path, string parentPath, long bytes)
    {
        if (ZooKeeperPath.Name(path) == QuotaPaths.LimitName && QuotaPaths.Subject(parentPath) is { } subject)
        {
            quotas.Remove(subject);
        }

        Count(path, -1, -bytes);
    }

    void Count(string path, int nodes, long bytes)
    {
        if (quotas.Above(path) is { } above && Find(QuotaPaths.StatNode(above)) is { } stats)
        {
            var figures = QuotaFigures.Parse(stats.Data);
            figures.Count += nodes;
            figures.Bytes += bytes;
            Put(stats, figures);
        }
    }

    /// <summary>Counts a path anew: its stats were created, or a snapshot was read.</summary>
    void Recount(string subject)
    {
        if (Find(QuotaPaths.StatNode(subject)) is not { } stats)
        {
            return;
        }

        var figures = new QuotaFigures { Count = 0, Bytes = 0 };
        var waiting = new Stack<string>([subject.Length == 0 ? SpecialPaths.Root : subject]);
        while (waiting.TryPop(out var path))
        {
            if (Find(path) is not { } node)
            {
                continue;
            }

            figures.Count++;
            figures.Bytes += node.Data?.Length ?? 0;
            foreach (var child in node.Children)
            {
                waiting.Push(ZooKeeperPath.Child(path, child));
            }
        }

        Put(stats, figures);
    }

    /// <summary>After a snapshot was read: its quotas are in force, and what they count is of now.</summary>
    void RestoreQuotas()
    {
        quotas.Clear();
        const string ending = "/" + QuotaPaths.LimitName;
        var limits = nodes
            .Where(n => n.Value.Children.Count == 0 && n.Key.EndsWith(ending, StringComparison.Ordinal))
            .Select(n => n.Key)
            .ToList();
        foreach (var path in limits)
        {
            if (QuotaPaths.Subject(ZooKeeperPath.Parent(path)) is { } subject)
            {
                Recount(subject);
                quotas.Add(subject);
            }
        }
    }

    void Put(DataNode stats, QuotaFigures figures)
    {
        var data = figures.ToBytes();
        DataSize += data.Length - (stats.Data?.Length ?? 0);
        stats.Data = data;
    }
}
