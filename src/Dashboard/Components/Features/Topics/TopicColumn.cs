using System.Collections.Immutable;
using Dashboard.Localization;

namespace Dashboard.Components.Features.Topics;

/// <summary>A column of the list of topics, beside the name.</summary>
/// <param name="Id">In addresses, and what the list is sorted by.</param>
/// <param name="Key">The resource key of its head.</param>
/// <param name="IsUsual">Shown unless the reader chose others.</param>
public sealed record TopicColumn(string Id, string Key, bool IsNumeric, bool IsUsual)
{
    /// <summary>Whether rows can be sorted by it: what is asked for the rows on the screen alone cannot.</summary>
    public bool Sorts => Id is not ("brokers" or "last");

    /// <summary>The page of the topic that a figure leads to; null: none.</summary>
    public string? Page => Id switch
    {
        "partitions" => "",
        "records" => "/messages",
        "groups" or "lag" or "lag-total" => "?tab=groups",
        "kept" => "?tab=configs",
        _ => null,
    };

    /// <summary>What stands in it of a topic; empty where that is more than a figure.</summary>
    public string Figure(Text text, TopicRow row) => Id switch
    {
        "partitions" => Format.Number(row.Topic.Partitions.Length),
        "factor" => $"{row.Topic.ReplicationFactor}",
        "records" => Format.Number(row.Records),
        "size" => Format.Bytes(row.Size),
        "groups" => $"{row.Groups}",
        "lag" => Format.Number(row.WorstLag),
        "lag-total" => Format.Number(row.TotalLag),
        "kept" => row.Kept(text),
        "kept-bytes" => row.KeptBytes is { } bytes ? bytes < 0 ? text["Config_NoLimit"] : Format.Bytes(bytes) : Format.None,
        "policy" => row.Policy ?? Format.None,
        "min-isr" => Format.Number(row.MinIsr),
        _ => "",
    };

    /// <summary>What stands in it of a folder.</summary>
    public string Sum(TopicSums sums) => Id switch
    {
        "partitions" => Format.Number(sums.Partitions),
        "records" => Format.Number(sums.Records),
        "size" => Format.Bytes(sums.Size),
        "in" => Format.PerSecond(sums.In),
        "lag-total" => Format.Number(sums.Lag),
        _ => "",
    };

    public static readonly ImmutableArray<TopicColumn> All =
    [
        new("state", "Col_State", false, true), new("partitions", "Col_Partitions", true, true), new("factor", "Col_Factor", true, true),
        new("brokers", "Col_Brokers", false, true), new("records", "Col_Records", true, true), new("size", "Col_SizeOneCopy", true, true),
        new("in", "Col_In", true, true), new("last", "Topics_Col_last", true, false), new("groups", "Col_Groups", true, true),
        new("lag", "Topics_Col_lag", true, false), new("lag-total", "Topics_Col_lag-total", true, false),
        new("kept", "Col_Kept", true, true), new("kept-bytes", "Topics_Col_kept-bytes", true, false),
        new("policy", "Topics_Col_policy", false, false), new("min-isr", "Topics_Col_min-isr", true, false),
    ];
}
