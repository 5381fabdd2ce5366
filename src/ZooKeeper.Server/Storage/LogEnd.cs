namespace ZooKeeper.Server.Storage;

/// <summary>Where and why the reading of a log file stopped.</summary>
sealed class LogEnd
{
    /// <summary>Bytes of the good part.</summary>
    public long Position { get; private set; }

    /// <summary>Null after a clean end.</summary>
    public string? Problem { get; private set; }

    /// <summary>Where the next entry would be if the bad one's length is right; else 0.</summary>
    public long ResumesAt { get; private set; }

    public void Clean(long position) => (Position, Problem, ResumesAt) = (position, null, 0);

    public void Torn(long position, string problem, long resumesAt = 0) => (Position, Problem, ResumesAt) = (position, problem, resumesAt);
}
