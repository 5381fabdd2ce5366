using System.Globalization;
using Dashboard.Monitoring;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;

namespace Dashboard.Components.Controls;

/// <summary>The last records of a topic. Read when the tab is opened and on demand, never as part of a snapshot. Bodies are untrusted bytes.</summary>
public sealed partial class TopicMessages : UiComponent, IDisposable
{
    const int Limit = 50;

    readonly CancellationTokenSource gone = new();
    MessagePage? page;
    string? failure;
    string contains = "";
    bool reading;
    (int, long)? opened;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Inject]
    public ILogger<TopicMessages> Logger { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    [Parameter, EditorRequired]
    public int Partitions { get; set; }

    [SupplyParameterFromQuery]
    public int? Partition { get; set; }

    MessageView[] Shown => page is null ? [] : [.. page.Messages.Where(m => contains.Length == 0 || Body.Contains(m.Key, contains) || Body.Contains(m.Value, contains))];

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await ReadAsync();
            StateHasChanged();
        }
    }

    async Task Choose(ChangeEventArgs change)
    {
        Partition = int.TryParse(change.Value as string, NumberStyles.None, CultureInfo.InvariantCulture, out var chosen) ? chosen : null;
        Navigation.NavigateTo(Cluster.Topic(Topic, Partition is null ? "?tab=messages" : $"?tab=messages&partition={Partition}"), replace: true);
        await ReadAsync();
    }

    async Task ReadAsync()
    {
        (reading, failure) = (true, null);
        StateHasChanged();
        try
        {
            page = await Cluster.Monitor.Messages.ReadLastAsync(Topic, Partition, Limit, gone.Token);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            ReadingFailed(Logger, Topic, fault);
            failure = L["Messages_Failed", fault.Message];
        }
        reading = false;
    }

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Reading the last records of {Topic} failed")]
    static partial void ReadingFailed(ILogger logger, string topic, Exception fault);
}
