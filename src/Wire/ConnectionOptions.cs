namespace Wire;

/// <summary>Limits of one connection. Timeouts are off unless set.</summary>
public sealed record ConnectionOptions
{
    /// <summary>Bytes of the largest frame that is read; a longer one is refused before anything is allocated.</summary>
    public int MaxFrameLength { get; init; } = 100 << 20; // Kafka's default of socket.request.max.bytes

    /// <summary>What the frames of all connections of a node have together; null: each connection its own limit only.</summary>
    public FrameBudget? Budget { get; init; }

    /// <summary>Bytes that wait for a peer that does not read; past it the connection is closed.</summary>
    public long MaxQueuedBytes { get; init; } = 256 << 20;

    /// <summary>Closes the connection when for so long no whole frame came and none was sent.</summary>
    public TimeSpan IdleTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Closes the connection when the first frame has not arrived whole by then: one byte a minute does not hold a socket.
    /// </summary>
    public TimeSpan FirstFrameTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long <see cref="Connection.FlushAndCloseAsync"/> waits for the peer to take what was enqueued.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(2);

    public bool NoDelay { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
