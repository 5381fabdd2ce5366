using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Elections;

/// <summary>
/// Leaders that are not the preferred ones (or, unclean, partitions without one): what an election would do to each, and why not to the
/// others.
/// </summary>
public partial class ElectForm : CommandComponent
{
    const int ShownRows = 200;

    readonly HashSet<TopicPartition> left = [];
    List<(PlannedElection Election, PartitionInfo? Partition)> rows = [];
    (string Topic, int Count)[] topics = [];
    ElectLeadersPlan? plan;
    string? planFault;
    string typed = "";
    (object?, ElectionType, string?, int?) planned;

    [Parameter, EditorRequired]
    public ClusterSnapshot Snapshot { get; set; } = null!;

    [Parameter]
    public ElectionType Type { get; set; }

    [Parameter]
    public string? Topic { get; set; }

    [Parameter]
    public int? Partition { get; set; }

    /// <summary>Of leaders that were read some time ago it is not said that there is nothing to do.</summary>
    bool IsCurrent => Snapshot.Topics.Error is null && Snapshot.Brokers.Value is not { NoneAnswers: true };

    PlannedElection[] Chosen => [.. rows.Select(r => r.Election).Where(e => e.To >= 0 && !left.Contains(e.Partition))];

    /// <summary>What is typed to confirm an unclean election.</summary>
    string Word => Chosen is [var only] ? only.Partition.ToString() : Topic ?? "unclean";

    string? WordFault => Word.StartsWith(typed, StringComparison.Ordinal) ? null : L["Field_Differs", Word];

    protected override async Task OnParametersSetAsync()
    {
        var wanted = (Snapshot.Topics.Value, Type, Topic, Partition);
        if (wanted.Equals(planned) || Snapshot.Topics.Value is null)
        {
            return;
        }
        if (planned.Item2 != Type || planned.Item3 != Topic)
        {
            Forget();
            left.Clear();
            typed = "";
        }
        planned = wanted;
        try
        {
            var command = new ElectLeaders(Type, Topic, Partition is { } one ? [one] : null);
            plan = await Cluster.Monitor.Commands.PlanAsync(command, Gone);
            planFault = null;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            planFault = ErrorWords.Of(L, fault);
            return;
        }
        rows = [.. plan.Elections.Select(e => (e, Find(e.Partition))).OrderBy(r => r.e.To < 0).ThenBy(r => r.e.Partition)];
        topics =
        [
            .. (Snapshot.Topics.Value?.Topics ?? [])
                .Select(t => (t.Name, Count: t.Partitions.Count(p => Type == ElectionType.Unclean ? p.IsOffline : p.IsNotPreferred)))
                .Where(t => t.Count > 0 || t.Name == Topic).OrderByDescending(t => t.Count).Take(8),
        ];
    }

    PartitionInfo? Find(TopicPartition key) => Snapshot.Topics.Value?.Find(key);

    string Href(ElectionType type, string? topic)
    {
        var query = new List<string>();
        if (type == ElectionType.Unclean)
        {
            query.Add("type=unclean");
        }
        if (topic is not null)
        {
            query.Add($"topic={Uri.EscapeDataString(topic)}");
        }
        return Cluster.Href(query.Count == 0 ? "elections" : $"elections?{string.Join('&', query)}");
    }

    string Leader(int broker) => broker < 0 ? L["Topic_NoLeader"] : $"{broker}";

    string WhyOf(PlannedElection election, PartitionInfo? partition) =>
        election.Why is null ? L[$"Elect_Why_{Type}", $"{election.To}"] : L[$"Elect_Why_{election.Why}", $"{partition?.PreferredLeader}"];

    void Toggle(TopicPartition key)
    {
        if (!left.Remove(key))
        {
            left.Add(key);
        }
    }

    async Task ElectAsync()
    {
        var commands = Chosen.GroupBy(e => e.Partition.Topic)
            .Select(t => (ClusterCommand)new ElectLeaders(Type, t.Key, [.. t.Select(e => e.Partition.Partition)])).ToArray();
        await RunAsync(commands);
        typed = "";
    }
}
