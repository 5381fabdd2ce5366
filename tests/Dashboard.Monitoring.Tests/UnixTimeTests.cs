namespace Dashboard.Monitoring.Tests;

public sealed class UnixTimeTests
{
    /// <summary>-1 would be the end of a log: to purge what is older than 1969 would be to purge all.</summary>
    [Theory]
    [InlineData(-1, 0)]
    [InlineData(-2, 0)]
    [InlineData(-86_400_000, 0)]
    [InlineData(0, 0)]
    [InlineData(1_795_000_000_000, 1_795_000_000_000)]
    public void A_time_before_1970_is_no_word_of_Kafkas_for_another_place(long milliseconds, long asked) =>
        Assert.Equal(asked, UnixTime.ForOffsets(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)));

    [Theory]
    [InlineData(1_795_000_000L, TimeUnit.Seconds)]
    [InlineData(1_795_000_000_000L, TimeUnit.Milliseconds)]
    [InlineData(1_795_000_000_000_000L, TimeUnit.Microseconds)]
    [InlineData(1_795_000_000_000_000_000L, TimeUnit.Nanoseconds)]
    public void A_number_of_another_unit_is_known_by_its_size(long value, TimeUnit unit)
    {
        Assert.Equal(unit, UnixTime.UnitOf(value));
        Assert.Equal(2026, UnixTime.Meant(value)!.Value.Year);
    }

    [Theory]
    [InlineData(253_402_300_799_999L, 9999)]
    [InlineData(253_402_300_800_000L, null)]
    [InlineData(-62_135_596_800_000L, 1)]
    [InlineData(-62_135_596_800_001L, null)]
    [InlineData(long.MinValue, null)]
    [InlineData(long.MaxValue, null)]
    [InlineData(0L, 1970)]
    public void A_moment_that_no_calendar_holds_is_none(long value, int? year) => Assert.Equal(year, UnixTime.At(value)?.Year);

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(0)]
    public void Any_number_can_be_asked_about(long value) => _ = UnixTime.Meant(value);
}
