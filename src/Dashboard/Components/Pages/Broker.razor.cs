using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Components.Controls;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pages;

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

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Brokers, snapshot.Topics, snapshot.LogDirs, snapshot.Offsets, snapshot.Identity.Value, snapshot.Rates];

    /// <summary>As old as this broker's own last answer: while it is down the others' answers make its figures no newer.</summary>
    SectionState LogDirs => broker is { State: BrokerState.Down, DataAsOf: { } at, StateSince: { } since }
        ? new(true, new SectionError(SectionErrorKind.Unreachable, L["Broker_Name", Id], null, L["Broker_IsDown", Id], since), at)
        : State(Snapshot.LogDirs);

    protected override void OnSnapshot()
    {
        broker = Snapshot.Brokers.Value?.Find(Id);
        dirs = Snapshot.LogDirs.Value?.Of(Id) ?? [];
        var all = new List<Row>();
        foreach (var topic in Snapshot.Topics.Value?.Topics ?? [])
        {
            foreach (var partition in topic.Partitions.Where(p => p.Replicas.Contains(Id)))
            {
                all.Add(new(new(topic.Name, partition.Partition), partition, RoleOf(partition), Snapshot.LogDirs.Value?.Sizes.GetValueOrDefault(new(topic.Name, partition.Partition, Id))));
            }
        }
        chips =
        [
            new("", L["List_All"], all.Count), new("leads", L["Broker_Is_leads"], all.Count(r => r.Role == "leader")), new("follows", L["Broker_Is_follows"], all.Count(r => r.Role == "follower")),
            new("out", L["Broker_Is_out"], all.Count(IsOut), "warn"),
        ];
        var found = all.Where(r => List.Matches(r.Key.Topic) && List.Is switch { "leads" => r.Role == "leader", "follows" => r.Role == "follower", "out" => IsOut(r), _ => true }).ToList();
        matching = found.Count;
        rows = [.. List.Order(found, columns, r => $"{r.Key.Topic}\0{r.Key.Partition.ToString("D10", CultureInfo.InvariantCulture)}").Skip((List.Page - 1) * List.Size).Take(List.Size)];
    }

    static bool IsOut(Row row) => row.Role is "out" or "dead";

    string RoleOf(PartitionInfo p) => p.Leader == Id ? "leader" : p.Offline.Contains(Id) || broker?.State == BrokerState.Down ? "dead" : p.Isr.Contains(Id) ? "follower" : "out";

    sealed record Row(PartitionKey Key, PartitionInfo Partition, string Role, ReplicaSize? Size);
}
