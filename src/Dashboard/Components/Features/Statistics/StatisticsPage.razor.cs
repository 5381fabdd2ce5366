using Dashboard.Components.Foundation.Live;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Statistics;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Statistics;

/// <summary>What to count, how far it is, and what was found. Counting is a job: it goes on when the page is closed.</summary>
public sealed partial class StatisticsPage : ClusterPage
{
    const int MostEarlier = 10;

    /// <summary>Of a job that runs.</summary>
    static readonly TimeSpan pace = TimeSpan.FromMilliseconds(300);

    JobEntry? current;
    List<JobEntry> earlier = [];
    int waits;

    [Inject]
    public JobRunner Runner { get; set; } = null!;

    [Parameter]
    public string Name { get; set; } = "";

    /// <summary>The job whose result is shown.</summary>
    [SupplyParameterFromQuery]
    public string? Job { get; set; }

    TopicStatistics? Found => current is { } job ? StatisticsKind.Of(Runner.ResultOf(job, Cluster.Who.Actor)) : null;

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Topics.Value?.Find(Name) is null];

    protected override void OnParametersSet() => Look();

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        if (firstRender)
        {
            Runner.Changed += Changed;
        }
    }

    public override ValueTask DisposeAsync()
    {
        Runner.Changed -= Changed;
        return base.DisposeAsync();
    }

    void Look()
    {
        var mine = Runner.All.Where(j => j.Kind == StatisticsKind.KindName && j.Cluster == Cluster.Id && j.Topic == Name
            && JobAccess.Sees(j, Cluster.Who.Actor)).ToList();
        current = mine.Find(j => j.Id == Job);
        earlier = [.. mine.Take(MostEarlier)];
    }

    /// <summary>On any thread, often.</summary>
    void Changed()
    {
        if (Interlocked.Exchange(ref waits, 1) == 0)
        {
            _ = ShowAsync();
        }
    }

    async Task ShowAsync()
    {
        try
        {
            await Task.Delay(pace, Time, Gone);
            waits = 0;
            await InvokeAsync(() =>
            {
                Look();
                StateHasChanged();
            });
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // the page is gone
        }
    }

    Task StopAsync() => Runner.StopAsync(Job!, Cluster.Who.Actor);
}
