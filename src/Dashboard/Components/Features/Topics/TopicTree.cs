using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Features.Topics;

/// <summary>A line of the list: a topic, or a folder of topics whose names begin alike.</summary>
/// <param name="Name">The topic's, or what the folder's topics begin with, separator and all.</param>
/// <param name="Label">What is shown of it under the folder that it is in.</param>
/// <param name="Depth">Folders above it.</param>
/// <param name="Topic">Null of a folder.</param>
public sealed record TopicLine(string Name, string Label, int Depth, TopicRow? Topic)
{
    /// <summary>Of a folder: what it holds, summed up.</summary>
    public TopicSums? Sums { get; init; }

    public bool IsOpen { get; init; }

    public static TopicLine Of(TopicRow row) => new(row.Topic.Name, row.Topic.Name, 0, row);
}

/// <summary>Several topics as one. A figure that is known of none is null.</summary>
public sealed record TopicSums(int Topics, int Troubled, Severity Worst, int Partitions, long? Records, long? Size, double? In, long? Lag)
{
    public static TopicSums Of(IReadOnlyList<TopicRow> rows) => new(
        rows.Count,
        rows.Count(row => row.Trouble > 0),
        rows.MaxBy(row => row.Trouble)?.Severity ?? Severity.Ok,
        rows.Sum(row => row.Topic.Partitions.Length),
        Sum(rows, row => row.Records),
        Sum(rows, row => row.Size),
        rows.Any(row => row.In is not null) ? rows.Sum(row => row.In ?? 0) : null,
        Sum(rows, row => row.TotalLag));

    static long? Sum(IReadOnlyList<TopicRow> rows, Func<TopicRow, long?> figure) =>
        rows.Any(row => figure(row) is not null) ? rows.Sum(row => figure(row) ?? 0) : null;
}

/// <summary>Names parted at a separator: team.service.event. Pure.</summary>
public static class TopicTree
{
    /// <summary>The lines that can be seen, folders first, each kind in the order of the rows.</summary>
    /// <param name="isOpen">Whether a folder shows what is in it.</param>
    public static IReadOnlyList<TopicLine> Lines(IEnumerable<TopicRow> rows, char separator, Func<string, bool> isOpen)
    {
        var lines = new List<TopicLine>();
        Add(lines, [.. rows], "", separator, isOpen, 0);
        return lines;
    }

    /// <summary>A folder of one topic, or of nothing but another folder, would only be in the way.</summary>
    static void Add(List<TopicLine> lines, List<TopicRow> rows, string above, char separator, Func<string, bool> isOpen, int depth)
    {
        var folders = rows.GroupBy(row => Folder(row.Topic.Name, above.Length, separator)).ToList();
        var several = folders.Where(one => one.Key is not null && one.Skip(1).Any()).OrderBy(one => one.Key, StringComparer.Ordinal);
        foreach (var folder in several)
        {
            var some = folder.ToList();
            var name = Common(some, folder.Key!, separator);
            var open = isOpen(name);
            lines.Add(new(name, name[above.Length..], depth, null) { Sums = TopicSums.Of(some), IsOpen = open });
            if (open)
            {
                Add(lines, some, name, separator, isOpen, depth + 1);
            }
        }

        var alone = folders.Where(one => one.Key is null || !one.Skip(1).Any()).SelectMany(one => one).ToHashSet();
        lines.AddRange(rows.Where(alone.Contains).Select(row => new TopicLine(row.Topic.Name, row.Topic.Name[above.Length..], depth, row)));
    }

    /// <summary>Null: the name has no separator any more. One at the very beginning or end parts nothing.</summary>
    static string? Folder(string name, int from, char separator)
    {
        var at = from;
        while (at < name.Length && name[at] == separator)
        {
            at++;
        }

        var end = name.IndexOf(separator, at);
        return end < 0 || end == name.Length - 1 ? null : name[..(end + 1)];
    }

    /// <summary>As far as all of them go on alike: where "a." holds nothing but "a.b.", that is the folder.</summary>
    static string Common(List<TopicRow> rows, string folder, char separator)
    {
        while (Folder(rows[0].Topic.Name, folder.Length, separator) is { } next
            && rows.TrueForAll(row => Folder(row.Topic.Name, folder.Length, separator) == next))
        {
            folder = next;
        }

        return folder;
    }
}
