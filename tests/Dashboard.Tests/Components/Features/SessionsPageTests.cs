using Bunit;
using Dashboard.Components.Features.Ensemble;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Testing;

namespace Dashboard.Tests.Components.Features;

public sealed class SessionsPageTests : PageContext
{
    readonly Scripted sessions = new();

    public SessionsPageTests() => Monitor.Sessions = sessions;

    [Fact]
    public async Task Sessions_are_shown_with_what_their_server_says_and_what_it_does_not_allow_is_named()
    {
        sessions.Next = Read([Session(1, 0xa1, "10.0.0.1:4000", watches: 3), Session(2, 0xb2, "10.0.0.2:4001", watches: null)], ["wchc"]);
        var page = Render<Sessions>(p => p.Add(s => s.ClusterId, "local"));
        await Eventually.TrueAsync(() => page.FindAll("tbody tr").Count == 2, "both are there");
        Assert.Contains("0xa1", page.Markup, StringComparison.Ordinal);
        Assert.Contains("does not allow wchc", page.Find(".mud-alert").TextContent, StringComparison.Ordinal);
        Assert.Contains("2 sessions", page.Find("h1").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reading_that_fails_keeps_the_last_one_and_says_so()
    {
        sessions.Next = Read([Session(1, 0xa1, "10.0.0.1:4000", 3)], []);
        var page = Render<Sessions>(p => p.Add(s => s.ClusterId, "local"));
        await Eventually.TrueAsync(() => page.FindAll("tbody tr").Count == 1, "it is there");
        sessions.Next = sessions.Next.Failed(new(SectionErrorKind.TimedOut, ErrorSource.Ensemble, null, "no answer", Time.GetUtcNow()));
        await Eventually.TrueAsync(
            () =>
            {
                Time.Advance(TimeSpan.FromSeconds(5));
                return page.FindAll(".is-stale, .stale").Count > 0;
            },
            "it is old");
        Assert.Single(page.FindAll("tbody tr"));
    }

    [Fact]
    public void Without_an_ensemble_the_page_says_why_and_leads_to_the_quorum()
    {
        Monitor.Publish(new FakeCluster("local", ClusterKind.Remote, Time) { HasZooKeeper = false }.With(3, ("orders", 4, 2)).Snapshot());
        var page = Render<Sessions>(p => p.Add(s => s.ClusterId, "local"));
        Assert.Contains("KRaft mode", page.Find(".lede").TextContent, StringComparison.Ordinal);
        Assert.Equal("clusters/local/quorum", page.Find("a.btn").GetAttribute("href"));
        Assert.Empty(page.FindAll(".panel"));
    }

    Section<SessionTable> Read(SessionInfo[] all, string[] refused) =>
        Section<SessionTable>.Unread.Read(new([.. all], all.Length, [.. refused], []), Time.GetUtcNow());

    SessionInfo Session(int server, long id, string client, int? watches) =>
        new(server, $"127.0.0.1:{server}", id, client, TimeSpan.FromSeconds(10), watches, 1, Time.GetUtcNow(), "PING");

    sealed class Scripted : ISessionReader
    {
        public Section<SessionTable> Next { get; set; } = Section<SessionTable>.Unread;

        public Task<Section<SessionTable>> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(Next);
    }
}
