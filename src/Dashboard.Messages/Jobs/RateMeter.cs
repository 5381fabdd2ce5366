namespace Dashboard.Messages.Jobs;

/// <summary>How fast a job is: by its reports of the last seconds. Owned by the job that reports.</summary>
sealed class RateMeter(TimeProvider time)
{
    /// <summary>Shorter than this nothing is said.</summary>
    static readonly TimeSpan least = TimeSpan.FromSeconds(1), window = TimeSpan.FromSeconds(15);

    /// <summary>Of what is left: a job that nearly stands ends beyond any calendar, which says nothing.</summary>
    static readonly TimeSpan longest = TimeSpan.FromDays(365);

    /// <summary>More reports than this push the oldest out.</summary>
    const int MostPoints = 256;

    readonly Queue<(long At, JobProgress Progress)> points = [];

    public JobRate? Add(JobProgress progress)
    {
        var now = time.GetTimestamp();
        points.Enqueue((now, progress));
        while (points.Count > 2 && (time.GetElapsedTime(points.Peek().At, now) > window || points.Count > MostPoints))
        {
            points.Dequeue();
        }

        var (at, first) = points.Peek();
        var seconds = time.GetElapsedTime(at, now).TotalSeconds;
        if (seconds < least.TotalSeconds)
        {
            return null;
        }

        var share = (progress.Share - first.Share) / seconds;
        return new JobRate(
            (progress.Done - first.Done) / seconds, (progress.Bytes - first.Bytes) / seconds,
            share > 0 && (1 - progress.Share!.Value) / share.Value is var left && left < longest.TotalSeconds
                ? time.GetUtcNow().AddSeconds(left)
                : null);
    }
}

/// <summary>Of a job that runs.</summary>
/// <param name="EndsAbout">Null: not known.</param>
public sealed record JobRate(double RecordsPerSecond, double BytesPerSecond, DateTimeOffset? EndsAbout);
