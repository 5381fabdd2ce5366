using System.Text.Json.Serialization;
using Dashboard.Messages.Bytes;
using Wire;

namespace Dashboard.Messages.Jobs;

/// <summary>For what a job waits, after a fault that passes by itself.</summary>
/// <param name="Reason">What failed.</param>
/// <param name="Since">Nothing went on since then.</param>
/// <param name="Attempt">How often it has been tried again since, the next time included.</param>
/// <param name="NextAt">When it is tried again; null: it is being tried.</param>
public sealed record JobWaiting(string Reason, DateTimeOffset Since, int Attempt, DateTimeOffset? NextAt)
{
    /// <summary>The reason with its code.</summary>
    [JsonIgnore]
    public CodedText? Why { get; init; }
}

/// <summary>
/// When a job is tried again: after a second, twice that, and so on up to a minute, each shortened by chance so that many do not come at
/// once. Not for ever: without progress for <see cref="Longest"/> it is given up. Owned by the one run of its job.
/// </summary>
sealed class JobRetry(TimeProvider time)
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    static readonly TimeSpan first = TimeSpan.FromSeconds(1), most = TimeSpan.FromMinutes(1);

    JobProgress? furthest;
    (long Mark, DateTimeOffset At)? stood;
    int attempt;

    /// <returns>True: further than ever, and what was waited for is over.</returns>
    public bool Reached(JobProgress progress)
    {
        var known = furthest;
        if (known is not null && progress.Done <= known.Done && progress.Looked <= known.Looked)
        {
            return false;
        }

        // it got further: the trouble of before is over, whatever comes now
        (furthest, stood, attempt) = (progress, null, 0);
        return known is not null;
    }

    /// <returns>Null: it has been tried for long enough.</returns>
    public JobWaiting? Next(CodedText reason)
    {
        var (now, mark) = (time.GetUtcNow(), time.GetTimestamp());
        var since = stood ??= (mark, now);
        if (time.GetElapsedTime(since.Mark, mark) >= Longest)
        {
            return null;
        }

        var delay = attempt < 6 ? first * (1 << attempt) : most;
        attempt++;
        // less up to half at random: jobs that lost one broker must not all come back at once
        return new JobWaiting(reason.English, since.At, attempt, now + (delay * (1 - (Random.Shared.NextDouble() / 2)))) { Why = reason };
    }

    /// <summary>Of one that is given up.</summary>
    public static CodedText GivenUp(CodedText reason) =>
        CodedText.Of("gaveUp", $"Tried again for {(int)Longest.TotalMinutes} min, and nothing went on: {reason}");
}
