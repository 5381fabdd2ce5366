using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Positions;

namespace Dashboard.Components.Features.Groups;

/// <summary>A reset as it is being typed. All of it stands in the address.</summary>
/// <param name="Topic">Empty: what the group has committed, or what the other group or the list has.</param>
/// <param name="Partitions">"7-11, 13"; empty for all of the topic's.</param>
/// <param name="Value">What follows the colon of the target: a time, a number, a group. Of a list, the offsets.</param>
public sealed record OffsetResetDraft(string Group, string Topic, string Partitions, OffsetTargetKind Kind, string Value)
{
    const int MostPartitions = 100_000;

    public static OffsetResetDraft Of(string group, string? topic, string? partitions, string? to, string? offsets)
    {
        var (word, value) = (to ?? "").Split(':', 2) is [var w, var v] ? (w, v) : (to ?? "", "");
        var kind = Enum.TryParse<OffsetTargetKind>(word, ignoreCase: true, out var named) && Enum.IsDefined(named) && !char.IsDigit(word[0])
            ? named
            : OffsetTargetKind.Earliest;
        return new(group, topic ?? "", partitions ?? "", kind, kind == OffsetTargetKind.List ? offsets ?? "" : value);
    }

    /// <summary>The list stays on the page and out of the address.</summary>
    public bool IsTooLong => Kind == OffsetTargetKind.List && FormAddress.IsTooLong(Value);

    /// <summary>Below the cluster.</summary>
    public string Address
    {
        get
        {
            var query = new List<string> { "group=" + Uri.EscapeDataString(Group) };
            Add("topic", Topic);
            Add("partitions", Partitions);
            Add("to", Word);
            Add("offsets", Kind == OffsetTargetKind.List && !IsTooLong ? Value : "");
            return "reset-offsets?" + string.Join('&', query);

            void Add(string name, string value)
            {
                if (value.Length > 0)
                {
                    query.Add($"{name}={Uri.EscapeDataString(value)}");
                }
            }
        }
    }

    string Word => Kind.ToString().ToLowerInvariant()
        + (Kind is OffsetTargetKind.Earliest or OffsetTargetKind.Latest or OffsetTargetKind.List ? "" : ":" + Value);

    /// <summary>Why the partitions cannot be read; null: they can.</summary>
    public string? PartitionsFault => Ids() is null ? Partitions : null;

    /// <exception cref="FormatException">Something cannot be read; says what.</exception>
    public ResetOffsets Request()
    {
        var target = OffsetTarget.Parse(Word);
        if (target.Kind == OffsetTargetKind.List)
        {
            target = target with { List = OffsetList.Parse(Value, Group) };
        }

        ImmutableArray<int>? ids = Partitions.Trim().Length == 0 ? null : Ids() ?? throw new FormatException($"\"{Partitions}\"");
        var topics = Topic.Length == 0
            ? null
            : ImmutableSortedDictionary.Create<string, ImmutableArray<int>?>(StringComparer.Ordinal).Add(Topic, ids);
        return new ResetOffsets(Group, topics, target);
    }

    ImmutableArray<int>? Ids()
    {
        var ids = new SortedSet<int>();
        foreach (var part in Partitions.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split(['-', '–'], 2, StringSplitOptions.TrimEntries);
            if (!int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var to)
                || to < from || to > MostPartitions)
            {
                return null;
            }

            ids.UnionWith(Enumerable.Range(from, to - from + 1));
        }

        return [.. ids];
    }
}
