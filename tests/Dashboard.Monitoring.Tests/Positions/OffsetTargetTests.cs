using Dashboard.Monitoring.Positions;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Tests.Positions;

public sealed class OffsetTargetTests
{
    [Theory]
    [InlineData("earliest", "earliest")]
    [InlineData("latest", "latest")]
    [InlineData("list", "list")]
    [InlineData("offset:100", "offset:100")]
    [InlineData("shift:-1000", "shift:-1000")]
    [InlineData("shift:+5", "shift:+5")]
    [InlineData("group:a:b", "group:a:b")]
    [InlineData("time:2026-11-21T13:55:00", "time:2026-11-21T13:55:00Z")]
    [InlineData("time:2026-11-21T13:55:00.5+01:00", "time:2026-11-21T12:55:00.5Z")]
    [InlineData("duration:36h", "duration:P1DT12H")]
    [InlineData("duration:PT90S", "duration:PT1M30S")]
    public void A_target_is_read_from_its_text_and_written_as_one(string text, string written)
    {
        var target = OffsetTarget.Parse(text);
        Assert.Equal(written, target.ToString());
        Assert.Equal(target, OffsetTarget.Parse(written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("earliest:1")]
    [InlineData("time:soon")]
    [InlineData("duration:h")]
    [InlineData("duration:")]
    [InlineData("duration:-1h")]
    [InlineData("duration:999999999999d")]
    [InlineData("offset:-1")]
    [InlineData("shift:many")]
    [InlineData("group:")]
    public void What_is_no_target_is_refused_with_what_is_one(string text) =>
        Assert.Matches("write|as in", Assert.Throws<FormatException>(() => OffsetTarget.Parse(text)).Message);

    [Fact]
    public void A_time_of_the_audit_log_keeps_its_ticks()
    {
        var at = new DateTimeOffset(2026, 11, 21, 13, 55, 0, TimeSpan.Zero).AddTicks(1234567);
        Assert.Equal(at, OffsetTarget.Parse("undo:" + OffsetTarget.Text(at)).At);
    }

    [Fact]
    public void A_list_is_read_as_Kafkas_tool_writes_it_and_no_commit_is_told_from_0()
    {
        var list = OffsetList.Parse("\"orders\",0,100\norders,1,0; pay,3,-\n", "readers").Offsets;
        Assert.Equal([(new("orders", 0), 100), (new("orders", 1), 0), (new("pay", 3), null)], list.Select(o => (o.Key, o.Value)));
        Assert.Equal(
            "orders,0,100; orders,1,0; pay,3,-", OffsetList.Text(list.Select(o => (o.Key.Topic, o.Key.Partition, o.Value))));
    }

    [Theory]
    [InlineData("g", "orders-0=5 orders-1=null", 4)]
    [InlineData("a;b", "pay-0=7", 5)]
    [InlineData("\"say\", he said", "pay-2=8", 5)]
    [InlineData("it", "orders-0=1", 5)]
    [InlineData("nobody", "", 6)]
    public void Of_a_list_of_all_groups_the_rows_of_one_are_taken(string group, string offsets, int others)
    {
        const string File = "g,orders,0,5\r\ng,orders,1,-\r\n\r\nError: Assignments can only be reset if the group 'x' is inactive.\r\n"
            + "a;b,pay,0,7\r\n\"\"\"say\"\", he said\",pay,2,8\r\nit,orders,0,1; other,orders,0,2\r\n";
        var read = OffsetList.Parse(File, group);
        Assert.Equal(offsets, string.Join(' ', read.Offsets.Select(o => $"{o.Key}={o.Value?.ToString() ?? "null"}")));
        Assert.Equal((others, group == "nobody" ? 5 : 4), (read.OtherRows, read.OtherGroups.Count));
    }

    [Theory]
    [InlineData("orders,0")]
    [InlineData("orders,x,1")]
    [InlineData("orders,0,-5")]
    [InlineData("orders,0,1\norders,0,2")]
    [InlineData("g,orders,0,1\ng,orders,0,2")]
    [InlineData("other,orders,x,1")]
    [InlineData("a,g,orders,0,1")]
    [InlineData("g,orders,0,1\norders,1,2")]
    public void A_list_that_cannot_be_read_names_the_line(string text) =>
        Assert.Contains("orders", Assert.Throws<FormatException>(() => OffsetList.Parse(text, "g")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(50L, 20L, 20, 30, 0, OffsetClamp.None)] // read again
    [InlineData(50L, 80L, 80, 0, 30, OffsetClamp.None)] // skipped
    [InlineData(50L, 5L, 10, 40, 0, OffsetClamp.Begin)]
    [InlineData(50L, 500L, 100, 0, 50, OffsetClamp.End)]
    [InlineData(5L, 30L, 30, 0, 20, OffsetClamp.None)] // what was deleted before it was read is not skipped
    [InlineData(120L, 90L, 90, 10, 0, OffsetClamp.None)] // nor is there anything to read again beyond the end
    [InlineData(null, 30L, 30, 0, 0, OffsetClamp.None)]
    public void What_is_read_again_and_skipped_is_what_the_log_has(
        long? before, long? wanted, long after, long again, long skipped, OffsetClamp clamp)
    {
        var planned = PlannedOffset.Of("orders", 0, before, wanted, begin: 10, end: 100);
        Assert.Equal((after, again, skipped, clamp), (planned.After, planned.ReadAgain, planned.Skipped, planned.Clamp));
        Assert.Equal(100 - after, planned.LagAfter);
    }
}
