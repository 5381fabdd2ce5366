using Bunit;
using Dashboard.Components.Features.Messages;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Page = Dashboard.Components.Features.Messages.Messages;

namespace Dashboard.Tests.Components.Features;

/// <summary>What the page of messages says of a reading: what was found, what was looked at, what is missing and why.</summary>
public sealed class MessagesPageTests : PageContext
{
    [Fact]
    public void What_was_not_read_is_never_called_none()
    {
        Scanner.Steps.Add(new ScanStep([], FakeScanner.Progress(false, Part(0, 0, 100, 0, 40))));
        Scanner.Waits = true;
        var page = Open("?filter=text%3Anowhere");
        page.WaitForAssertion(() => Assert.Contains(
            "0 found in what was read. That is not \"none\".", page.Find(".blank strong").TextContent, StringComparison.Ordinal));
        page.FindAll("button").Single(b => b.TextContent == "Stop").Click();
        page.WaitForAssertion(() => Assert.Contains("Stopped at 40 %", page.Markup, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Equal("0 records found in what was read", page.Find("h1").TextContent));
        page.FindAll("button").Single(b => b.TextContent == "Go on").Click();
        page.WaitForState(() => Scanner.Asked.Count == 2);
        Assert.NotNull(Scanner.Asked[1].Continue);
        Assert.Equal("text:nowhere", Scanner.Asked[1].Filter!.Text);
    }

    [Fact]
    public void A_range_without_a_record_that_was_read_whole_has_none()
    {
        var nothing = Part(0, 0, 100, 0, 100, isDone: true) with { Markers = 3, Gaps = 97 };
        Scanner.Steps.Add(new ScanStep([], FakeScanner.Progress(true, nothing)));
        var page = Open("");
        page.WaitForAssertion(() => Assert.Contains("There is no record in this range", page.Markup, StringComparison.Ordinal));
        Assert.Contains("3 offsets are markers of transactions", page.Markup, StringComparison.Ordinal);
        Assert.Contains("At 97 offsets there is nothing any longer", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Partitions_that_did_not_answer_are_named_and_nothing_is_called_empty()
    {
        var silent = new SectionError(SectionErrorKind.TimedOut, "broker 2", null, "", Time.GetUtcNow(), TimeSpan.FromSeconds(10));
        var failed = new PartitionProgress(1, OffsetRange.Unknown, default, false, 0) { Error = silent };
        var progress = FakeScanner.Progress(true, Part(0, 0, 0, 0, 0, isDone: true), failed, failed with { Partition = 2 });
        Scanner.Steps.Add(new ScanStep([], progress));
        var page = Open("");
        page.WaitForAssertion(() => Assert.Contains("Partitions 1–2:", page.Markup, StringComparison.Ordinal));
        Assert.Contains("Their records are missing here, not absent.", page.Markup, StringComparison.Ordinal);
        Assert.Contains("This is not an empty topic.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_is_opened_by_its_address_and_the_next_one_from_there()
    {
        Scanner.Steps.Add(new ScanStep(
            [FakeScanner.Record(0, 9, """{"a":1}"""), FakeScanner.Record(0, 8, "before")],
            FakeScanner.Progress(true, Part(0, 0, 10, 8, 10))));
        var page = Open("?at=0%3A9");
        page.WaitForAssertion(() => Assert.Equal("orders-0 at 9", page.Find("aside h2").TextContent));
        var below = page.FindAll("aside a").Single(a => a.TextContent == "Below");
        Assert.Contains("at=0%3A8", below.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("kcat -b", page.Find("aside").InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_told_with_its_place()
    {
        var page = Open("?filter=cel%3Akey%20%3D%3D");
        Assert.Contains("at character 7", page.Markup, StringComparison.Ordinal);
        Assert.Empty(Scanner.Asked);
    }

    [Theory]
    [InlineData("?filter=regex%3Aab(c", "What to find", " ")]
    [InlineData("?filter=cel%3Akey%20%3D%3D%20%3D%3D%201", "What to find", "=")]
    [InlineData("?from=soon", "From", null)]
    [InlineData("?to=soon", "To", null)]
    [InlineData("?partitions=one", "Partitions", null)]
    public void What_cannot_be_read_stands_at_its_field_with_the_character(string query, string label, string? at)
    {
        var page = Open(query);
        var field = Assert.Single(page.FindAll(".mud-input-control"), one => one.QuerySelector(".mud-input-error") is not null);
        Assert.Equal(label, field.QuerySelector("label")!.TextContent);
        Assert.Equal(at, page.FindAll(".wrong-at mark").SingleOrDefault()?.TextContent);
    }

    [Fact]
    public void A_topic_that_is_not_there_is_no_reading_that_found_nothing()
    {
        var page = Open("", "nowhere");
        Assert.Equal("There is no topic called nowhere", page.Find("h1").TextContent);
        Assert.Empty(page.FindAll("form"));
    }

    [Fact]
    public void What_broke_on_its_way_is_not_told_as_all_that_there_is()
    {
        Scanner.Steps.Add(new ScanStep([], FakeScanner.Progress(false, Part(0, 0, 100, 0, 40))));
        Scanner.Fault = new Dashboard.Messages.Filters.FilterException("cel: the expression gives a number.");
        var page = Open("?filter=cel%3Avalue.n");
        page.WaitForAssertion(() => Assert.Contains("gives a number", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("0 records found in what was read", page.Find("h1").TextContent);
        Assert.NotEmpty(page.FindAll(".scan"));
    }

    [Fact]
    public void What_broke_before_anything_was_read_says_so_and_is_tried_again()
    {
        Scanner.Fault = new Kafka.Client.KafkaException(Kafka.Protocol.ErrorCode.BrokerNotAvailable);
        var page = Open("");
        page.WaitForAssertion(() => Assert.Equal("Nothing of it was read", page.Find("h1").TextContent));
        Assert.Empty(page.FindAll(".scan"));
        Scanner.Fault = null;
        page.FindAll("[role=alert] button").Single().Click();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("tbody tr")));
    }

    [Fact]
    public async Task What_is_written_comes_on_top_and_waits_while_a_pointer_is_in_the_list()
    {
        var page = Open("?tail=true");
        Scanner.Follows.Writer.TryWrite(
            new FollowStep([FakeScanner.Record(0, 5, "five"), FakeScanner.Record(0, 6, "six")], FakeScanner.Followed()));
        Scanner.Follows.Writer.TryWrite(new FollowStep([], FakeScanner.Followed(skipped: 7)));
        page.WaitForAssertion(() => Assert.Equal(["6", "5"], Offsets(page)));
        page.WaitForAssertion(() => Assert.Contains("7 records were passed over", page.Markup, StringComparison.Ordinal));
        await page.Find("[data-held]").TriggerEventAsync("onpointerenter", new PointerEventArgs());
        Scanner.Follows.Writer.TryWrite(new FollowStep([FakeScanner.Record(0, 7, "seven")], FakeScanner.Followed()));
        Scanner.Follows.Writer.TryWrite(new FollowStep([], FakeScanner.Followed()));
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("button"), b => b.TextContent == "1 new, show"));
        Assert.Equal(["6", "5"], Offsets(page));
        page.FindAll("button").Single(b => b.TextContent == "1 new, show").Click();
        page.WaitForAssertion(() => Assert.Equal(["7", "6", "5"], Offsets(page)));
        page.FindAll("button").Single(b => b.TextContent == "Stop").Click();
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("button"), b => b.TextContent == "Go on"));
    }

    /// <summary>A page may stay open for days: what rules take back meanwhile does not come.</summary>
    [Fact]
    public void A_tail_ends_when_other_fields_are_masked_for_its_reader()
    {
        var page = Open("?tail=true");
        Scanner.Follows.Writer.TryWrite(new FollowStep([FakeScanner.Record(0, 5, "five")], FakeScanner.Followed()));
        page.WaitForAssertion(() => Assert.Equal(["5"], Offsets(page)));
        Who.Actor = Who.Actor with { Permissions = new FakePermissions(_ => true) { Masked = [FieldMask.Parse("value")] } };
        Scanner.Follows.Writer.TryWrite(new FollowStep([FakeScanner.Record(0, 6, "six")], FakeScanner.Followed()));
        page.WaitForAssertion(() => Assert.Contains("Other fields of the records are masked now", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("six", page.Markup, StringComparison.Ordinal);
    }

    static IEnumerable<string> Offsets(IRenderedComponent<Page> page) =>
        page.FindAll("tbody td[data-l=Offset]").Select(cell => cell.TextContent.Trim());

    [Fact]
    public void Columns_are_what_the_address_says()
    {
        Scanner.Steps.Add(new ScanStep(
            [FakeScanner.Record(0, 9, """{"who":{"name":"Ada"},"lines":[{"sku":"a"},{"sku":"b"}]}"""), FakeScanner.Record(0, 8, "no JSON")],
            FakeScanner.Progress(true, Part(0, 0, 10, 0, 10, isDone: true))));
        var page = Open("?columns=value.who.name,offset,value.lines.sku");
        page.WaitForAssertion(() => Assert.Equal(
            ["Ada", "9", "a, b", "–", "8", "–"],
            page.FindAll("tbody td:not(:last-child)").Select(cell => cell.TextContent.Trim())));
        Assert.Equal(["who.name", "Offset", "lines.sku", "Compare"], page.FindAll("thead th").Select(cell => cell.TextContent));
        Services.GetRequiredService<NavigationManager>().NavigateTo("clusters/local/topics/orders/messages?columns=nothing");
        page.WaitForAssertion(() => Assert.Contains("\"nothing\" is none of", page.Markup, StringComparison.Ordinal));
        Assert.Single(Scanner.Asked);
    }

    [Fact]
    public void Two_records_are_compared_and_a_third_takes_the_place_of_the_first()
    {
        Scanner.Steps.Add(new ScanStep(
            [FakeScanner.Record(0, 9, """{"state":"paid"}"""), FakeScanner.Record(0, 8, """{"state":"new"}""")],
            FakeScanner.Progress(true, Part(0, 0, 10, 0, 10, isDone: true))));
        var page = Open("?pick=0%3A9%2C0%3A8");
        page.WaitForAssertion(() => Assert.Contains("orders-0 at 9 and orders-0 at 8", page.Markup, StringComparison.Ordinal));
        Assert.Contains(page.FindAll(".diff mark"), mark => mark.TextContent.Contains("paid", StringComparison.Ordinal));
        Assert.Equal(2, page.FindAll(".pick[aria-current]").Count);
        var asked = new AskedMessages(new ScanQueryText(null, null, null, null, null, null, null)) { Pick = "0:9,0:8" };
        Assert.Equal("0:8,1:1", asked.Picking("1:1").Pick);
        Assert.Equal("0:9", asked.Picking("0:8").Pick);
    }

    [Fact]
    public void A_range_that_is_dragged_goes_into_the_form_and_nothing_is_read()
    {
        Scanner.Steps.Add(new ScanStep([], FakeScanner.Progress(true, Part(0, 0, 10, 0, 10, isDone: true))));
        var page = Open("?zone=utc");
        page.WaitForAssertion(() => page.Find("[data-brush-range]"));
        page.Find("[data-brush-range]").Change("0-2");
        var from = Time.GetUtcNow().AddHours(-24).ToString("yyyy-MM-dd HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture);
        page.WaitForAssertion(() => Assert.Contains(page.FindAll(".message-form input"), input => input.GetAttribute("value") == from));
        Assert.Single(Scanner.Asked);
        page.Find(".message-form").Submit();
        page.WaitForState(() => Scanner.Asked.Count == 2);
        Assert.Equal(ScanBoundKind.Time, Scanner.Asked[1].From.Kind);
    }

    [Fact]
    public void A_filter_is_saved_for_others_and_a_record_is_decoded_as_its_reader_says()
    {
        Scanner.Steps.Add(new ScanStep(
            [FakeScanner.Record(0, 9, "abc")], FakeScanner.Progress(true, Part(0, 0, 10, 0, 10, isDone: true))));
        var page = Open("?filter=text%3Aabc&at=0%3A9&as=hex");
        page.WaitForState(() => Scanner.Asked.Count == 2);
        Assert.Single(Scanner.Asked, asked => asked is { ValueFormat: "hex", Partitions.Length: 1 });
        var form = page.FindAll("details.columns form").First(one => one.TextContent.Contains("Save", StringComparison.Ordinal));
        form.QuerySelector("input")!.Input("abc of all");
        page.FindAll("details.columns form").First(one => one.TextContent.Contains("Save", StringComparison.Ordinal)).Submit();
        page.WaitForAssertion(() => Assert.Contains(
            "filter=text%3Aabc", page.Find(".saved a").GetAttribute("href"), StringComparison.Ordinal));
        page.Find(".saved button").Click();
        Assert.Empty(page.FindAll(".saved li"));
    }

    IRenderedComponent<Page> Open(string query, string topic = "orders")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"clusters/local/topics/{topic}/messages{query}");
        return Render<Page>(p => p.Add(m => m.Name, topic));
    }

    static PartitionProgress Part(int partition, long from, long to, long coveredFrom, long coveredTo, bool isDone = false) =>
        new(partition, new(from, to), new(coveredFrom, coveredTo), isDone, coveredTo - coveredFrom);
}
