namespace ZooKeeper.Server.Quorum.Election;

/// <summary>
/// A proposed leader with the end of its history. Votes have a total order: peer epoch, then zxid, then server id;
/// the greatest vote of a majority wins ("Zab in practice", fast leader election).
/// </summary>
/// <param name="Leader">Server id (myid) of the proposed leader.</param>
/// <param name="Zxid">Last zxid in the log of the proposed leader: epoch in the upper 32 bits, counter below.</param>
/// <param name="PeerEpoch">The epoch the proposed leader last followed or led in (its currentEpoch file).</param>
public readonly record struct Vote(long Leader, long Zxid, long PeerEpoch)
{
    /// <summary>Whether this vote beats <paramref name="other"/>, which a server then gives up for it.</summary>
    public bool IsBetterThan(Vote other) =>
        PeerEpoch != other.PeerEpoch ? PeerEpoch > other.PeerEpoch
        : Zxid != other.Zxid ? Zxid > other.Zxid
        : Leader > other.Leader;

    /// <summary>How this vote compares with <paramref name="other"/>, as a key of <see cref="ElectionVerdict"/>.</summary>
    public string Against(Vote other) =>
        this == other ? ElectionVerdict.Equal
        : !IsBetterThan(other) ? ElectionVerdict.Lower
        : PeerEpoch > other.PeerEpoch ? ElectionVerdict.HigherEpoch
        : Zxid > other.Zxid ? ElectionVerdict.HigherZxid
        : ElectionVerdict.HigherId;

    public override string ToString() => $"(leader {Leader}, zxid 0x{Zxid:x}, epoch {PeerEpoch})";
}
