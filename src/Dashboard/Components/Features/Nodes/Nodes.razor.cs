using System.Collections.Immutable;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Operations;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Nodes;

/// <summary>The nodes this process hosts: state, reasons, actions and logs.</summary>
public partial class Nodes : ClusterPage
{
    readonly HashSet<string> busy = [];
    ImmutableArray<HostedNode> nodes = [];
    Task following = Task.CompletedTask;
    (HostedNode Node, NodeAction Action)? asked;
    HostedNode? removed;
    bool adding;
    string? refusal;

    [Inject]
    public IAuditLog Audit { get; set; } = null!;

    [Inject]
    public IServiceProvider Services { get; set; } = null!;

    IEngineExchange Exchange => Services.GetRequiredService<IEngineExchange>();

    /// <summary>The node whose log is shown; null: all.</summary>
    [SupplyParameterFromQuery]
    public string? Log { get; set; }

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
        [snapshot.Identity.Value, snapshot.Ensemble.Value, snapshot.Quorum.Value];

    protected override void OnInitialized()
    {
        base.OnInitialized();
        nodes = Cluster.Nodes?.Nodes ?? [];
    }

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        if (firstRender && Cluster.Nodes is { } host)
        {
            following = FollowAsync(host);
        }
    }

    async Task FollowAsync(INodeHost host)
    {
        try
        {
            await foreach (var now in host.SubscribeAsync(Gone))
            {
                await InvokeAsync(() =>
                {
                    nodes = now;
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // the page went away
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await following;
        GC.SuppressFinalize(this);
    }

    /// <summary>Broken after a comma, not within an address.</summary>
    static MarkupString Addresses(string list) =>
        new(System.Net.WebUtility.HtmlEncode(list).Replace(",", ",<wbr>", StringComparison.Ordinal));

    /// <summary>What somebody did in the reader's words; why it failed in the reader's too, but for what its server said.</summary>
    string? ReasonOf(HostedNode node) =>
        node.By is { } user ? L[$"NodeReason_{node.State}", user]
        // while it is started again there is the error of the last time
        : node is { Reason: null, Failures: { } failures } ? L["Nodes_LastError", ErrorWords.Of(L, failures.Told, failures.Reason)]
        : ErrorWords.Of(L, node.Told, node.Reason);

    string Again(NodeFailures failures) => L[
        "Nodes_Again", failures.Count, Clock(failures.Since), Format.Seconds(L, NodeFailures.LongestWait.TotalSeconds)];

    /// <summary>
    /// Why it cannot be stopped, where its state does not say so: the tooltip of a button that is off is out of reach of keys and fingers.
    /// </summary>
    string? WayOn(HostedNode node) =>
        NodeActionRules.Obstacle(node.State, NodeAction.Stop) is (NodeObstacle.Paused or NodeObstacle.Stopping) and var obstacle
            ? L[$"Nodes_WhyNot_{obstacle}"]
            : null;

    bool IsApache => Cluster.Nodes!.Engine.Kind == EngineKind.Apache;

    /// <summary>What a node's process gets; null: it is a new one.</summary>
    static string? SignalOf(NodeAction action) => action switch
    {
        NodeAction.Stop => "SIGTERM",
        NodeAction.Kill => "SIGKILL",
        NodeAction.Pause => "SIGSTOP",
        _ => null,
    };

    static NodeAction[] Buttons(HostedNode node) =>
        [NodeAction.Start, NodeAction.Stop, NodeAction.Kill, node.State == NodeState.Paused ? NodeAction.Resume : NodeAction.Pause];

    async Task AskAsync(HostedNode node, NodeAction action)
    {
        refusal = null;
        if (NodeActionRules.TakesAway(action))
        {
            asked = (node, action);
            return;
        }
        busy.Add(node.Name);
        refusal = await NodeActions.RunAsync(Cluster.Nodes!, Audit, Time, Cluster.Id, node.Name, action, Cluster.Who.Actor, Gone)
            .ToldAsync(L);
        busy.Remove(node.Name);
    }

    string Href(string node) => Cluster.Href($"nodes?log={node}");

    string Headline
    {
        get
        {
            var running = nodes.Count(n => n.State == NodeState.Running);
            var failed = nodes.Where(n => n.State == NodeState.Failed || n.FailsAgainAndAgain).ToArray();
            return failed.Length > 0 ? L["Nodes_Failed", running, nodes.Length, string.Join(", ", failed.Select(n => n.Name))]
                : running == nodes.Length ? L["Nodes_AllRun", running]
                : L["Nodes_SomeRun", running, nodes.Length];
        }
    }

    string RoleOf(HostedNode node)
    {
        if (node.State is not NodeState.Running)
        {
            return "";
        }
        return node.Kind switch
        {
            NodeKind.Coordinator =>
                Snapshot.Ensemble is { Error: null, Value: { } ensemble }
                && ensemble.Servers.FirstOrDefault(s => s.ServerId == node.Id) is { } server
                    ? L[$"Role_{server.Role}"]
                    : "",
            NodeKind.Broker when Snapshot.ControllerId == node.Id =>
                L["Nodes_Controller", Snapshot.Identity.Value!.ControllerEpoch ?? Snapshot.Quorum.Value?.Epoch ?? 0],
            NodeKind.Broker => L[Snapshot.Quorum.Value?.Find(node.Id) is { IsVoter: true } ? "Nodes_BrokerAndController" : "Nodes_Broker"],
            // who leads now is not known
            _ when Snapshot.Quorum.Error is not null => L["Nodes_ControllerOnly"],
            _ when Snapshot.Quorum.Value is { } quorum && quorum.LeaderId == node.Id => L["Nodes_Controller", quorum.Epoch],
            _ => L["Nodes_ControllerWaits"],
        };
    }

    /// <summary>The shape of a node's state.</summary>
    public static string GlyphOf(NodeState state) => state switch
    {
        NodeState.Running => "ok",
        NodeState.Starting or NodeState.Stopping => "busy",
        NodeState.Killed => "killed",
        NodeState.Paused => "paused",
        NodeState.Failed => "bad",
        _ => "info",
    };
}
