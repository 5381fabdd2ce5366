using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Foundation.States;
using Dashboard.Localization;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Dashboard.Components.Shell;

/// <summary>The pages that this cluster has, with what they count and the shape of their worst trouble.</summary>
public partial class NavMenu : LiveComponent
{
    /// <summary>About topics, and not below their list.</summary>
    static readonly string[] topicPages = ["new-topic", "delete-topics", "purge-topics", "alter-topics"];

    readonly List<Item> items = [];

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
    [
        snapshot.Health, snapshot.Topics.Value, snapshot.Brokers.Value, snapshot.Groups.Value, snapshot.Ensemble.Value,
        snapshot.Reassignments.Value, snapshot.Quorum.Value, snapshot.Quorum.Error is null,
        snapshot.Identity.Value?.Mode,
    ];

    /// <summary>Most of what the sections tell makes no other count and no other shape.</summary>
    protected override object?[] DrawnFrom => [Navigation.Uri, .. items];

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Navigation.LocationChanged += OnMoved;
    }

    protected override void OnSnapshot()
    {
        var health = Snapshot.Health;
        items.Clear();
        Add("", "Overview", glyph: health is { IsKnown: true, Findings.Length: > 0 } ? Glyph.Of(health.Worst) : null);
        if (Snapshot.HasKafka)
        {
            Add("topics", "Topics", "gap", Count(Snapshot.Topics.Value?.Topics.Length), TopicGlyph(health));
        }
        Add(
            "brokers", "Brokers", "", Snapshot.Brokers.Value is { } brokers ? Brokers(brokers) : null,
            health.Find(FindingKind.BrokersDown, FindingKind.BrokersSilent) is { } down ? Glyph.Of(down.Severity) : null);
        if (Snapshot.HasKafka)
        {
            Add(
                "groups", "Groups", "", Count(Snapshot.Groups.Value?.Groups.Length),
                health.Find(FindingKind.GrowingLag, FindingKind.CommitBeyondEnd) is { } lag ? Glyph.Of(lag.Severity) : null);
        }
        if (Snapshot.HasKafka)
        {
            Add("jobs", "Jobs");
        }
        if (Snapshot.HasZooKeeper)
        {
            if (Cluster.May(Cluster.To(AccessAction.Read, AccessKind.Znodes, Permission.All)))
            {
                Add("znodes", "Znodes", "gap");
            }
            Add(
                "ensemble", "Ensemble", "",
                Snapshot.Ensemble.Value is { } ensemble ? $"{ensemble.Serving}/{ensemble.Servers.Length}" : null,
                health.Find(FindingKind.EnsembleDegraded, FindingKind.EnsembleLost) is { } thin ? Glyph.Of(thin.Severity) : null);
        }
        else if (Snapshot.HasKafka && Snapshot.Identity.Value?.Mode == CoordinationMode.KRaft
            && Cluster.May(Cluster.To(AccessAction.Read, AccessKind.Znodes, Permission.All)))
        {
            Add("metadata", "Metadata", "gap");
        }
        if (Snapshot.Quorum.Value is { } quorum)
        {
            Add(
                "quorum", "Quorum", Snapshot.HasZooKeeper ? "gap" : "",
                // how many keep up is not known while nobody tells
                Snapshot.Quorum.Error is null ? $"{quorum.InStep}/{quorum.Voters.Count()}" : null,
                health.Find(FindingKind.QuorumDegraded, FindingKind.QuorumLost, FindingKind.QuorumSilent) is { } weak
                    ? Glyph.Of(weak.Severity)
                    : null);
        }
        if (Snapshot.HasKafka)
        {
            Add("reassignments", "Reassignments", "gap", Count(Snapshot.Reassignments.Value?.Running.Length));
            Add("elections", "Elections", "", health.IsKnown ? Count(health.Find(FindingKind.NotPreferredLeader)?.Count ?? 0) : null);
        }
        if (Cluster.May(Cluster.To(AccessAction.Read, AccessKind.Schemas)))
        {
            Add("schemas", "Schemas", "gap");
        }
        if (Cluster.May(Cluster.To(AccessAction.Read, AccessKind.Connectors)))
        {
            Add("connect", "Connect");
        }
        Add("events", "Events", Snapshot.HasKafka ? "" : "gap");
        if (Cluster.May(Cluster.To(AccessAction.See, AccessKind.Audit, Permission.All)))
        {
            Add("audit", "Audit");
        }
        if (Cluster.IsHosted)
        {
            Add("nodes", "Nodes", "gap", Count(Cluster.Nodes!.Nodes.Length));
            Add("walkthrough", "Walkthrough");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= OnMoved;
        await base.DisposeAsync();
    }

    void OnMoved(object? sender, LocationChangedEventArgs moved) => _ = InvokeAsync(StateHasChanged);

    void Add(string page, string name, string css = "", string? count = null, string? glyph = null) =>
        items.Add(new(page, L[$"Nav_{name}"], css, count, glyph));

    /// <summary>A link marks itself at its own address and those below it. These pages have no address below that of their list.</summary>
    string? Here(string page) => Navigation.ToBaseRelativePath(Navigation.Uri).Split('?', '#')[0] is var here
        && ((page == "topics" && topicPages.Any(one => here == Cluster.Href(one)))
            || (page == "schemas" && here == Cluster.Href("new-schema"))
            || (page == "connect" && here == Cluster.Href("new-connector"))
            || (page == "groups" && here == Cluster.Href("reset-offsets")) || (page == "ensemble" && here == Cluster.Href("sessions"))
            || (page == (Snapshot.HasZooKeeper ? "ensemble" : "quorum") && here == Cluster.Href("metadata-check")))
            ? "page"
            : null;

    static string? Count(int? count) => count is { } number ? Format.Number(number) : null;

    static string Brokers(BrokerTable table)
    {
        var up = table.Brokers.Count(b => b.Answers);
        return up == table.Brokers.Length ? Format.Number(up) : $"{up}/{table.Brokers.Length}";
    }

    static string? TopicGlyph(Health health) =>
        health.Find(FindingKind.OfflinePartitions) is not null || health.Find(FindingKind.UnderMinIsr) is not null ? "bad" : null;

    sealed record Item(string Page, string Words, string Css, string? Count, string? Glyph);
}
