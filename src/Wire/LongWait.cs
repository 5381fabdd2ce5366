namespace Wire;

/// <summary>
/// When a wait is worth a line in the log: once it has lasted <see cref="Patience"/>, and again each time it has lasted twice as long.
/// Of one owner; times are monotonic.
/// </summary>
public sealed class LongWait
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    TimeSpan? began;
    TimeSpan logAfter;

    /// <summary>Does nothing while it lasts already.</summary>
    public void Begin(TimeSpan now)
    {
        if (began is null)
        {
            (began, logAfter) = (now, Patience);
        }
    }

    public void End() => began = null;

    /// <summary>How long it has lasted where that is to be logged now, else null. Begins the wait if it does not last yet.</summary>
    public TimeSpan? DueToLog(TimeSpan now)
    {
        Begin(now);
        var waited = now - began!.Value;
        if (waited < logAfter)
        {
            return null;
        }

        logAfter = waited * 2;
        return waited;
    }
}
