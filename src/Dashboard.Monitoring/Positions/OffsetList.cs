using System.Collections.Immutable;
using System.Globalization;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Positions;

/// <summary>
/// Offsets as text, <c>topic,partition,offset</c> each: as <c>kafka-consumer-groups.sh --export</c> writes and <c>--from-file</c> reads
/// them. On lines, or with semicolons between, which no name of a topic holds; <c>-</c> is no commit.
/// </summary>
public static class OffsetList
{
    const string None = "-";

    /// <exception cref="FormatException">Names the line.</exception>
    public static ImmutableSortedDictionary<TopicPartition, long?> Parse(string text)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<TopicPartition, long?>();
        foreach (var line in text.Split(['\n', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = line.Split(',', StringSplitOptions.TrimEntries);
            var offset = 0L;
            if (parts is not [{ Length: > 0 } topic, var partition, var number]
                || !int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || (number != None && !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out offset)))
            {
                throw new FormatException($"\"{line}\" is no offset: write topic,partition,offset, as in orders,0,100.");
            }

            if (!all.TryAdd(new TopicPartition(topic.Trim('"'), id), number == None ? null : offset))
            {
                throw new FormatException($"{topic}-{id} stands twice in the list.");
            }
        }

        return all.ToImmutable();
    }

    public static string Text(IEnumerable<(string Topic, int Partition, long? Offset)> offsets, string between = "; ") => string.Join(
        between,
        offsets.Select(one => string.Create(
            CultureInfo.InvariantCulture, $"{one.Topic},{one.Partition},{one.Offset?.ToString(CultureInfo.InvariantCulture) ?? None}")));
}
