using System.Collections.Immutable;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Positions;
using Kafka.Protocol;

namespace Dashboard.Api;

/// <param name="Topics">
/// Partitions by topic, null for all of the topic's. Left out: what the group has committed, or what the other group or the list has.
/// </param>
/// <param name="To">
/// earliest, latest, time:2026-11-21T13:55:00Z, duration:36h, offset:100, shift:-1000, group:OTHER, undo:TIME (of the entry in the audit
/// log), or list.
/// </param>
/// <param name="Offsets">Of list: offset by partition by topic.</param>
/// <param name="Csv">
/// Of list, in the place of offsets: lines as kafka-consumer-groups.sh --export writes them, topic,partition,offset or, of several groups,
/// group,topic,partition,offset; rows of other groups are left out, and counted in the header Left-Out.
/// </param>
public sealed record ResetOffsetsBody(
    Dictionary<string, int[]?>? Topics, string To, Dictionary<string, Dictionary<int, long>>? Offsets = null, string? Csv = null)
    : ICommandBody
{
    string? ICommandBody.Fault
    {
        get
        {
            try
            {
                return To is null ? "to is missing: earliest, latest, time:2026-11-21T13:55:00Z, …"
                    : OffsetTarget.Parse(To).Kind == OffsetTargetKind.List && Offsets is not { Count: > 0 } && Csv is null
                        ? "offsets: a list needs them, or csv."
                    : OffsetTarget.Parse(To).Kind != OffsetTargetKind.List && (Offsets is not null || Csv is not null)
                        ? $"{(Csv is null ? "offsets" : "csv")}: of \"to\": \"list\" only."
                    : Offsets is not null && Csv is not null ? "csv: it takes the place of offsets; give one of them."
                    : Topics?.ContainsKey("") == true ? "topics: a topic has no name."
                    : Offsets?.Values.Any(of => of is null || of.Values.Any(offset => offset < 0)) == true
                        ? "offsets: each topic needs offsets by partition, from 0 on."
                    : UnreadableCsv;
            }
            catch (FormatException e)
            {
                return "to: " + e.Message;
            }
        }
    }

    string? UnreadableCsv
    {
        get
        {
            try
            {
                OffsetList.Parse(Csv ?? "", "");
                return null;
            }
            catch (FormatException e)
            {
                return "csv: " + e.Message;
            }
        }
    }

    public ResetOffsets For(string group)
    {
        var listed = (Offsets ?? []).SelectMany(
            topic => topic.Value, (topic, one) => KeyValuePair.Create(new TopicPartition(topic.Key, one.Key), (long?)one.Value));
        var topics = Topics?.ToImmutableSortedDictionary(
            topic => topic.Key,
            topic => topic.Value is { } ids ? ids.ToImmutableArray() : (ImmutableArray<int>?)null,
            StringComparer.Ordinal);
        var list = Csv is null ? ListedOffsets.Of(listed.ToImmutableSortedDictionary()) : OffsetList.Parse(Csv, group);
        return new ResetOffsets(group, topics, OffsetTarget.Parse(To) with { List = list });
    }
}

/// <param name="Before">Null: nothing was committed.</param>
/// <param name="After">Null: nothing is committed any longer.</param>
/// <param name="LagAfter">Records from there to the end of the log, as of the preview.</param>
public sealed record OffsetChangeBody(string Topic, int Partition, long? Before, long? After, long? LagAfter)
{
    public static OffsetChangeBody Of(PlannedOffset offset) =>
        new(offset.Topic, offset.Partition, offset.Before, offset.After, offset.LagAfter);
}
