using Bunit;
using Dashboard.Components.Features.Topics;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;

namespace Dashboard.Tests.Components;

/// <summary>What the messages tab says of a reading: what was found, what was looked at, what is missing and why.</summary>
public sealed class TopicMessagesTests : PageContext
{
    FakeMessages Messages => (FakeMessages)Monitor.Messages;

    [Fact]
    public void A_reading_that_found_nothing_says_what_it_looked_at()
    {
        var tab = Open(Looked([Look(0, 0, 85, 0)]));
        Assert.Contains("There is no record to read: at its 85 offsets are markers", Words(tab), StringComparison.Ordinal);
        Assert.DoesNotContain("holds no records", Words(tab), StringComparison.Ordinal);
        Assert.Contains("holds no records", Words(Open(Looked([Look(0, 40, 40, 40)]))), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_stopped_early_says_so_and_goes_on_from_there()
    {
        var page = Looked([Look(0, 0, 4_000, 120), Look(1, 0, 4_000, 4_000, isDone: false)], Message(3_999, "here"));
        var tab = Open(page);
        Assert.Contains(
            "Looked at 3,880 of 8,000 offsets, from the end, in 2 partitions: 1 of 50 records found.",
            Words(tab),
            StringComparison.Ordinal);
        tab.FindAll("button").Single(b => b.TextContent == "Look further back").Click();
        tab.WaitForState(() => Messages.Asked.Count == 2);
        Assert.Equal(page.Partitions, Messages.Asked[1].Earlier!.Partitions);

        tab = Open(Looked([Look(0, 0, 4_000, 120, isDone: false)], Message(3_999, "here")));
        Assert.Contains("Looked at offsets 120 to 4,000 (of 0 to 4,000): 1 of 50 records found.", Words(tab), StringComparison.Ordinal);
    }

    [Fact]
    public void Partitions_that_did_not_answer_are_named_and_nothing_is_called_empty()
    {
        var silent = new SectionError(SectionErrorKind.TimedOut, "broker 2", null, "", Time.GetUtcNow(), TimeSpan.FromSeconds(10));
        var tab = Open(Looked([Look(0, 0, 0, 0), new PartitionLook(1, 2) { Error = silent }, new PartitionLook(2, 2) { Error = silent }]));
        Assert.Contains("Partitions 1–2:", Words(tab), StringComparison.Ordinal);
        Assert.Contains("Their records are missing here, not absent.", Words(tab), StringComparison.Ordinal);
        Assert.Contains("This is not an empty topic.", Words(tab), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_transaction_holds_up_is_told()
    {
        var holder = new OpenTransaction(4_001, "pay", "Ongoing", Time.GetUtcNow().AddMinutes(-5), TimeSpan.FromMinutes(15));
        var tab = Open(Looked([Look(0, 0, 1, 0) with { End = 3, Holder = holder }], Message(0, "before")));
        Assert.Contains("Partition 0: 2 offsets from 1 on are held up by an open transaction", Words(tab), StringComparison.Ordinal);
        Assert.Contains("producer 4001, transactional id pay. Open since", Words(tab), StringComparison.Ordinal);
        Assert.Contains("(5 min). Kafka aborts it 15 min after it began.", Words(tab), StringComparison.Ordinal);
    }

    [Fact]
    public void The_filter_says_what_it_searched()
    {
        var tab = Open(Looked([Look(0, 0, 9_000, 8_000)], Message(8_999, "apple"), Message(8_998, "pear")));
        tab.Find("input[data-filter]").Input("plum");
        Assert.Contains("None of the 2 records read contains it.", Words(tab), StringComparison.Ordinal);
        Assert.Contains("Searched: the 2 records read here, not the whole topic.", Words(tab), StringComparison.Ordinal);
        tab.Find("input[data-filter]").Input("pear");
        Assert.Single(tab.FindAll("tbody tr"));
    }

    [Theory]
    [InlineData(1_795_000_000_000, "2026-11-18 11:06:40.000", null)]
    [InlineData(4_102_444_800_000, "2100-01-01 00:00:00.000", null)]
    [InlineData(1_795_000_000, "1970-01-21 18:36:40.000", "looks like seconds: 2026-11-18 11:06:40.000")]
    [InlineData(1_795_000_000_000_000, "1795000000000000", "looks like microseconds: 2026-11-18 11:06:40.000")]
    [InlineData(1_795_000_000_000_000_000, "1795000000000000000", "looks like nanoseconds: 2026-11-18 11:06:40.000")]
    [InlineData(long.MaxValue, "9223372036854775807", "looks like nanoseconds: 2262-04-11 23:47:16.854")]
    [InlineData(long.MinValue, "-9223372036854775808", null)]
    public void Times_have_their_date_and_odd_ones_their_number(long timestamp, string words, string? hint)
    {
        var tab = Open(Looked([Look(0, 0, 1, 0)], Message(0, "a", timestamp)));
        Assert.Equal(words, tab.Find(".when time").TextContent);
        Assert.Equal(hint, tab.FindAll(".when small").SingleOrDefault()?.TextContent);
    }

    [Fact]
    public void A_record_without_a_timestamp_says_so()
    {
        var tab = Open(Looked([Look(0, 0, 1, 0)], Message(0, "a", -1)));
        Assert.Contains("no timestamp", tab.Find(".when").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_was_cut_says_so_and_can_be_had_whole()
    {
        const string whole = """{"a":1,"b":"the rest"}""";
        Messages.Whole = offset => Message(offset, whole);
        var tab = Open(Looked([Look(0, 0, 1, 0)], Message(0, whole[..8], length: whole.Length)));
        tab.Find(".fold-btn").Click();
        Assert.Contains("Cut: these are the first 8 of 22 bytes.", Words(tab), StringComparison.Ordinal);
        Assert.Contains("\"a\": 1", tab.Find("pre").TextContent, StringComparison.Ordinal);
        Assert.Equal("api/clusters/local/topics/orders/partitions/0/records/0/value", tab.Find("a[download]").GetAttribute("href"));
        tab.FindAll("button").Single(b => b.TextContent == "Show all").Click();
        tab.WaitForAssertion(() => Assert.Contains("\"b\": \"the rest\"", tab.Find("pre").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("Cut:", Words(tab), StringComparison.Ordinal);
    }

    IRenderedComponent<TopicMessages> Open(params MessagePage[] pages)
    {
        Messages.Asked.Clear();
        if (pages.Length > 0)
        {
            Messages.Pages.Clear();
            Messages.Pages.AddRange(pages);
        }

        var tab = Render<TopicMessages>(p => p.Add(t => t.Topic, "orders").Add(t => t.Partitions, 2));
        tab.WaitForElement(".message-looked");
        tab.WaitForState(() => tab.FindAll("button").Any(b => b.TextContent == "Read again"));
        return tab;
    }

    static string Words(IRenderedComponent<TopicMessages> tab) =>
        string.Join(' ', tab.Nodes.Select(n => n.TextContent)).Replace("\n", " ", StringComparison.Ordinal);

    MessagePage Looked(PartitionLook[] looks, params MessageView[] messages) =>
        new(new("orders", null, 50), [.. messages], [.. looks], false, Time.GetUtcNow());

    static PartitionLook Look(int partition, long begin, long end, long from, bool? isDone = null) =>
        new(partition, 1) { IsKnown = true, Begin = begin, Stable = end, End = end, From = from, IsDone = isDone ?? from == begin };

    static MessageView Message(long offset, string value, long timestamp = 1_795_000_000_000, int? length = null) =>
        FakeMessages.Message(0, offset, value, timestamp, length);
}
