using System.Collections.Immutable;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Components.Pictures;
using Dashboard.Localization;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Commands.Placement;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Reassignments;

/// <summary>
/// A plan for a topic's replicas, made by clicking in the matrix. Nothing changes before Start; the plan checks itself against each new
/// snapshot.
/// </summary>
public partial class ReassignForm : CheckedForm
{
    /// <summary>Nothing is asked for: what the choice of a broker to empty goes back to.</summary>
    const int NoBroker = -1;

    ImmutableDictionary<int, ImmutableArray<int>> targets = ImmutableDictionary<int, ImmutableArray<int>>.Empty;
    MatrixModel? now;
    MatrixModel? then;
    ReassignPlan? plan;
    string? planFault;

    /// <summary>Why a broker that was to be emptied keeps something.</summary>
    string? notEmptied;
    bool isShown;
    bool leading;
    int emptied = NoBroker;

    [Parameter, EditorRequired]
    public ClusterSnapshot Snapshot { get; set; } = null!;

    [Parameter, EditorRequired]
    public TopicInfo Topic { get; set; } = null!;

    protected override string PagePath => Cluster.Href("reassignments/new");

    protected override (string Name, string? Value)[] BesideAddress => [("topic", Topic.Name)];

    protected override IEnumerable<AddressField> InAddress =>
    [
        new("targets", () => TargetText.Of(targets), text => targets = Differing(TargetText.Read(text))),
        new("click", () => leading ? "leads" : "copies", text => leading = text == "leads"),
    ];

    ImmutableArray<BrokerInfo> Brokers => Snapshot.Brokers.Value?.Brokers ?? [];

    protected override async Task OnParametersSetAsync()
    {
        Draw();
        // what was clicked a moment ago is on its way to the address, and is planned there
        if (isShown && targets.Count > 0 && !Running && Checks.IsSettled)
        {
            await Checks.RunNowAsync(PlanAsync, Gone);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            isShown = true;
            await CheckNowAsync(PlanAsync);
        }
    }

    void Draw()
    {
        now = PlacementModel.Of(L, Topic, Brokers);
        then = PlacementModel.Target(L, Topic, targets, Brokers);
    }

    ImmutableArray<int> Target(int partition) => targets.GetValueOrDefault(partition, Topic.Find(partition)!.Replicas);

    Task Clicked((int Partition, int Broker) cell)
    {
        var target = Target(cell.Partition);
        var changed = leading ? target.Remove(cell.Broker).Insert(0, cell.Broker)
            : target.Contains(cell.Broker) ? target.Remove(cell.Broker)
            : target.Add(cell.Broker);
        return SetAsync(targets.SetItem(cell.Partition, changed));
    }

    Task EmptyBroker()
    {
        if (emptied == NoBroker)
        {
            return Task.CompletedTask;
        }
        var broker = emptied;
        var emptying = Emptying.Of(Topic, targets, Brokers, broker);
        var set = SetAsync(emptying.Targets);
        notEmptied = emptying.Stuck.Length > 0
            ? L["Reassign_NotEmptied", $"{broker}", Format.Ids(emptying.Stuck), emptying.Stuck.Length, emptying.Others]
            : !Topic.Partitions.Any(p => p.Replicas.Contains(broker)) ? L["Reassign_NothingToEmpty", $"{broker}", Topic.Name] : null;
        return set;
    }

    Task Reset()
    {
        emptied = NoBroker;
        return SetAsync(ImmutableDictionary<int, ImmutableArray<int>>.Empty);
    }

    async Task SetAsync(ImmutableDictionary<int, ImmutableArray<int>> changed)
    {
        targets = Differing(changed);
        notEmptied = null;
        Forget();
        Draw();
        await CheckLastAsync(PlanAsync);
    }

    /// <summary>Of partitions that the topic has, on brokers that are known, and not as they are.</summary>
    ImmutableDictionary<int, ImmutableArray<int>> Differing(ImmutableDictionary<int, ImmutableArray<int>> wanted)
    {
        var known = Brokers.Select(b => b.Id).ToHashSet();
        return wanted.RemoveRange(wanted.Where(t => Topic.Find(t.Key) is not { } partition || partition.Replicas.SequenceEqual(t.Value)
            || !t.Value.All(id => known.Contains(id) || partition.Replicas.Contains(id))).Select(t => t.Key));
    }

    async Task PlanAsync(CancellationToken cancellationToken)
    {
        if (targets.Count == 0)
        {
            plan = null;
            return;
        }
        try
        {
            plan = await Cluster.Monitor.Commands.PlanAsync(new Reassign(Topic.Name, targets), cancellationToken);
            planFault = null;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            (plan, planFault) = (null, ErrorWords.Of(L, fault));
        }
    }

    /// <summary>What is started is what was shown for exactly these cells.</summary>
    bool CanStart => !Running && Checks.IsSettled && plan is { CanRun: true, Moves.Length: > 0 };

    async Task StartAsync()
    {
        if (CanStart && await RunAsync(new Reassign(Topic.Name, plan!.Moves.ToImmutableDictionary(m => m.Partition.Partition, m => m.To))))
        {
            Navigation.NavigateTo(Cluster.Href("reassignments"));
        }
    }

    /// <summary>What a broker has of all topics, now and when this plan is done.</summary>
    (string Leads, string Holds, string Receives) Change(BrokerInfo broker)
    {
        var leads = Topic.Partitions.Count(p => p.LeaderAmong(Target(p.Partition)) == broker.Id)
            - Topic.Partitions.Count(p => p.Leader == broker.Id);
        var holds = Topic.Partitions.Count(p => Target(p.Partition).Contains(broker.Id))
            - Topic.Partitions.Count(p => p.Replicas.Contains(broker.Id));
        var moves = plan?.Moves.Where(m => m.Adding.Contains(broker.Id)).ToArray() ?? [];
        var receives = moves.Length == 0 ? ""
            : moves.All(m => m.Bytes is not null) ? Format.Bytes(moves.Sum(m => m.Bytes!.Value / Math.Max(1, m.Adding.Length)))
            : Format.None;
        return (Arrow(broker.Leaders, leads), Arrow(broker.Replicas, holds), receives);
    }

    static string Arrow(int? before, int more) =>
        more == 0 ? Format.Number(before) : $"{Format.Number(before)} → {Format.Number(before + more)}";
}
