namespace ZooKeeper.Server.Quorum;

/// <summary>Who leads, for four-letter words and the AdminServer. Safe to read from any thread.</summary>
interface IQuorumInfo
{
    /// <summary>Null while there is none that this server knows of.</summary>
    long? LeaderId { get; }

    /// <summary>host:quorumPort of the leader.</summary>
    string? LeaderAddress { get; }

    /// <summary>
    /// Of a leader, on the server loop: the observers that it serves, and the end of their logs when they came. Empty elsewhere.
    /// </summary>
    IReadOnlyList<(long Server, long LastZxid)> Observers { get; }

    /// <summary>The leader's epoch; null while this server does not serve.</summary>
    long? Epoch { get; }
}
