using System.Collections.Immutable;
using Dashboard.Api;
using Dashboard.Components.Controls;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pages;

/// <summary>One consumer group: who reads what, and how far behind.</summary>
public partial class Group : ClusterPage
{
    GroupInfo? group;
    string id = "";
    string? worstMember;
    ImmutableArray<ClusterEvent> marks = [];

    [Parameter]
    public string GroupId { get; set; } = "";

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Groups, snapshot.Offsets.Error];

    protected override void OnParametersSet() => OnSnapshot();

    protected override void OnSnapshot()
    {
        group = Snapshot.Groups.Value is { } groups ? GroupAddress.Find(groups, GroupId) : null;
        id = group?.GroupId ?? GroupAddress.Id(GroupId);
        worstMember = group?.Offsets.Where(o => o.MemberId is not null).GroupBy(o => o.MemberId).OrderByDescending(g => g.Sum(o => o.Lag ?? 0)).FirstOrDefault()?.Key;
        marks = [.. Snapshot.RecentEvents.Where(e => e.Kind is EventKind.BrokerDown || (e.Subject == id && e.Kind is EventKind.GroupMembersChanged)).Take(3)];
    }

    string Here => Cluster.Group(id);

    string? Warn => group?.IsLagGrowing == true ? "warn" : null;

    /// <summary>The groups' section, made stale by this group's own trouble.</summary>
    SectionState GroupSection => group?.Error is { } error ? new(true, error, group.AsOf) : State(Snapshot.Groups);
}
