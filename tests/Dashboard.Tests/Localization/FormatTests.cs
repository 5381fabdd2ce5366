using Dashboard.Localization;

namespace Dashboard.Tests.Localization;

public sealed class FormatTests
{
    static readonly Text text = new();

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(437_000_000_000, "437.0 GB")]
    public void Bytes_have_a_unit(double bytes, string expected) => Assert.Equal(expected, Format.Bytes(bytes));

    [Fact]
    public void What_is_not_known_is_no_zero()
    {
        Assert.Equal("–", Format.Bytes(null));
        Assert.Equal("–", Format.Number(null));
        Assert.Equal("–", Format.PerSecond(null));
        Assert.Equal("0 /s", Format.PerSecond(-0.04));
        Assert.Equal("0", Format.Number(0));
    }

    [Theory]
    [InlineData(0.01, "0 /s")]
    [InlineData(-0.01, "0 /s")]
    [InlineData(0.5, "+0.5 /s")]
    [InlineData(-12, "−12 /s")]
    public void A_change_has_a_sign_unless_it_shows_as_zero(double change, string expected) =>
        Assert.Equal(expected, Format.Signed(change, Format.PerSecond(Math.Abs(change))));

    [Theory]
    [InlineData(4, "4 s")]
    [InlineData(252, "4 min 12 s")]
    [InlineData(3_600, "1 h")]
    [InlineData(604_800, "7 d")]
    [InlineData(9_660, "2 h 41 min")]
    [InlineData(284_400, "3 d 7 h")]
    public void Durations_have_their_two_largest_units(int seconds, string expected) =>
        Assert.Equal(expected, Format.Duration(text, TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("{0} {0?topic|topics}", 1, "1 topic")]
    [InlineData("{0} {0?topic|topics}", 2001, "2,001 topics")]
    public void Words_follow_the_count(string template, int count, string expected) =>
        Assert.Equal(expected, Template.Fill(template, [count]));

    /// <summary>Notes of plans have their arguments as texts: a name of digits stays one.</summary>
    [Theory]
    [InlineData("{0} {0?record goes|records go} through {1}", "16,058 records go through 2024")]
    [InlineData("{1} has {0}", "2024 has 16058")]
    public void A_text_that_words_are_counted_by_is_a_number(string template, string expected) =>
        Assert.Equal(expected, Template.Fill(template, ["16058", "2024"]));

    [Theory]
    [InlineData("Broker {0#}", 1001, "Broker 1001")]
    [InlineData("epoch {0#}", 1234567L, "epoch 1234567")]
    [InlineData("{0#} of {0}", 2001, "2001 of 2,001")]
    public void An_id_has_no_separators(string template, object id, string expected) =>
        Assert.Equal(expected, Template.Fill(template, [id]));

    [Theory]
    [InlineData("short", 5, "short")]
    [InlineData("longer", 5, "long…")]
    [InlineData("abc😀😀", 5, "abc😀😀")]
    [InlineData("abc😀😀x", 5, "abc😀…")]
    [InlineData("e\u0301e\u0301e\u0301", 2, "e\u0301…")]
    [InlineData("👩‍👩‍👧👩‍👩‍👧", 2, "👩‍👩‍👧👩‍👩‍👧")]
    public void Nothing_is_cut_inside_a_character(string name, int length, string expected) =>
        Assert.Equal(expected, Format.Clip(name, length));

    [Fact]
    public void Times_are_of_the_readers_zone_and_have_their_date_when_it_is_not_his_day()
    {
        var shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        var now = new DateTimeOffset(2026, 11, 28, 17, 0, 0, TimeSpan.Zero);
        Assert.Equal("17:00:00", Format.Time(text, TimeZoneInfo.Utc, now, now));
        Assert.Equal("01:00:00", Format.Time(text, shanghai, now, now));
        Assert.Contains("28", Format.Time(text, shanghai, now.AddHours(-2), now), StringComparison.Ordinal);
        Assert.Equal("15:00:00", Format.Time(text, TimeZoneInfo.Utc, now.AddHours(-2), now));
    }

    [Theory]
    [InlineData("{1}", "{1}")]
    [InlineData("{", "{")]
    [InlineData("{x}", "{x}")]
    public void What_is_no_place_stays_as_it_is_written(string template, string expected) =>
        Assert.Equal(expected, Template.Fill(template, ["a"]));
}
