using System.Globalization;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Controls;

/// <summary>Who of a group reads which partition, drawn.</summary>
public partial class ReadersPicture : UiComponent
{
    const int MaxPartitions = 48;
    const int MaxMembers = 16;
    const int Box = 54;

    GroupOffset[] shown = [];
    GroupMember[] members = [];
    (GroupOffset Offset, int X, int Member)[] lines = [];
    long most;
    string label = "";

    [Parameter, EditorRequired]
    public GroupInfo Group { get; set; } = null!;

    protected override void OnParametersSet()
    {
        members = [.. Group.Members];
        var index = members.Index().GroupBy(m => m.Item.MemberId).ToDictionary(m => m.Key, m => m.First().Index);
        shown = [.. Group.Offsets.OrderBy(o => o.MemberId is null ? int.MaxValue : index.GetValueOrDefault(o.MemberId, int.MaxValue)).ThenBy(o => o.Topic, StringComparer.Ordinal).ThenBy(o => o.Partition)];
        most = shown.Length == 0 ? 0 : shown.Max(o => o.Lag ?? 0);
        lines = [.. shown.Index().Where(o => o.Item.MemberId is not null && index.ContainsKey(o.Item.MemberId)).Select(o => (o.Item, PartitionX(o.Index), index[o.Item.MemberId!]))];
        label = L["Group_PictureLabel", shown.Length, members.Length] + " " + string.Join("; ", members.Select(m => $"{ShortName(m)}: {Reads(m)}"));
    }

    int Width => Math.Max(760, Math.Max(24 + shown.Length * 62, 24 + members.Length * 224));

    int PartitionX(int index) => (Width - shown.Length * 62) / 2 + index * 62 + 31;

    int MemberX(int index) => (int)(Width * (index + 0.5) / Math.Max(1, members.Length));

    IEnumerable<GroupOffset> Of(GroupMember member) => Group.Offsets.Where(o => o.MemberId == member.MemberId);

    long LagOf(GroupMember member) => Of(member).Sum(o => o.Lag ?? 0);

    double? SecondsOf(GroupMember member) => GroupInfo.SecondsBehind(Of(member));

    /// <summary>Holds about its even share of a lag that grows, or more.</summary>
    bool IsSlow(GroupMember member) => Group.IsLagGrowing && Group.TotalLag > 0 && LagOf(member) * members.Length * 10 >= Group.TotalLag * 9;

    string Reads(GroupMember member) => member.Assignments.Length == 0 ? L["Group_ReadsNothing"] : Ranges(member.Assignments.Select(a => a.Partition));

    /// <summary>The client id, and what tells members with the same one apart.</summary>
    public static string ShortName(GroupMember member) =>
        member.InstanceId ?? (member.MemberId.StartsWith(member.ClientId, StringComparison.Ordinal) && member.MemberId.Length > member.ClientId.Length + 5
            ? $"{member.ClientId}{member.MemberId[member.ClientId.Length..Math.Min(member.MemberId.Length, member.ClientId.Length + 5)]}"
            : member.MemberId);

    /// <summary>"0–3, 7".</summary>
    public static string Ranges(IEnumerable<int> numbers)
    {
        var parts = new List<string>();
        int? first = null;
        var last = 0;
        foreach (var number in numbers.Order())
        {
            if (first is not null && number == last + 1)
            {
                last = number;
                continue;
            }
            Close();
            (first, last) = (number, number);
        }
        Close();
        return string.Join(", ", parts);

        void Close()
        {
            if (first is { } from)
            {
                parts.Add(from == last ? $"{from}" : $"{from}–{last}");
            }
        }
    }

    static string ShortLag(long lag) => lag < 1_000_000 ? Format.Number(lag) : (lag / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + " M";

    static string Clip(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
