using System.Globalization;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pictures;

/// <summary>Who of a group reads which partition, drawn.</summary>
public partial class ReadersPicture : UiComponent
{
    const int MaxPartitions = 48;
    const int MaxMembers = 16;
    const int Box = 54;

    GroupOffset[] shown = [];
    GroupMemberInfo[] members = [];
    (GroupOffset Offset, int X, int Member)[] lines = [];
    long most;
    string label = "";
    bool manyTopics;
    (string Topic, int From, int Count)[] runs = [];

    [Parameter, EditorRequired]
    public GroupInfo Group { get; set; } = null!;

    protected override void OnParametersSet()
    {
        members = [.. Group.Members];
        var index = members.Index().GroupBy(m => m.Item.MemberId).ToDictionary(m => m.Key, m => m.First().Index);
        shown =
        [
            // partitions in the order of their members, so that lines do not cross
            .. Group.Offsets.OrderBy(o => o.MemberId is null ? int.MaxValue : index.GetValueOrDefault(o.MemberId, int.MaxValue))
                .ThenBy(o => o.Topic, StringComparer.Ordinal).ThenBy(o => o.Partition),
        ];
        most = shown.Length == 0 ? 0 : Math.Max(0, shown.Max(o => o.Lag ?? 0));
        lines =
        [
            .. shown.Index().Where(o => o.Item.MemberId is not null && index.ContainsKey(o.Item.MemberId))
                .Select(o => (o.Item, PartitionX(o.Index), index[o.Item.MemberId!])),
        ];
        manyTopics = Group.Topics.Skip(1).Any();
        runs = [.. Runs()];
        label = L["Group_PictureLabel", shown.Length, members.Length] + " " + string.Join(
            "; ", members.Select(m => $"{ShortName(m)}: {Reads(m)}"));
    }

    int Width => Math.Max(360, Math.Max(24 + shown.Length * 62, 24 + members.Length * 224));

    /// <summary>Room above the partitions for the names of their topics.</summary>
    int Top => shown.Length > 0 ? -20 : 0;

    int PartitionX(int index) => (Width - shown.Length * 62) / 2 + index * 62 + 31;

    int MemberX(int index) => (int)(Width * (index + 0.5) / Math.Max(1, members.Length));

    IEnumerable<GroupOffset> Of(GroupMemberInfo member) => Group.Offsets.Where(o => o.MemberId == member.MemberId);

    long LagOf(GroupMemberInfo member) => GroupInfo.LagOf(Of(member)) ?? 0;

    double? SecondsOf(GroupMemberInfo member) => GroupInfo.SecondsBehind(Of(member));

    /// <summary>Holds about its even share of a lag that grows, or more.</summary>
    bool IsSlow(GroupMemberInfo member) =>
        // where the lag grows, of members that have at least nine tenths of an equal share of it
        Group.IsLagGrowing && Group.TotalLag > 0 && LagOf(member) * members.Length * 10 >= Group.TotalLag * 9;

    string Reads(GroupMemberInfo member) =>
        member.Assignments.Length == 0 ? L["Group_ReadsNothing"] : Assigned(member.Assignments, manyTopics);

    /// <summary>"0–3"; with several topics "orders 0–3, payments 0, 2".</summary>
    public static string Assigned(IEnumerable<TopicPartition> partitions, bool named) => string.Join(
        "; ",
        partitions.GroupBy(p => p.Topic, StringComparer.Ordinal).OrderBy(t => t.Key, StringComparer.Ordinal)
            .Select(t => (named ? t.Key + " " : "") + Ranges(t.Select(p => p.Partition))));

    /// <summary>Neighbours of the same topic: its name stands once above them.</summary>
    IEnumerable<(string Topic, int From, int Count)> Runs()
    {
        for (int from = 0, next; from < shown.Length; from = next)
        {
            for (next = from + 1; next < shown.Length && shown[next].Topic == shown[from].Topic; next++)
            {
            }

            yield return (shown[from].Topic, from, next - from);
        }
    }

    /// <summary>The client id, and what tells members with the same one apart.</summary>
    public static string ShortName(GroupMemberInfo member) =>
        member.InstanceId
            ?? (member.MemberId.StartsWith(member.ClientId, StringComparison.Ordinal) && member.MemberId.Length > member.ClientId.Length + 5
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

    static string ShortLag(long lag) =>
        lag < 0 ? "−" + ShortLag(-lag)
            : lag < 1_000_000 ? Format.Number(lag)
            : (lag / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + " M";

}
