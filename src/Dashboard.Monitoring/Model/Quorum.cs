using System.Collections.Immutable;

namespace Dashboard.Monitoring.Model;

/// <summary>The controllers of a KRaft cluster, as their leader sees them (DescribeQuorum).</summary>
/// <param name="LeaderId">The active controller; null: none is elected.</param>
/// <param name="HighWatermark">Up to here a majority of the voters has the metadata log.</param>
/// <param name="Members">Voters first, then observers, by id.</param>
/// <param name="Features">Finalized ones by name, metadata.version among them.</param>
public sealed record QuorumTable(
    int? LeaderId,
    int Epoch,
    long HighWatermark,
    ImmutableArray<QuorumMember> Members,
    ImmutableArray<FeatureLevel> Features)
{
    public IEnumerable<QuorumMember> Voters => Members.Where(m => m.IsVoter);

    public IEnumerable<QuorumMember> Observers => Members.Where(m => !m.IsVoter);

    /// <summary>Votes that a leader and each change need.</summary>
    public int Majority => (Voters.Count() / 2) + 1;

    /// <summary>Voters that have what the leader has.</summary>
    public int InStep => Voters.Count(v => !v.IsBehind);

    /// <summary>How many more voters may fail; below 0 there is no majority.</summary>
    public int Spare => InStep - Majority;

    /// <summary>What this leader was first seen with; null while there is none.</summary>
    public DateTimeOffset? LeaderSince { get; init; }

    public QuorumMember? Find(int id) => Members.FirstOrDefault(m => m.Id == id);
}

/// <param name="Lag">Records of the metadata log that the leader has and this one has not.</param>
/// <param name="LastFetch">When it last asked the leader, by the leader's clock; null: not known.</param>
/// <param name="LastCaughtUp">When it last had all of the log; null: not known.</param>
public sealed record QuorumMember(
    int Id,
    bool IsVoter,
    bool IsLeader,
    long LogEndOffset,
    long Lag,
    DateTimeOffset? LastFetch,
    DateTimeOffset? LastCaughtUp,
    bool IsBehind);

/// <summary>A finalized feature: "metadata.version", 27.</summary>
public sealed record FeatureLevel(string Name, int Level);
