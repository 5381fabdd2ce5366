using Bunit;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Page = Dashboard.Components.Features.Messages.Messages;

namespace Dashboard.Tests.Components;

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

    IRenderedComponent<Page> Open(string query)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"clusters/local/topics/orders/messages{query}");
        return Render<Page>(p => p.Add(m => m.Name, "orders"));
    }

    static PartitionProgress Part(int partition, long from, long to, long coveredFrom, long coveredTo, bool isDone = false) =>
        new(partition, new(from, to), new(coveredFrom, coveredTo), isDone, coveredTo - coveredFrom);
}
