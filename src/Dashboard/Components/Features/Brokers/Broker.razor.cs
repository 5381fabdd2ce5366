using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Brokers;

/// <summary>One broker: what it is, what it holds, how it does.</summary>
public partial class Broker : ListPage
{
    static readonly Dictionary<string, Func<Row, IComparable?>> columns = new()
    {
        ["role"] = r => r.Role,
        ["size"] = r => r.Size?.Bytes,
        ["lag"] = r => r.Size?.OffsetLag,
    };

    BrokerInfo? broker;
    ImmutableArray<LogDirInfo> dirs = [];
    List<Row> rows = [];
    List<Chip> chips = [];
    int matching;

    [Parameter]
    public int Id { get; set; }

    protected override (string Page, string DefaultSort) Defaults => ($"brokers/{Id}", "name");

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
        [snapshot.Brokers, snapshot.Topics, snapshot.LogDirs, snapshot.Offsets, snapshot.Identity.Value, snapshot.Rates];

    /// <summary>As old as this broker's own last answer: while it is down the others' answers make its figures no newer.</summary>
    SectionState LogDirs => broker is { Answers: false, DataAsOf: { } at, GoneSince: { } since }
        ? new(
            true,
            new SectionError(
                SectionErrorKind.Unreachable, L["Broker_Name", Id], null,
                L[broker.State == BrokerState.Down ? "Broker_IsDown" : "Broker_IsSilent", Id], since),
            at)
        : State(Snapshot.LogDirsOf(Id));

    protected override void OnSnapshot()
    {
        broker = Snapshot.Brokers.Value?.Find(Id);
        dirs = Snapshot.LogDirs.Value?.Of(Id) ?? [];
        var all = new List<Row>();
        foreach (var topic in Snapshot.Topics.Value?.Topics ?? [])
        {
            foreach (var partition in topic.Partitions.Where(p => p.Replicas.Contains(Id)))
            {
                var size = Snapshot.LogDirs.Value?.Sizes.GetValueOrDefault(new(topic.Name, partition.Partition, Id));
                all.Add(new(new(topic.Name, partition.Partition), partition, RoleOf(partition), size));
            }
        }
        chips =
        [
            new("", L["List_All"], all.Count), new("leads", L["Broker_Is_leads"], all.Count(r => r.Role == "leader")),
            new("follows", L["Broker_Is_follows"], all.Count(r => r.Role == "follower")),
            new("out", L["Broker_Is_out"], all.Count(IsOut), "warn"),
        ];
        var found = all.Where(r => List.Matches(r.Key.Topic) && IsChosen(r)).ToList();
        matching = found.Count;
        var ordered = List.Order(found, columns, r => $"{r.Key.Topic}\0{r.Key.Partition.ToString("D10", CultureInfo.InvariantCulture)}");
        rows = [.. ordered.Skip((List.Page - 1) * List.Size).Take(List.Size)];
    }

    static bool IsOut(Row row) => row.Role is "out" or "dead";

    bool IsChosen(Row row) => List.Is switch
    {
        "leads" => row.Role == "leader",
        "follows" => row.Role == "follower",
        "out" => IsOut(row),
        _ => true,
    };

    string RoleOf(PartitionInfo p) =>
        p.Leader == Id ? "leader"
            : p.Offline.Contains(Id) || broker?.State == BrokerState.Down ? "dead"
            : p.Isr.Contains(Id) ? "follower"
            : "out";

    sealed record Row(TopicPartition Key, PartitionInfo Partition, string Role, ReplicaInfo? Size);
}
