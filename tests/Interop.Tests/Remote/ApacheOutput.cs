using System.Text.Json.Nodes;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>What Apache's tools print and what REST answers, brought to the same rows.</summary>
static class ApacheOutput
{
    /// <summary>
    /// "topic partition leader replicas isr" of each partition that kafka-topics.sh --describe printed;
    /// the order within an ISR means nothing.
    /// </summary>
    public static List<string> Topics(string described) =>
        [
            .. described.Split('\n').Select(Fields)
                .Where(row => row.ContainsKey("Partition"))
                .Select(row => $"{row["Topic"]} {row["Partition"]} {row["Leader"]} {row["Replicas"]} {InOrder(row["Isr"])}")
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The same rows of GET /topics.</summary>
    public static List<string> Topics(JsonNode topics) =>
        [.. topics.AsArray().SelectMany(topic => Partitions(topic!)).Order(StringComparer.Ordinal)];

    /// <summary>The same rows of GET /topics/{topic}.</summary>
    public static IEnumerable<string> Partitions(JsonNode topic) => topic["partitions"]!.AsArray().Select(p =>
    {
        var (replicas, isr) = (string.Join(',', p!.Ints("replicas")), string.Join(',', p!.Ints("isr").Order()));
        return $"{topic["name"]} {p!["partition"]} {p["leader"]} {replicas} {isr}";
    });

    /// <summary>
    /// "group topic partition committed end lag member" of each row of a group that kafka-consumer-groups.sh --describe printed.
    /// </summary>
    public static List<string> Group(string group, string described) =>
        [
            .. described.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(row => row.Length > 6 && row[0] == group)
                .Select(row => string.Join(' ', row.Take(7))).Order(StringComparer.Ordinal),
        ];

    /// <summary>The same rows of GET /groups/{group}.</summary>
    public static List<string> Group(JsonNode group) =>
        [
            .. group["offsets"]!.AsArray().Select(o =>
            {
                var member = group["members"]!.AsArray().Single(m => m!["assignments"]!.AsArray().Any(a => IsOf(a!, o!)));
                return $"{group["groupId"]} {o!["topic"]} {o["partition"]} {o["committed"]} {o["end"]} {o["lag"]} {member!["memberId"]}";
            }).Order(StringComparer.Ordinal),
        ];

    /// <summary>Names and values of a line such as "Topic: orders\tPartition: 0\tLeader: 1".</summary>
    static Dictionary<string, string> Fields(string line) => line.Split('\t', StringSplitOptions.RemoveEmptyEntries)
        .Select(field => field.Trim().Split(": ", 2))
        .Where(field => field.Length == 2)
        .ToDictionary(field => field[0].TrimEnd(':'), field => field[1].Trim());

    static string InOrder(string ids) => string.Join(',', ids.Split(',').Select(int.Parse).Order());

    static bool IsOf(JsonNode assignment, JsonNode offset) =>
        JsonNode.DeepEquals(assignment["topic"], offset["topic"]) && JsonNode.DeepEquals(assignment["partition"], offset["partition"]);
}
