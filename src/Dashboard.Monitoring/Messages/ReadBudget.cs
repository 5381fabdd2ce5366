namespace Dashboard.Monitoring.Messages;

/// <summary>
/// How many bytes may be read a second, by all readers of a cluster together. What was read is paid for afterwards: an answer's size is
/// known only then, and so the next question waits.
/// </summary>
/// <param name="bytesPerSecond">Null: as many as come.</param>
public sealed class ReadBudget(long? bytesPerSecond, TimeProvider time)
{
    /// <summary>What was not read in this time may be read later at once.</summary>
    static readonly TimeSpan saved = TimeSpan.FromMilliseconds(250);

    readonly Lock gate = new();
    DateTimeOffset paidUntil = DateTimeOffset.MinValue;

    public void Spend(long bytes)
    {
        if (bytesPerSecond is not { } rate)
        {
            return;
        }

        lock (gate)
        {
            var floor = time.GetUtcNow() - saved;
            paidUntil = (paidUntil > floor ? paidUntil : floor) + TimeSpan.FromSeconds((double)bytes / rate);
        }
    }

    /// <summary>Completes when something may be read again.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan left;
        lock (gate)
        {
            left = paidUntil - time.GetUtcNow();
        }

        return bytesPerSecond is null || left <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(left, time, cancellationToken);
    }
}
