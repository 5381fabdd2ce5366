using System.Text.Json.Nodes;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>What Apache's tools print and what REST answers, brought to the same rows.</summary>
static class ApacheOutput
{
    /// <summary>"topic partition leader replicas isr" of each partition that kafka-topics.sh --describe printed; the order within an ISR means nothing.</summary>
    public static List<string> Topics(string described) =>
        [
            .. described.Split('\n').Select(line => line.Split('\t', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Trim().Split(": ", 2)).Where(field => field.Length == 2)
                    .ToDictionary(field => field[0].TrimEnd(':'), field => field[1].Trim()))
                .Where(row => row.ContainsKey("Partition"))
                .Select(row => $"{row["Topic"]} {row["Partition"]} {row["Leader"]} {row["Replicas"]} {string.Join(',', row["Isr"].Split(',').Select(int.Parse).Order())}")
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The same rows of GET /topics.</summary>
    public static List<string> Topics(JsonNode topics) => [.. topics.AsArray().SelectMany(topic => Partitions(topic!)).Order(StringComparer.Ordinal)];

    /// <summary>The same rows of GET /topics/{topic}.</summary>
    public static IEnumerable<string> Partitions(JsonNode topic) => topic["partitions"]!.AsArray().Select(p =>
        $"{topic["name"]} {p!["partition"]} {p["leader"]} {string.Join(',', p.Ints("replicas"))} {string.Join(',', p.Ints("isr").Order())}");

    /// <summary>"group topic partition committed end lag member" of each row of a group that kafka-consumer-groups.sh --describe printed.</summary>
    public static List<string> Group(string group, string described) =>
        [
            .. described.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(row => row.Length > 6 && row[0] == group)
                .Select(row => string.Join(' ', row.Take(7))).Order(StringComparer.Ordinal),
        ];

    /// <summary>The same rows of GET /groups/{group}.</summary>
    public static List<string> Group(JsonNode group) =>
        [
            .. group["offsets"]!.AsArray().Select(o =>
            {
                var member = group["members"]!.AsArray().Single(m => m!["assignments"]!.AsArray().Any(a => JsonNode.DeepEquals(a!["topic"], o!["topic"]) && JsonNode.DeepEquals(a["partition"], o["partition"])));
                return $"{group["groupId"]} {o!["topic"]} {o["partition"]} {o["committed"]} {o["end"]} {o["lag"]} {member!["memberId"]}";
            }).Order(StringComparer.Ordinal),
        ];
}
