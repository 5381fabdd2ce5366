namespace ZooKeeper.Server.Quorum.Election;

/// <summary>What the election asks of the world around it.</summary>
abstract record ElectionEffect
{
    /// <summary>Send to one other server; only the latest message to a server matters.</summary>
    public sealed record Send(long To, Notification Message) : ElectionEffect;

    /// <summary>The election is over: lead, or follow the vote's leader.</summary>
    public sealed record Decided(PeerState State, Vote Vote) : ElectionEffect;
}

/// <summary>Waiting times of an election.</summary>
sealed record ElectionTimings
{
    /// <summary>How long a majority's candidate waits for a better vote. ZooKeeper: 200 ms.</summary>
    public TimeSpan FinalizeWait { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>First pause before votes are sent again; it doubles. ZooKeeper: 200 ms.</summary>
    public TimeSpan FirstResend { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Longest such pause. ZooKeeper: 60 s; shorter here, since a message is a hundred bytes and a lost one delays the ensemble by as much.
    /// </summary>
    public TimeSpan LongestResend { get; init; } = TimeSpan.FromSeconds(5);
}
