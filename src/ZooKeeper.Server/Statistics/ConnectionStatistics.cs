using ZooKeeper.Protocol;

namespace ZooKeeper.Server.Statistics;

/// <summary>What cons and /commands/connections show of one connection. Owned by the server loop.</summary>
sealed class ConnectionStatistics
{
    public long Received { get; set; }

    public long Sent { get; set; }

    /// <summary>Unix ms.</summary>
    public required long Established { get; init; }

    public string LastOperation { get; private set; } = "NA";

    public long LastCxid { get; private set; } = -1;

    public long LastZxid { get; private set; } = -1;

    /// <summary>ms of a clock that only goes forward.</summary>
    public long LastResponseTime { get; private set; }

    public LatencyStatistics Latency { get; } = new();

    public long LastLatency { get; private set; }

    public void Reset()
    {
        Received = Sent = LastResponseTime = LastLatency = 0;
        LastOperation = "NA";
        LastCxid = LastZxid = -1;
        Latency.Reset();
    }

    public void Reply(OpCode type, int cxid, long zxid, long now, long latency)
    {
        LastOperation = OperationNames.Short(type);
        LastCxid = cxid;
        LastZxid = zxid;
        LastResponseTime = now;
        LastLatency = latency;
        Latency.Add(latency);
    }
}
