using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Positions;

/// <summary>What a text has of one group.</summary>
/// <param name="Offsets">Null: no commit.</param>
/// <param name="OtherRows">Rows of other groups, which are left out.</param>
/// <param name="OtherGroups">Whose they are.</param>
public sealed record ListedOffsets(
    ImmutableSortedDictionary<TopicPartition, long?> Offsets, int OtherRows, ImmutableSortedSet<string> OtherGroups)
{
    public static readonly ListedOffsets None = Of(ImmutableSortedDictionary<TopicPartition, long?>.Empty);

    public static ListedOffsets Of(ImmutableSortedDictionary<TopicPartition, long?> offsets) => new(offsets, 0, []);
}

/// <summary>
/// Offsets as text, <c>topic,partition,offset</c> each: as <c>kafka-consumer-groups.sh --export</c> writes and <c>--from-file</c> reads
/// them; asked for several groups it writes <c>group,topic,partition,offset</c>. On lines, or with semicolons between, which no name of a
/// topic holds; <c>-</c> is no commit.
/// </summary>
public static partial class OffsetList
{
    const string None = "-";

    /// <summary>What the tool prints among the rows, of groups with members: it has none for them.</summary>
    const string ToolError = "Error: ";

    /// <param name="group">Whose rows are taken where the group stands in front.</param>
    /// <exception cref="FormatException">Names the line.</exception>
    public static ListedOffsets Parse(string text, string group)
    {
        var rows = Rows(text).ToList();
        // a row without a group beside others with one could be of any of them
        if (rows.Find(row => (row.Group is null) != (rows[0].Group is null)) is { } odd)
        {
            throw new FormatException($"Some rows name a group and others, as that of {odd.Partition}, do not: all have to, or none.");
        }

        if (rows.GroupBy(row => (row.Group, row.Partition)).FirstOrDefault(same => same.Skip(1).Any()) is { Key.Partition: var twice })
        {
            throw new FormatException($"{twice} is in the list twice.");
        }

        var others = rows.Where(row => row.Group is not null && row.Group != group).ToList();
        return new ListedOffsets(
            rows.Except(others).ToImmutableSortedDictionary(row => row.Partition, row => row.Offset),
            others.Count,
            others.Select(row => row.Group!).ToImmutableSortedSet(StringComparer.Ordinal));
    }

    public static string Text(IEnumerable<(string Topic, int Partition, long? Offset)> offsets, string between = "; ") => string.Join(
        between,
        offsets.Select(one => string.Create(
            CultureInfo.InvariantCulture, $"{one.Topic},{one.Partition},{one.Offset?.ToString(CultureInfo.InvariantCulture) ?? None}")));

    static IEnumerable<Row> Rows(string text)
    {
        const StringSplitOptions Each = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var line in text.Split('\n', Each))
        {
            // a group's name may hold semicolons: a whole line that is a row with its group is one
            if (Fields(line) is [_, _, _, _] whole && Of(whole) is { } row)
            {
                yield return row;
            }
            else if (!line.StartsWith(ToolError, StringComparison.Ordinal))
            {
                foreach (var part in line.Split(';', Each))
                {
                    yield return Of(Fields(part)) ?? throw new FormatException(
                        $"\"{part}\" is no offset: write topic,partition,offset, as in orders,0,100, or the group in front of it.");
                }
            }
        }
    }

    static Row? Of(List<string> fields)
    {
        if (fields.Count is not (3 or 4)
            || fields[^3] is not { Length: > 0 } topic
            || !int.TryParse(fields[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var partition))
        {
            return null;
        }

        var offset = 0L;
        return fields[^1] == None || long.TryParse(fields[^1], NumberStyles.None, CultureInfo.InvariantCulture, out offset)
            ? new Row(fields.Count == 4 ? fields[0] : null, new TopicPartition(topic, partition), fields[^1] == None ? null : offset)
            : null;
    }

    /// <summary>RFC 4180: quoted where a name holds commas or quotes, which are doubled then.</summary>
    static List<string> Fields(string row) =>
    [
        .. Field().Matches(row).Select(field => field.Groups["quoted"] is { Success: true, Value: var quoted }
            ? quoted.Replace("\"\"", "\"", StringComparison.Ordinal)
            : field.Groups["plain"].Value.Trim()),
    ];

    [GeneratedRegex("""(?<=^|,)\s*(?:"(?<quoted>(?:[^"]|"")*)"\s*(?=,|$)|(?<plain>[^,]*))""", RegexOptions.CultureInvariant)]
    private static partial Regex Field();

    sealed record Row(string? Group, TopicPartition Partition, long? Offset);
}
