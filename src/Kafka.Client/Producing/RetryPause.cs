namespace Kafka.Client.Producing;

/// <summary>Between two attempts at the same request: 50 ms, twice that, and so on up to a second. Of one caller.</summary>
sealed class RetryPause(TimeProvider time)
{
    static readonly TimeSpan longest = TimeSpan.FromSeconds(1);

    /// <summary>Of the next wait.</summary>
    public TimeSpan Length { get; private set; } = TimeSpan.FromMilliseconds(50);

    /// <param name="most">It is no longer than this.</param>
    public Task WaitAsync(TimeSpan most, CancellationToken cancellationToken = default)
    {
        var now = Length < most ? Length : most;
        Length = Length * 2 < longest ? Length * 2 : longest;
        return Task.Delay(now, time, cancellationToken);
    }
}
