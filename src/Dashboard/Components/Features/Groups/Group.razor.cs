using System.Collections.Immutable;
using Dashboard.Addresses;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Foundation.States;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Groups;

/// <summary>One consumer group: who reads what, and how far behind.</summary>
public partial class Group : ClusterPage
{
    GroupInfo? group;
    string id = "";
    ImmutableArray<ClusterEvent> marks = [];
    IReadOnlyList<Rebalance> rebalances = [];

    /// <summary>The rest of the path; null where the id stands in the query.</summary>
    [Parameter]
    public string? GroupId { get; set; }

    /// <summary>An id that a path cannot carry.</summary>
    [SupplyParameterFromQuery(Name = "id")]
    public string? Id { get; set; }

    /// <summary>"1": partitions without lag are left out of the table.</summary>
    [SupplyParameterFromQuery]
    public string? Behind { get; set; }

    bool OnlyBehind => Behind == "1";

    string Here(bool behind)
    {
        var here = Cluster.Group(id);
        return !behind ? here : here + (here.Contains('?', StringComparison.Ordinal) ? "&behind=1" : "?behind=1");
    }

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
        [snapshot.Groups, snapshot.Offsets.Error, snapshot.Brokers.Value, snapshot.NotAllowed];

    protected override IEnumerable<string> GroupsSeen => [id];

    protected override void OnParametersSet() => OnSnapshot();

    protected override void OnSnapshot()
    {
        group = Snapshot.Groups.Value is not { } groups ? null
            : GroupId is null ? groups.Find(Id ?? "")
            : GroupAddress.Find(groups, GroupId);
        id = group?.GroupId ?? (GroupId is null ? Id ?? "" : GroupAddress.Id(GroupId));
        rebalances = Rebalance.Of(id, Snapshot.RecentEvents);
        marks = [.. Snapshot.RecentEvents.Where(IsMark).Take(3)];
    }

    bool IsMark(ClusterEvent change) =>
        change.Kind is EventKind.BrokerDown || (change.Subject == id && change.Kind is EventKind.GroupMembersChanged);

    string Name => GroupName.Of(L, id);

    /// <summary>Any member may read any partition: there is no picture of who reads which.</summary>
    bool IsShare => group?.Kind == GroupKind.Share;

    /// <summary>The groups' section, made stale by this group's own trouble.</summary>
    SectionState GroupSection => group?.Error is { } error ? new(true, error, group.AsOf) : State(Snapshot.Groups);
}
