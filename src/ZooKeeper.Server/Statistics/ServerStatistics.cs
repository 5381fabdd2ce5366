namespace ZooKeeper.Server.Statistics;

/// <summary>Counters of a server since its start. Owned by the server loop.</summary>
sealed class ServerStatistics
{
    public long PacketsReceived { get; set; }

    public long PacketsSent { get; set; }

    public LatencyStatistics Latency { get; } = new();

    public LatencyStatistics ReadLatency { get; } = new();

    public LatencyStatistics UpdateLatency { get; } = new();

    public long AuthFailed { get; set; }

    public long SessionsExpired { get; set; }

    public long Commits { get; set; }

    public long Snapshots { get; set; }

    public long ConnectionsRejected { get; set; }

    /// <summary>Of replies to clients, in bytes without the length.</summary>
    public SizeStatistics Responses { get; } = new();

    /// <summary>As after the start.</summary>
    public void Reset()
    {
        PacketsReceived = PacketsSent = AuthFailed = SessionsExpired = Commits = Snapshots = ConnectionsRejected = 0;
        Latency.Reset();
        ReadLatency.Reset();
        UpdateLatency.Reset();
        Responses.Reset();
    }
}
