using Bunit;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Testing;

namespace Dashboard.Tests.Components.Foundation;

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

    [Fact]
    public void A_component_that_says_what_it_is_drawn_from_is_drawn_again_when_that_is_another()
    {
        var drawn = Render<Told>(p => p.Add(told => told.Words, "one"));
        drawn.Render(p => p.Add(told => told.Words, "two"));
        drawn.Render(p => p.Add(told => told.Words, string.Concat("t", "wo")).Add(told => told.Beside, "not drawn"));
        Assert.Equal((2, "two"), (drawn.RenderCount, drawn.Markup));
    }

    [Fact]
    public void Times_are_the_readers_and_so_another_reader_draws_everything()
    {
        var page = Render<CascadingValue<Reader>>(Of(Reader.Unknown));
        page.Render(Of(Reader.Unknown));
        var before = page.FindComponent<Told>().RenderCount;
        page.Render(Of(Reader.Unknown));
        Assert.Equal(before, page.FindComponent<Told>().RenderCount);
        page.Render(Of(new Reader("Asia/Shanghai", false, false)));
        Assert.Equal(before + 1, page.FindComponent<Told>().RenderCount);

        static Action<ComponentParameterCollectionBuilder<CascadingValue<Reader>>> Of(Reader reader) =>
            parameters => parameters.Add(cascading => cascading.Value, reader).AddChildContent<Told>();
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

    sealed class Told : UiComponent
    {
        [Parameter]
        public string Words { get; set; } = "";

        [Parameter]
        public string Beside { get; set; } = "";

        protected override object?[] DrawnFrom => [Words];

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Words);
    }
}
