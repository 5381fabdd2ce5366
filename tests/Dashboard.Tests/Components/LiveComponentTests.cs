using Bunit;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components.Rendering;
using Testing;

namespace Dashboard.Tests.Components;

/// <summary>
/// Live data without a flood: the first picture at once, skipped when nothing changed, four a second at most, gone when the page is.
/// </summary>
public sealed class LiveComponentTests : PageContext
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public void The_first_picture_has_data() => Assert.Contains("2 topics", Render<Probe>().Markup, StringComparison.Ordinal);

    [Fact]
    public async Task A_snapshot_whose_sections_are_the_same_is_skipped()
    {
        var probe = Render<Probe>();
        await SubscribedAsync();
        var first = Monitor.Current;
        Monitor.Publish(first with { Version = first.Version + 1 });
        Cluster.Delete("payments");
        Publish();
        await Eventually.TrueAsync(
            () => probe.Markup.Contains("1 topics", StringComparison.Ordinal), "the changed snapshot is shown", deadline);
        Assert.Equal(2, probe.Instance.Pictures);
    }

    [Fact]
    public async Task Snapshots_in_quick_succession_are_shown_as_one()
    {
        var probe = Render<Probe>();
        await SubscribedAsync();
        Cluster.Delete("payments");
        Publish();
        await Eventually.TrueAsync(() => probe.Instance.Pictures == 2, "the first change is shown", deadline);
        for (var i = 0; i < 20; i++)
        {
            Publish();
        }
        Cluster.Delete("orders");
        Publish();
        Assert.Equal(2, probe.Instance.Pictures);
        await Eventually.TrueAsync(() =>
        {
            Time.Advance(LiveComponent.MinimumInterval);
            return probe.Markup.Contains("0 topics", StringComparison.Ordinal);
        }, "the newest is shown after the pause", deadline);
        Assert.InRange(probe.Instance.Pictures, 3, 4);
    }

    [Fact]
    public async Task Leaving_ends_the_subscription()
    {
        Render<Probe>();
        await SubscribedAsync();
        await DisposeComponentsAsync();
        Assert.Equal(0, Monitor.Subscribers);
    }

    Task SubscribedAsync() => Eventually.TrueAsync(() => Monitor.Subscribers == 1, "the component follows the monitor", deadline);

    sealed class Probe : LiveComponent
    {
        public int Pictures { get; private set; }

        protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Topics];

        protected override void OnSnapshot() => Pictures++;

        protected override void BuildRenderTree(RenderTreeBuilder builder) =>
            builder.AddContent(0, $"{Snapshot.Topics.Value!.Topics.Length} topics");
    }
}
