using System.Globalization;
using System.Text;
using Dashboard.Api.Streams;
using Dashboard.Components.Features.Topics;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;

namespace Dashboard.Api;

/// <summary>The list of topics as a file for a spreadsheet: RFC 4180, figures without separators, what is not known left empty.</summary>
static class TopicCsv
{
    const string Head = "topic,partitions,factor,offline,underMinIsr,underReplicated,records,bytes,recordsPerSecond,groups,retentionMs,"
        + "cleanupPolicy";

    /// <param name="internal">"hidden": without Kafka's own topics.</param>
    public static IResult Get(
        string cluster, IClusterRegistry registry, string? q = null, string? @is = null, string? sort = null, string? @internal = null) =>
        registry.With(cluster, c =>
        {
            if (c.Current.Topics.Value is null)
            {
                return Problems.Of(
                    StatusCodes.Status503ServiceUnavailable, "NOT_READ",
                    $"The topics were not read: {c.Current.Topics.Error?.Message ?? "the first reading is under way"}.");
            }

            var list = ListState.Of("", q, @is, sort, 1, "name", int.MaxValue);
            var text = new StringBuilder(Head).Append("\r\n");
            foreach (var row in TopicList.Of(c.Current).Rows.Found(list, row => @internal != "hidden" || !row.Topic.IsInternal))
            {
                text.AppendJoin(',', Fields(row, c.Current)).Append("\r\n");
            }

            return Results.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv", $"topics-{cluster}.csv");
        });

    static IEnumerable<string> Fields(TopicRow row, ClusterSnapshot snapshot) =>
    [
        // a name may begin with "-", as a formula does
        MessageCsv.Defused(row.Topic.Name) ?? "",
        Number(row.Topic.Partitions.Length), Number(row.Topic.ReplicationFactor), Number(row.Offline),
        Number(row.UnderMinIsr), Number(row.UnderReplicated), Number(row.Records), Number(row.Size),
        row.In?.ToString("0.###", CultureInfo.InvariantCulture) ?? "", Number(row.Groups), Number(row.KeptMs),
        Quoted(TopicRow.Config(snapshot.TopicConfigs.Value?.Of(row.Topic.Name) ?? [], "cleanup.policy") ?? ""),
    ];

    static string Quoted(string value) => value.Contains(',', StringComparison.Ordinal) ? $"\"{value}\"" : value;

    static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
