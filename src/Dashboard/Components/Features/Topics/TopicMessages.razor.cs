using Dashboard.Components.Foundation.Bodies;
using Dashboard.Components.Foundation.Fields;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Pictures;
using Dashboard.Localization;
using Dashboard.Monitoring;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;

namespace Dashboard.Components.Features.Topics;

/// <summary>
/// The last records of a topic. Read when the tab is opened and on demand, never as part of a snapshot; shown as leaders answer, with what
/// was looked at. Bodies are untrusted bytes.
/// </summary>
public sealed partial class TopicMessages : UiComponent, IDisposable
{
    const int StepSize = 50, MostShown = 200;

    /// <summary>Stands for no partition in particular.</summary>
    const int AllPartitions = -1;

    readonly CancellationTokenSource gone = new();
    CancellationTokenSource? reading;
    MessagePage? page;
    string? failure;
    string contains = "";
    (int, long)? opened;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Inject]
    public ILogger<TopicMessages> Logger { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    [Parameter, EditorRequired]
    public int Partitions { get; set; }

    [SupplyParameterFromQuery(Name = "partition")]
    public string? Asked { get; set; }

    int? Partition => QueryNumber.Of(Asked);

    bool IsReading => reading is not null;

    /// <summary>How much was looked at, in offsets: records may be fewer.</summary>
    string Looked => page switch
    {
        { IsReading: true } when IsReading => L["Messages_Looking", page.Looked, page.Offsets, page.Messages.Length, page.Query.Limit]
            + (page.Pending.ToList() is { Count: > 0 } silent
                ? " " + L["Messages_Waiting", ReadersPicture.Ranges(silent.Select(p => p.Partition)), silent.Count]
                : ""),
        { Offsets: 0 } or null => "",
        { } all when all.Looked == all.Offsets => L["Messages_LookedAll", all.Offsets, all.Partitions.Length, all.Messages.Length],
        { Partitions: [var one] } => L["Messages_LookedOne", one.From, one.Stable, one.Begin, page.Messages.Length, page.Query.Limit],
        { } some => L["Messages_Looked", some.Looked, some.Offsets, some.Partitions.Length, some.Messages.Length, some.Query.Limit],
    };

    /// <summary>Why there is no row.</summary>
    string NothingWords => page switch
    {
        null or { IsReading: true, Messages.Length: 0 } => "",
        { Messages.Length: > 0 } => L["Messages_NoMatch", page.Messages.Length],
        { Partitions: [] } => L["Messages_NoPartition"],
        { } none when none.Partitions.All(p => !p.IsKnown) => L["Messages_NoAnswer"],
        { } none when none.Partitions.Any(p => !p.IsKnown || p.Error is not null) => L["Messages_NoneOfThese"],
        { Offsets: 0 } none =>
            none.Partitions.Any(p => p.HeldUp > 0) ? L["Messages_NoneYet"]
                : Partition is null ? L["Messages_None"]
                : L["Messages_NoneHere", Partition],
        { } none when none.Looked < none.Offsets => L["Messages_NoneSoFar"],
        { } none when none.Partitions.Any(p => p.Unreadable.Length > 0) => L["Messages_NoneReadable"],
        { } none => L["Messages_OnlyMarkers", none.Offsets],
    };

    /// <summary>What the filter was held against: not the topic, but what was read of it.</summary>
    string SearchedWords => contains.Length == 0 || page is null or { Messages.Length: 0 } ? ""
        : L["Messages_Searched", page.Messages.Length]
            + (page.Messages.Any(m => m.ValueLength > MessageView.BytesKept) ? " " + L["Messages_SearchedCut"] : "");

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await ReadAsync(StepSize, null);
        }
    }

    MessageView[] Filtered() =>
        page is null
            ? []
            : [.. page.Messages.Where(m => contains.Length == 0 || Body.Contains(m.Key, contains) || Body.Contains(m.Value, contains))];

    string ValueWords(MessageView message) => message switch
    {
        { Concealed: Concealed.All } => L["Messages_NotAllowed"],
        { Value: null } => L["Messages_Tombstone"],
        _ => Body.Short(message.Value, 200),
    };

    void Open((int, long) key) => opened = opened == key ? null : key;

    void Stop() => reading?.Cancel();

    async Task Choose(int partition)
    {
        (Asked, page) = (partition == AllPartitions ? null : $"{partition}", null);
        Navigation.NavigateTo(
            Cluster.Topic(Topic, Partition is null ? "?tab=messages" : $"?tab=messages&partition={Partition}"), replace: true);
        await ReadAsync(StepSize, null);
    }

    /// <param name="earlier">To go on from, further back; null reads the end anew.</param>
    async Task ReadAsync(int limit, MessagePage? earlier)
    {
        reading?.Cancel();
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
        (reading, failure) = (mine, null);
        StateHasChanged();
        try
        {
            var query = new MessageQuery(Topic, Partition, limit);
            await foreach (var next in Cluster.Monitor.Messages.ReadLastAsync(query, earlier, Cluster.Who.Actor, mine.Token))
            {
                page = next;
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
            // the reader or a later reading ended it: what was read stays, as far as it goes
            page = ReferenceEquals(reading, mine) ? page is null ? null : page with { IsReading = false } : page;
        }
        catch (Exception fault)
        {
            ReadingFailed(Logger, Topic, fault);
            failure = L["Messages_Failed", fault.Message];
        }

        if (ReferenceEquals(reading, mine))
        {
            reading = null;
        }

        if (!gone.IsCancellationRequested)
        {
            StateHasChanged();
        }
    }

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Reading the last records of {Topic} failed")]
    static partial void ReadingFailed(ILogger logger, string topic, Exception fault);
}
