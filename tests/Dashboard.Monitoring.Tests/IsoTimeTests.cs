using System.Globalization;

namespace Dashboard.Monitoring.Tests;

public sealed class IsoTimeTests
{
    [Theory]
    [InlineData("2026-11-21", "2026-11-21T00:00:00.0000000+00:00")]
    [InlineData("2026-11-21T14:03", "2026-11-21T14:03:00.0000000+00:00")]
    [InlineData("2026-11-21 14:03:05.25", "2026-11-21T14:03:05.2500000+00:00")]
    [InlineData("2026-11-21T14:03:05,25z", "2026-11-21T14:03:05.2500000+00:00")]
    [InlineData("2026-11-21T14:03:05.123456789Z", "2026-11-21T14:03:05.1234568+00:00")]
    [InlineData("2026-11-21T14:03:00+09:00", "2026-11-21T05:03:00.0000000+00:00")]
    [InlineData("2026-11-21T14:03:00-0130", "2026-11-21T15:33:00.0000000+00:00")]
    [InlineData("2026-11-21T14:03+02", "2026-11-21T12:03:00.0000000+00:00")]
    public void A_time_is_read(string text, string expected) =>
        Assert.Equal(expected, IsoTime.Read(text)?.ToString("o", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("")]
    [InlineData("10:00")]
    [InlineData("1.5")]
    [InlineData("11.30")]
    [InlineData("Mon")]
    [InlineData("Nov 21 2026")]
    [InlineData("21/11/2026")]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-11-21T25:00:00Z")]
    [InlineData("2026-11-21T14:03:00 09:00")]
    [InlineData("2026-11-21T14:03:00+99:00")]
    [InlineData("2026-11-21T14:03:00Z ")]
    [InlineData("0001-01-01T00:00:00+09:00")]
    [InlineData("\u0662026-11-21")]
    public void What_only_looks_like_a_time_is_none(string text) => Assert.Null(IsoTime.Read(text));

    [Fact]
    public void A_zone_is_of_what_names_none()
    {
        var tokyo = TimeZoneInfo.CreateCustomTimeZone("Tokyo", TimeSpan.FromHours(9), null, null);
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 5, 3, 0, TimeSpan.Zero), IsoTime.Read("2026-11-21 14:03", tokyo));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 14, 3, 0, TimeSpan.Zero), IsoTime.Read("2026-11-21 14:03Z", tokyo));
        Assert.Null(IsoTime.Read("0001-01-01 00:00", tokyo));
    }
}
