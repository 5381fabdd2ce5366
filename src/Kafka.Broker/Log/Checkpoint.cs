using System.Globalization;
using System.Text;
using Kafka.Protocol;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>
/// Kafka's checkpoint files: version 0, the number of entries, one entry a line. Replaced as a whole; a failed write leaves the old one.
/// </summary>
static class Checkpoint
{
    /// <summary>Entries of the file; none when it is absent, empty or not whole (it is only a hint for recovery).</summary>
    public static IReadOnlyList<string> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var lines = File.ReadAllLines(path);
        return lines.Length >= 2 && lines[0] == "0" && int.TryParse(lines[1], out var count) && count >= 0 && count <= lines.Length - 2
            ? lines[2..(count + 2)]
            : [];
    }

    public static void Write(IDisk disk, string path, IEnumerable<string> entries, bool durable = true)
    {
        var lines = entries.ToList();
        var text = new StringBuilder().Append("0\n").Append(lines.Count).Append('\n');
        lines.ForEach(line => text.Append(line).Append('\n'));
        disk.WriteWhole(path, Encoding.UTF8.GetBytes(text.ToString()), durable);
    }

    /// <summary>Lines "topic partition offset".</summary>
    public static Dictionary<TopicPartition, long> ReadOffsets(string path)
    {
        var offsets = new Dictionary<TopicPartition, long>();
        foreach (var line in Read(path))
        {
            if (line.Split(' ') is [var topic, var partition, var offset]
                && int.TryParse(partition, out var number)
                && long.TryParse(offset, CultureInfo.InvariantCulture, out var value))
            {
                offsets[new TopicPartition(topic, number)] = value;
            }
        }

        return offsets;
    }

    public static void WriteOffsets(IDisk disk, string path, IEnumerable<KeyValuePair<TopicPartition, long>> offsets) =>
        Write(disk, path, offsets.Select(pair => $"{pair.Key.Topic} {pair.Key.Partition} {pair.Value}"));
}
