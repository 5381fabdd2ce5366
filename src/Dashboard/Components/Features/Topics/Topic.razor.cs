using System.Collections.Immutable;
using Dashboard.Components.Foundation.Fields;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Pictures;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Topics;

/// <summary>One topic: where its replicas are, its partitions, configs, groups and last messages. The tab is in the address.</summary>
public partial class Topic : ClusterPage
{
    const int PageSize = 100;

    TopicInfo? topic;
    TopicRow? row;
    MatrixModel? matrix;
    ImmutableArray<TopicConfig> configs = [];
    ImmutableArray<GroupInfo> groups = [];
    string? worst;
    int? overridden;
    int from;
    bool deleting;

    [Parameter]
    public string Name { get; set; } = "";

    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    [SupplyParameterFromQuery]
    public string? From { get; set; }

    string TabName => Tab is "configs" or "groups" ? Tab : "partitions";

    SectionState TabState => TabName switch
    {
        "configs" => State(Snapshot.TopicConfigs),
        "groups" => State(Snapshot.Groups),
        _ => State(Snapshot.Topics),
    };

    IReadOnlyList<SectionState> TabAlso => TabName == "partitions" ? [State(Snapshot.Offsets), State(Snapshot.LogDirs)] : [];

    bool TabEmpty => TabName == "groups" && groups.Length == 0;

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
    [
        snapshot.Topics, snapshot.Brokers.Value, snapshot.Offsets, snapshot.LogDirs, snapshot.TopicConfigs, snapshot.Groups,
        snapshot.EligibleLeaders.Value, snapshot.NotAllowed,
    ];

    protected override IEnumerable<string> GroupsSeen => groups.Select(g => g.GroupId);

    protected override void OnParametersSet()
    {
        if (Tab == "messages")
        {
            // where they were before they had a page of their own
            Navigation.NavigateTo(Cluster.Topic(Name, "/messages"), replace: true);
        }

        OnSnapshot();
    }

    protected override void OnSnapshot()
    {
        topic = Snapshot.Topics.Value?.Find(Name);
        if (topic is null)
        {
            return;
        }
        row = TopicRow.Of(topic, Snapshot);
        from = topic.Partitions.Length > PageSize
            ? Math.Clamp((QueryNumber.Of(From) ?? 0) / PageSize * PageSize, 0, topic.Partitions.Length - 1)
            : 0;
        matrix = PlacementModel.Of(L, topic, Snapshot.Brokers.Value?.Brokers ?? [], topic.Partitions.Skip(from).Take(PageSize),
            Snapshot.EligibleLeaders.Value);
        var trouble = matrix.Rows.FirstOrDefault(r => r.Glyph == "bad") ?? matrix.Rows.FirstOrDefault(r => r.Glyph is not null);
        worst = trouble?.Cells.FirstOrDefault(c => c.Kind is CellKind.Leader or CellKind.Dead)?.Label;
        configs = Snapshot.TopicConfigs.Value?.Of(Name) ?? [];
        overridden = configs.IsDefaultOrEmpty ? null : configs.Count(c => c.IsOverride);
        var read = (Snapshot.Groups.Value?.Groups ?? []).Where(g => g.Offsets.Any(o => o.Topic == Name));
        groups = TabName == "groups" ? [.. read.OrderByDescending(g => (g.Members.Length > 0, g.TotalLag ?? -1)).Take(200)] : [];
    }

    string? Here(string tab) => TabName == tab ? "true" : null;

    string RowHref(int partition) =>
        Cluster.Topic(Name, partition / PageSize * PageSize is > 0 and var start ? $"?from={start}#p{partition}" : $"#p{partition}");

    void Deleted(bool gone)
    {
        deleting = false;
        if (gone)
        {
            Navigation.NavigateTo(Cluster.Href("topics"));
        }
    }
}
