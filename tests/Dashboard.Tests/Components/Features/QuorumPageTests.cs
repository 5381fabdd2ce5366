using System.Globalization;
using Bunit;
using Dashboard.Components.Features.Quorum;
using Dashboard.Monitoring.Model;
using Kafka.Client.Trial;

namespace Dashboard.Tests.Components.Features;

public sealed class QuorumPageTests : PageContext
{
    [Theory]
    [InlineData(0, "Controllers: 3 of 3 in step, 0 leads epoch 14", "Any one controller can fail")]
    [InlineData(1, "Controllers: 2 of 3 in step, 0 leads epoch 14", "No controller can fail now")]
    [InlineData(2, "Controllers: 1 of 3 in step, 0 leads epoch 14", "2 controllers have to keep up")]
    public void The_title_says_who_keeps_up_and_what_may_still_fail(int behind, string title, string lede)
    {
        var page = Open(Section<QuorumTable>.Unread.Read(Table(behind), Time.GetUtcNow()));
        Assert.Equal(title, page.Find("h1").TextContent);
        Assert.Contains(lede, page.Find(".lede").TextContent, StringComparison.Ordinal);
        Assert.Equal(behind, page.FindAll("tr.is-bad").Count);
        Assert.Contains("30 (4.3-IV0)", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Sentences_stand_beside_each_other_as_the_language_has_it()
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = new("zh-Hans");
        try
        {
            var lede = Open(Section<QuorumTable>.Unread.Read(Table(1), Time.GetUtcNow())).Find(".lede").TextContent;
            Assert.Matches("。.", lede);
            Assert.DoesNotContain("。 ", lede, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public void Controllers_that_cannot_be_read_are_not_said_to_lead()
    {
        var read = Section<QuorumTable>.Unread.Read(Table(0), Time.GetUtcNow());
        var page = Open(read.Failed(new(SectionErrorKind.TimedOut, ErrorSource.Controllers, null, "no answer", Time.GetUtcNow())));
        Assert.Equal("The controllers cannot be read", page.Find("h1").TextContent);
        Assert.Contains("who leads now is not known", page.Find(".lede").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_with_ZooKeeper_has_none() =>
        Assert.Contains("no quorum of controllers", Open(Monitor.Current.Quorum).Find("h1").TextContent, StringComparison.Ordinal);

    IRenderedComponent<Quorum> Open(Section<QuorumTable> quorum)
    {
        Monitor.Publish(Monitor.Current with { Version = Monitor.Current.Version + 1, Quorum = quorum });
        return Render<Quorum>(p => p.Add(q => q.ClusterId, "local"));
    }

    QuorumTable Table(int behind)
    {
        var now = Time.GetUtcNow();
        var members = Enumerable.Range(0, 3).Select(id => new QuorumMember(id, true, id == 0, 9, 0, now, now, id > 2 - behind));
        return new(0, 14, 9, [.. members], [new(MetadataVersions.Feature, 30)]) { LeaderSince = now };
    }
}
