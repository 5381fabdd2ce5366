using Testing;

namespace Browser.Tests.Stories;

/// <summary>The whole of it, on this machine, where nobody signs in.</summary>
public sealed class NewcomerTests(Chromium chromium) : HostedStoryTest(chromium)
{
    protected override RunningDashboard Program => Dashboard;

    public override async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            // what broke off must not take the next tests with it
            await Cluster.MendAsync(Dashboard);
        }

        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_newcomer_creates_a_topic_kills_a_broker_brings_it_back_elects_reassigns_and_deletes()
    {
        await Cluster.ReadyAsync(Dashboard);
        await LoadAsync(() => Page.GotoAsync("/"));
        Assert.EndsWith("/clusters/local", Page.Url, StringComparison.Ordinal);
        await LooksAroundAsync();
        await LivesOnAsync();
        await DeletesAsync();
        await ElectsEverywhereAsync();
    }
}
