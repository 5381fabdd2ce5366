using Dashboard.Messages.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Messages.Tests.Jobs;

public sealed class RateMeterTests
{
    readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    [Theory]
    [InlineData(0.5, 10)]
    [InlineData(1e-12, null)] // some 300,000 years, beyond what a date can be: the job goes on all the same
    [InlineData(0, null)]
    public void The_end_is_told_where_it_can_be(double share, int? seconds)
    {
        var meter = new RateMeter(time);
        Assert.Null(meter.Add(new JobProgress { Share = 0 }));
        time.Advance(TimeSpan.FromSeconds(10));
        var rate = meter.Add(new JobProgress(100) { Share = share });
        Assert.Equal(10, rate!.RecordsPerSecond);
        Assert.Equal(seconds is { } left ? time.GetUtcNow().AddSeconds(left) : null, rate.EndsAbout);
    }
}
