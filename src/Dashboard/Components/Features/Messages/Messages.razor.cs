using Dashboard.Components.Foundation.Fields;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;

namespace Dashboard.Components.Features.Messages;

/// <summary>
/// Records of a topic: what is read stands in the address, and reading begins when the page is open. It ends with the page, with Stop, or
/// at the limit; what was not read is never called empty.
/// </summary>
public sealed partial class Messages : ClusterPage
{
    /// <summary>More rows than anybody looks at; past that the first ones leave the page, and the address has the way back.</summary>
    const int MostRows = 2_000;

    readonly List<FoundRecord> rows = [];
    ScanQueryText? shown;
    ScanQuery? query;
    ScanProgress? progress;
    FoundRecord? opened;
    CancellationTokenSource? reading, stopping;
    string? fault, failure;
    bool isOpen, wasStopped;
    int partitions;

    [Inject]
    public IMessageScanner Scanner { get; set; } = null!;

    [Inject]
    public ILogger<Messages> Logger { get; set; } = null!;

    [Parameter]
    public string Name { get; set; } = "";

    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    /// <summary>As it was called before, of one partition.</summary>
    [SupplyParameterFromQuery]
    public string? Partition { get; set; }

    [SupplyParameterFromQuery]
    public string? Partitions { get; set; }

    [SupplyParameterFromQuery]
    public string? Limit { get; set; }

    [SupplyParameterFromQuery]
    public string? Filter { get; set; }

    [SupplyParameterFromQuery]
    public string? Isolation { get; set; }

    [SupplyParameterFromQuery]
    public string? Continue { get; set; }

    /// <summary>The record that is open: PARTITION:OFFSET.</summary>
    [SupplyParameterFromQuery]
    public string? At { get; set; }

    string Path => Cluster.Topic(Name, "/messages");

    ScanQueryText Text => new(From, To, Partitions ?? Partition, Limit, Filter, Isolation, Continue);

    AskedMessages Asked => new(Text with { Continue = null });

    bool IsReading => reading is not null;

    string Heading => query is null ? L["Messages_TitleFault"]
        : IsReading || progress is null ? L["Messages_TitleReading", rows.Count]
        : wasStopped || progress.Partitions.Any(p => p.Error is not null) ? L["Messages_TitleStopped", rows.Count]
        : query is { Filter: null, Continue: null, From.Kind: ScanBoundKind.Newest } ? L["Messages_TitleNewest", rows.Count]
        : L["Messages_Title", rows.Count];

    string NothingWords => this switch
    {
        { progress: null or { IsOver: false } } => L["Messages_NoneSoFarTitle"],
        _ when progress.Partitions.Any(p => p.Error is not null) => L["Messages_NoneMissing"],
        _ when !progress.IsComplete => L["Messages_NoneSoFarTitle"],
        _ => L[query?.Filter is null ? "Messages_NoneAtAll" : "Messages_NoneFound"],
    };

    /// <summary>The records that follow, as a page of their own; null while it reads, after Stop, and at the end.</summary>
    string? NextHref => !IsReading && !wasStopped && progress is { Next: { } next, Query: var of }
        ? new AskedMessages(new ScanQueryText(null, null, null, Limit, null, null, ContinueToken.Write(of, next))).Href(Path)
        : null;

    string RestHref => new AskedMessages(Text).Href(
        $"api/clusters/{Uri.EscapeDataString(Cluster.Id)}/topics/{Uri.EscapeDataString(Name)}/messages");

    string? Bootstrap => Snapshot.Brokers.Value?.Brokers.FirstOrDefault(b => b.Host is not null) is { } broker
        ? $"{broker.Host}:{broker.Port}"
        : null;

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Topics.Value];

    protected override void OnSnapshot() => partitions = Snapshot.Topics.Value?.Find(Name)?.Partitions.Length ?? 0;

    protected override void OnParametersSet()
    {
        if (Text == shown)
        {
            Open();
            return;
        }

        (shown, progress, fault, failure, query, opened) = (Text, null, null, null, null, null);
        rows.Clear();
        try
        {
            query = Text.Read(Name) with { BytesKept = MessageView.BytesKept };
        }
        catch (FormatException e)
        {
            fault = e.Message;
            reading?.Cancel();
            reading = null;
            return;
        }

        if (isOpen)
        {
            _ = ReadAsync(query);
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        if (firstRender && query is not null)
        {
            isOpen = true;
            _ = ReadAsync(query);
        }

        isOpen |= firstRender;
    }

    /// <summary>Another record of the list, or one that only the address names.</summary>
    void Open()
    {
        if (opened is not null && MessageTable.Place(opened) == At)
        {
            return;
        }

        opened = Find(At);
        if (opened is null && !IsReading && Place(At) is { } place && query is not null)
        {
            _ = OpenAloneAsync(query, place);
        }
    }

    async Task OpenAloneAsync(ScanQuery asked, (int Partition, long Offset) place)
    {
        try
        {
            await ReadOneAsync(asked, place.Partition, place.Offset, Gone);
            StateHasChanged();
        }
        catch (Exception e) when (e is Kafka.Client.KafkaException or ArgumentException or OperationCanceledException)
        {
            failure = Gone.IsCancellationRequested ? null : e.Message;
        }
    }

    async Task ReadAsync(ScanQuery asked)
    {
        reading?.Cancel();
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(Gone);
        using var stop = new CancellationTokenSource();
        (reading, stopping, failure, wasStopped) = (mine, stop, null, false);
        StateHasChanged();
        try
        {
            await foreach (var step in Scanner.ScanAsync(Cluster.Monitor, asked, Cluster.Who.Actor, stop.Token, mine.Token))
            {
                if (reading != mine)
                {
                    return;
                }

                Take(step);
            }

            if (Find(At) is null && Place(At) is { } place)
            {
                await ReadOneAsync(asked, place.Partition, place.Offset, mine.Token);
            }
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
            // another question, or the page went away
        }
        catch (Exception e)
        {
            ReadingFailed(Logger, Name, e);
            failure = e.Message;
        }

        if (reading == mine)
        {
            (reading, stopping) = (null, null);
            opened ??= Find(At);
            StateHasChanged();
        }
    }

    void Take(ScanStep step)
    {
        rows.AddRange(step.Found);
        if (rows.Count > MostRows)
        {
            rows.RemoveRange(0, rows.Count - MostRows);
        }

        progress = step.Progress;
        opened ??= Find(At);
        StateHasChanged();
    }

    /// <summary>The record that an address names and the list does not have.</summary>
    async Task ReadOneAsync(ScanQuery asked, int partition, long offset, CancellationToken cancellationToken)
    {
        var one = new ScanQuery(Name)
        {
            From = new(ScanBoundKind.Offset, offset),
            To = new(ScanBoundKind.Offset, offset + 1),
            Partitions = [partition],
            Isolation = Kafka.Client.Admin.IsolationLevel.ReadUncommitted,
            BytesKept = asked.BytesKept,
        };
        await foreach (var step in Scanner.ScanAsync(Cluster.Monitor, one, Cluster.Who.Actor, CancellationToken.None, cancellationToken))
        {
            opened = step.Found.FirstOrDefault() ?? opened;
        }
    }

    void Stop()
    {
        wasStopped = true;
        stopping?.Cancel();
    }

    Task GoOnAsync() => progress?.Next is { } next ? ReadAsync(progress.Query with { Continue = next }) : Task.CompletedTask;

    FoundRecord? Find(string? place) =>
        Place(place) is { } at ? rows.FirstOrDefault(r => (r.Message.Partition, r.Message.Offset) == at) : null;

    static (int Partition, long Offset)? Place(string? at) =>
        at?.Split(':') is [var partition, var offset] && QueryNumber.Of(partition) is { } number && long.TryParse(offset, out var position)
            ? (number, position)
            : null;

    string HrefAt(FoundRecord? record) => new AskedMessages(Text).Href(Path, record is null ? null : MessageTable.Place(record));

    string? Beside(int by) => opened is not null && rows.IndexOf(opened) is >= 0 and var at && at + by >= 0 && at + by < rows.Count
        ? HrefAt(rows[at + by])
        : null;

    string BoundWords(ScanBound bound) => bound.Kind switch
    {
        ScanBoundKind.Time => Format.Moment(Reader.Clock, DateTimeOffset.FromUnixTimeMilliseconds(bound.Value)),
        ScanBoundKind.Offset => L["Messages_Bound_Offset", bound.Value],
        _ => L[$"Messages_Bound_{bound.Kind}"],
    };

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Reading records of {Topic} failed")]
    static partial void ReadingFailed(ILogger logger, string topic, Exception fault);
}
