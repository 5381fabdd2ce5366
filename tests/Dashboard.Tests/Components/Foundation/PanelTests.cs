using Bunit;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Foundation.Panels;
using Dashboard.Monitoring.Model;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>A panel's five lives, which are five different things to a reader.</summary>
public sealed class PanelTests : PageContext
{
    SectionError TimedOut => new(SectionErrorKind.TimedOut, "broker 4", null, "no answer to DescribeGroups", Time.GetUtcNow());

    IRenderedComponent<Panel> Panel(SectionState state, bool empty = false, IReadOnlyList<SectionState>? also = null) =>
        Render<Panel>(p => p
            .Add(x => x.Title, "Groups")
            .Add(x => x.State, state)
            .Add(x => x.Also, also ?? [])
            .Add(x => x.IsEmpty, empty)
            .Add(x => x.EmptyText, "No group")
            .AddChildContent("<b>body</b>"));

    [Fact]
    public void Never_read_is_loading()
    {
        var panel = Panel(new(false, null, null));
        Assert.Equal(3, panel.FindAll("[role=status][aria-label] > .mud-skeleton").Count);
        Assert.Empty(panel.FindAll("b"));
    }

    [Fact]
    public void Read_is_live_with_its_age()
    {
        var panel = Panel(new(true, null, Time.GetUtcNow() - TimeSpan.FromSeconds(3)));
        Assert.Equal("3 s ago", panel.Find(".age").TextContent);
        Assert.Equal("body", panel.Find("b").TextContent);
    }

    [Fact]
    public void Read_and_nothing_there_is_empty()
    {
        var panel = Panel(new(true, null, Time.GetUtcNow()), empty: true);
        Assert.Contains("No group", panel.Find(".blank").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_there_some_time_ago_is_no_good_news()
    {
        var panel = Panel(new(true, TimedOut, Time.GetUtcNow()), empty: true);
        Assert.Equal("#stale", panel.Find(".blank use").GetAttribute("href"));
        Assert.Equal("#ok", Panel(new(true, null, Time.GetUtcNow()), empty: true).Find(".blank use").GetAttribute("href"));
    }

    /// <summary>Who answers that it may not be asked has answered.</summary>
    [Fact]
    public void A_refusal_is_not_called_silence_and_says_its_words_once()
    {
        var refused = new SectionError(SectionErrorKind.Refused, "broker 4", null, "cons is not allowed", Time.GetUtcNow());
        var panel = Panel(new(false, refused, null));
        Assert.StartsWith("refused since", panel.Find(".age").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, panel.Find(".blank").TextContent.Split("cons is not allowed").Length);
        Assert.StartsWith("no answer since", Panel(new(false, TimedOut, null)).Find(".age").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_cause_is_looked_for_what_is_old_says_what_was_answered()
    {
        var unreachable = new SectionError(
            SectionErrorKind.Unreachable, "broker 4", null, "Broker 4 advertises b4:9092, which cannot be reached.", Time.GetUtcNow());
        var panel = Render<Panel>(p => p.Add(x => x.Title, "t").Add(x => x.Explains, true)
            .Add(x => x.State, new(true, unreachable, Time.GetUtcNow())));
        Assert.Contains("advertises b4:9092", panel.Find(".why").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "advertises", Panel(new(true, unreachable, Time.GetUtcNow())).Find(".why").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_and_an_error_is_stale_and_says_how_old()
    {
        var panel = Panel(new(true, TimedOut, Time.GetUtcNow()));
        Assert.Contains("is-stale", panel.Find("section").ClassName, StringComparison.Ordinal);
        Assert.Contains("broker 4 did not answer", panel.Find(".why").TextContent, StringComparison.Ordinal);
        Assert.Equal("body", panel.Find("b").TextContent);
    }

    [Fact]
    public void How_long_was_waited_is_said_where_it_is_known()
    {
        var blank = Panel(new(false, TimedOut with { Waited = TimeSpan.FromSeconds(3) }, null)).Find(".blank").TextContent;
        Assert.Contains("did not answer within 3 s.", blank, StringComparison.Ordinal);
    }

    [Fact]
    public void Timed_out_never_looks_empty()
    {
        var blank = Panel(new(false, TimedOut, null), empty: true).Find(".blank").TextContent;
        Assert.Contains("Timed out: broker 4 did not answer", blank, StringComparison.Ordinal);
        Assert.Contains("This is not an empty list", blank, StringComparison.Ordinal);
        Assert.DoesNotContain("No group", blank, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_cluster_does_not_have_is_no_failure()
    {
        var panel = Panel(new(false, new(SectionErrorKind.Unsupported, "local", null, "no ZooKeeper", Time.GetUtcNow()), null));
        Assert.Contains("does not have it", panel.Find(".blank").TextContent, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll("button"));
    }

    [Fact]
    public void A_second_section_that_fails_makes_it_stale()
    {
        var panel = Panel(new(true, null, Time.GetUtcNow()), also: [new(true, TimedOut, Time.GetUtcNow())]);
        Assert.Contains("is-stale", panel.Find("section").ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public void Try_now_asks_for_a_fresh_reading()
    {
        var asked = 0;
        Monitor.Refreshed = () => asked++;
        Panel(new(false, TimedOut, null)).Find("button").Click();
        Assert.Equal(1, asked);
    }
}
