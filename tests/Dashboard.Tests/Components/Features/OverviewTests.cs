using Bunit;
using Dashboard.Components.Features.Overview;
using Dashboard.Components.Shell;
using Dashboard.Monitoring.Model;
using Testing;

namespace Dashboard.Tests.Components.Features;

/// <summary>
/// A finding that is gone is shown as cleared for a moment; one that got worse, or that nothing is known of any longer, is not.
/// </summary>
public sealed class OverviewTests : PageContext
{
    long version = 100;

    [Fact]
    public async Task What_is_mended_is_told_as_cleared()
    {
        var page = await OpenAsync(FindingKind.EnsembleDegraded);
        Publish(null);
        await Eventually.TrueAsync(() => page.Markup.Contains("Cleared just now", StringComparison.Ordinal), "it is told");
    }

    [Fact]
    public async Task What_got_worse_is_not()
    {
        var page = await OpenAsync(FindingKind.EnsembleDegraded);
        Publish(FindingKind.EnsembleLost);
        await Eventually.TrueAsync(() => page.Markup.Contains("no majority", StringComparison.Ordinal), "it is worse");
        Assert.DoesNotContain("Cleared just now", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_not()
    {
        var page = await OpenAsync(FindingKind.NoController);
        SectionError Error() => new(SectionErrorKind.Unreachable, "Kafka", null, "no answer", Time.GetUtcNow());
        Publish(FindingKind.UnderReplicated, s => s with { Identity = s.Identity.Failed(Error()) });
        await Eventually.TrueAsync(() => page.Markup.Contains("under-replicated", StringComparison.Ordinal), "the next picture is there");
        Assert.DoesNotContain("Cleared just now", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Title_and_pill_change_with_the_same_snapshot()
    {
        var page = await OpenAsync(null);
        var pill = Render<ClusterStatus>();
        await Eventually.TrueAsync(
            () => page.Markup.Contains("falls behind", StringComparison.Ordinal) && pill.Markup.Contains("alarm", StringComparison.Ordinal),
            "both tell");
        Publish(FindingKind.OfflinePartitions);
        await Eventually.TrueAsync(
            () =>
            {
                var title = page.Find("h1").TextContent.Contains("offline", StringComparison.Ordinal);
                var alarm = pill.Markup.Contains("offline", StringComparison.Ordinal);
                Time.Advance(TimeSpan.FromMilliseconds(50));
                return title && alarm;
            },
            "both tell the same");
        Assert.Equal(1, Monitor.Subscribers);
    }

    /// <summary>The last reading of a quorum had all three in step; what is found since then counts.</summary>
    [Theory]
    [InlineData(FindingKind.QuorumDegraded, "One more loss, and nothing can change")]
    [InlineData(FindingKind.BrokersSilent, "it leads no partition that is known")]
    public async Task What_follows_from_a_finding_is_said_by_what_is_found(FindingKind kind, string words)
    {
        var members = Enumerable.Range(0, 3)
            .Select(id => new QuorumMember(id, true, id == 0, 9, 0, Time.GetUtcNow(), Time.GetUtcNow(), IsBehind: false));
        Publish(kind, s => s with
        {
            Quorum = Section<QuorumTable>.Unread.Read(new(0, 1, 9, [.. members], []), Time.GetUtcNow())
                .Failed(new(SectionErrorKind.Unreachable, "x", null, "x", Time.GetUtcNow())),
            Topics = s.Topics.Read(TopicTable.Of([]), Time.GetUtcNow()),
        });
        var page = Render<Overview>(p => p.Add(o => o.ClusterId, "local"));
        await Eventually.TrueAsync(() => page.Markup.Contains(words, StringComparison.Ordinal), "it is said");
    }

    async Task<IRenderedComponent<Overview>> OpenAsync(FindingKind? kind)
    {
        Publish(kind);
        var page = Render<Overview>(p => p.Add(o => o.ClusterId, "local"));
        await Eventually.TrueAsync(() => Monitor.Subscribers > 0, "the page listens");
        return page;
    }

    /// <summary>Something else is wrong all the time: all clear would be one line.</summary>
    void Publish(FindingKind? kind, Func<ClusterSnapshot, ClusterSnapshot>? change = null)
    {
        FindingKind[] kinds = kind is { } found ? [found, FindingKind.GrowingLag] : [FindingKind.GrowingLag];
        Finding[] findings = [.. kinds.Order().Select(k => new Finding(k, Severity.Bad, 1, [], ["x"], [], Time.GetUtcNow()))];
        var snapshot = Cluster.Snapshot() with { Version = ++version, Health = new Health(true, [.. findings]) };
        Time.Advance(TimeSpan.FromSeconds(1));
        Monitor.Publish(change is null ? snapshot : change(snapshot));
    }
}
