namespace ZooKeeper.Server.Quorum;

/// <summary>Who leads, for four-letter words and the AdminServer. Safe to read from any thread.</summary>
public interface IQuorumInfo
{
    /// <summary>Null while there is none that this server knows of.</summary>
    long? LeaderId { get; }

    /// <summary>host:quorumPort of the leader.</summary>
    string? LeaderAddress { get; }

    /// <summary>The leader's epoch; null while this server does not serve.</summary>
    long? Epoch { get; }
}
