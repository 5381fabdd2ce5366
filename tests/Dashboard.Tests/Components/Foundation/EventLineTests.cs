using System.Globalization;
using Bunit;
using Dashboard.Components.Foundation.Panels;
using Dashboard.Monitoring.Model;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>A finding that came or went while the program did not run, in words.</summary>
public sealed class EventLineTests : PageContext
{
    [Theory]
    [InlineData("en", EventKind.FindingBegan, "UnderMinIsr", "orders-3", 3, "New finding: under min-ISR: orders-3 and 2 more")]
    [InlineData("en", EventKind.FindingEnded, "BrokersSilent", "1", 1, "No longer found: broker does not answer: 1")]
    [InlineData("en", EventKind.FindingBegan, "CommitBeyondEnd", "GrowingLag", 2, "groups with commits beyond the end: GrowingLag")]
    [InlineData("en", EventKind.FindingEnded, "NoController", null, 1, "No longer found: no controller")]
    [InlineData("zh-Hans", EventKind.FindingBegan, "EnsembleDegraded", "zk3", 1, "出现问题：ZooKeeper 集群降级：zk3")]
    public void A_finding_is_named_with_what_it_is_about(
        string culture, EventKind kind, string finding, string? about, int count, string words)
    {
        using var language = new Language(culture);
        string[] arguments = about is null ? [finding] : [finding, about];
        var now = Time.GetUtcNow();
        var told = new ClusterEvent(1, now, kind, Severity.Warning, about ?? "controller", [.. arguments], "topics?is=offline", count)
        {
            Since = now.AddHours(-3),
        };
        var line = Render<EventLine>(p => p.Add(l => l.Event, told));
        var text = string.Join(' ', line.Find("li").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(words, text, StringComparison.Ordinal);
        Assert.Equal(about is null ? 0 : 1, line.FindAll("a").Count);
    }

    /// <summary>Of the thread, which goes on to other tests.</summary>
    sealed class Language : IDisposable
    {
        readonly CultureInfo before = CultureInfo.CurrentUICulture;

        public Language(string name) => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(name);

        public void Dispose() => CultureInfo.CurrentUICulture = before;
    }
}
