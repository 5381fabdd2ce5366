namespace Wire;

/// <summary>
/// Closes a connection whose first frame does not come, or on which nothing happens. Its timer does not run while the gate is closed.
/// </summary>
sealed class Watchdog : IDisposable
{
    readonly Connection connection;
    readonly ConnectionOptions options;
    readonly PauseGate? gate;
    readonly ITimer timer;
    long lastActivity;
    long activeSince;
    bool wasPaused;

    Watchdog(Connection connection, ConnectionOptions options, PauseGate? gate)
    {
        this.connection = connection;
        this.options = options;
        this.gate = gate;
        activeSince = options.Time.GetTimestamp();
        timer = options.Time.CreateTimer(
            static state => ((Watchdog)state!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // started only now: a first check must not find this half made
        var period = Period(options);
        timer.Change(period, period);
    }

    /// <summary>Null where no timeout is set.</summary>
    public static Watchdog? Start(Connection connection, ConnectionOptions options, PauseGate? gate) =>
        options.IdleTimeout == Timeout.InfiniteTimeSpan && options.FirstFrameTimeout == Timeout.InfiniteTimeSpan
            ? null
            : new Watchdog(connection, options, gate);

    public void Dispose() => timer.Dispose();

    /// <summary>An eighth of the shorter timeout: a timeout is at most that much late.</summary>
    static TimeSpan Period(ConnectionOptions options)
    {
        var shorter = options.IdleTimeout == Timeout.InfiniteTimeSpan ? options.FirstFrameTimeout
            : options.FirstFrameTimeout == Timeout.InfiniteTimeSpan || options.IdleTimeout < options.FirstFrameTimeout ? options.IdleTimeout
            : options.FirstFrameTimeout;
        return TimeSpan.FromMilliseconds(Math.Max(10, shorter.TotalMilliseconds / 8));
    }

    void Check()
    {
        if (gate is { IsPaused: true })
        {
            wasPaused = true;
            return;
        }

        var frames = connection.Frames.FramesRead;
        var activity = frames + connection.MessagesSent;
        // the time of a pause is not idleness of the peer: it starts anew
        if (wasPaused || activity != lastActivity)
        {
            wasPaused = false;
            lastActivity = activity;
            activeSince = options.Time.GetTimestamp();
            return;
        }

        var still = options.Time.GetElapsedTime(activeSince);
        if (frames == 0 && options.FirstFrameTimeout != Timeout.InfiniteTimeSpan && still >= options.FirstFrameTimeout)
        {
            connection.Abort($"no whole frame within {options.FirstFrameTimeout.TotalSeconds:0.###} s");
        }
        else if (options.IdleTimeout != Timeout.InfiniteTimeSpan && still >= options.IdleTimeout)
        {
            connection.Abort($"idle for {options.IdleTimeout.TotalSeconds:0.###} s");
        }
    }
}
