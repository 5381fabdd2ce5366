using System.Collections.Immutable;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Model;

/// <summary>Consumer groups by id, ordinal order. What everyone asks of all of them is worked out once.</summary>
public sealed class GroupTable
{
    /// <param name="inOrder">By id, ordinal.</param>
    internal GroupTable(ImmutableArray<GroupInfo> inOrder, ImmutableDictionary<int, SectionError> brokerErrors)
    {
        (Groups, BrokerErrors) = (inOrder, brokerErrors);
        Growing = [.. inOrder.Where(g => g.IsLagGrowing).OrderByDescending(g => g.TotalLag)];
        BeyondEnd = [.. inOrder.Where(g => g.IsBeyondEnd)];
    }

    public ImmutableArray<GroupInfo> Groups { get; }

    /// <summary>Coordinators that did not answer: their groups keep the last value and carry the error.</summary>
    public ImmutableDictionary<int, SectionError> BrokerErrors { get; }

    /// <summary>Those that fall behind, most lag first.</summary>
    public ImmutableArray<GroupInfo> Growing { get; }

    /// <summary>Those with a commit beyond the end of the log.</summary>
    public ImmutableArray<GroupInfo> BeyondEnd { get; }

    public static GroupTable Of(IEnumerable<GroupInfo> groups, ImmutableDictionary<int, SectionError>? brokerErrors = null) =>
        new([.. groups.OrderBy(g => g.GroupId, StringComparer.Ordinal)], brokerErrors ?? ImmutableDictionary<int, SectionError>.Empty);

    /// <summary>Each with what it was in another reading; null where it was not there. Walks both once.</summary>
    public IEnumerable<(GroupInfo Group, GroupInfo? Before)> Beside(GroupTable? before)
    {
        var at = 0;
        foreach (var group in Groups)
        {
            yield return (group, before?.Next(group.GroupId, ref at));
        }
    }

    /// <summary>A group by its id, where ids are asked for in ascending order.</summary>
    /// <param name="at">Where the search has come to, from 0.</param>
    internal GroupInfo? Next(string id, ref int at)
    {
        while (at < Groups.Length)
        {
            var order = string.CompareOrdinal(Groups[at].GroupId, id);
            if (order >= 0)
            {
                return order == 0 ? Groups[at] : null;
            }

            at++;
        }

        return null;
    }

    public GroupInfo? Find(string id)
    {
        var (low, high) = (0, Groups.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(Groups[middle].GroupId, id);
            if (order == 0)
            {
                return Groups[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}

/// <param name="State">
/// Kafka's words: Stable, PreparingRebalance, CompletingRebalance, Empty, Dead, Assigning, Reconciling, NotReady, Unknown.
/// </param>
/// <param name="Protocol">The assignor: "range".</param>
/// <param name="TotalLag">
/// Records, over partitions whose committed and end offsets are both known; null when none is. Commits beyond the end take nothing from it.
/// </param>
/// <param name="LagSeconds">The oldest over its partitions; null when not known.</param>
/// <param name="IsLagGrowing">Grown over the last minutes without falling; see Monitoring's rule.</param>
/// <param name="GrowingSince">When the growth began.</param>
/// <param name="Error">The coordinator's trouble with this group; the rest is then the last reading.</param>
public sealed record GroupInfo(
    string GroupId, string State, GroupKind Kind, string? ProtocolType, string? Protocol, int? Coordinator,
    ImmutableArray<GroupMemberInfo> Members, ImmutableArray<GroupOffset> Offsets,
    long? TotalLag, double? LagSeconds, bool IsLagGrowing, DateTimeOffset? GrowingSince, double? LagPerSecond,
    DateTimeOffset AsOf, SectionError? Error)
{
    /// <summary>What the coordinator of a group of any but the classic kind keeps; null where it does not tell.</summary>
    public GroupEpochs? Epochs { get; init; }

    /// <summary>In streams groups, once a member has told it.</summary>
    public StreamsTopology? Topology { get; init; }

    public IEnumerable<string> Topics => Offsets.Select(o => o.Topic).Distinct();

    /// <summary>Partitions whose commit lies beyond the end of the log.</summary>
    public IEnumerable<GroupOffset> BeyondEnd => IsBeyondEnd ? Offsets.Where(o => o.Remark == OffsetRemark.BeyondEnd) : [];

    /// <summary>Whether there is any. Asked of every group at every reading: it allocates nothing.</summary>
    public bool IsBeyondEnd
    {
        get
        {
            foreach (var offset in Offsets)
            {
                if (offset.Remark == OffsetRemark.BeyondEnd)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// Records over some partitions; null when it is known of none. A commit beyond the end makes up for no lag elsewhere.
    /// </summary>
    public static long? LagOf(IEnumerable<GroupOffset> offsets)
    {
        var known = offsets.Where(o => o.Lag >= 0).ToList();
        return known.Count == 0 ? null : known.Sum(o => o.Lag!.Value);
    }

    /// <summary>The oldest of some partitions; null as well when one that is behind is so by longer than is remembered.</summary>
    public static double? SecondsBehind(IEnumerable<GroupOffset> offsets)
    {
        var known = offsets.Where(o => o.Lag >= 0).ToList();
        return known.Count == 0 || known.Any(o => o.LagSeconds is null) ? null : known.Max(o => o.LagSeconds);
    }
}

/// <param name="Committed">-1: no commit. In share groups, where reading starts: all before it is done with.</param>
/// <param name="End">Null when the leader did not answer.</param>
/// <param name="Lag">
/// The end less the commit, as Kafka's tools say it; below 0 for a commit beyond the end; null when either side is not known. In share
/// groups as the coordinator counts it: records beyond the start may be done with.
/// </param>
/// <param name="LagSeconds">
/// How long ago the next record to read was written, estimated from the history of end offsets; 0 when nothing is left to read.
/// </param>
/// <param name="MemberId">The member that reads it now; null: none, and in share groups, where there may be several.</param>
public sealed record GroupOffset(
    string Topic, int Partition, long Committed, long? End, long? Lag, double? LagSeconds, string? MemberId, string? Metadata)
{
    public OffsetRemark Remark { get; init; }

    /// <summary>Offsets between the commit and the log's beginning: deleted before the group read them.</summary>
    public long Deleted { get; init; }
}

/// <summary>What a lag alone does not say.</summary>
public enum OffsetRemark
{
    None,

    /// <summary>
    /// No record is left: what lies between the commit and the end are markers of transactions, aborted records, or holes of compaction.
    /// </summary>
    NothingToRead,

    /// <summary>What is left belongs to, or waits for, a transaction that is open.</summary>
    OpenTransaction,

    /// <summary>The commit is beyond the end: records were lost, or the topic was made anew.</summary>
    BeyondEnd,

    /// <summary>The log begins after the commit: records were deleted before they were read.</summary>
    BeforeBegin,
}
