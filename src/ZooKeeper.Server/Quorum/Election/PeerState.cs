namespace ZooKeeper.Server.Quorum.Election;

/// <summary>What a server of the ensemble is doing. The values are those of a notification's first field on the election port.</summary>
public enum PeerState
{
    /// <summary>It takes part in an election and serves no clients.</summary>
    Looking = 0,

    /// <summary>It follows the leader its vote names.</summary>
    Following = 1,

    /// <summary>It leads.</summary>
    Leading = 2,

    /// <summary>It follows without a vote.</summary>
    Observing = 3,
}
