using System.Collections.Immutable;
using Dashboard.Components.Features.Messages.Readings;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Columns;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Model;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;

namespace Dashboard.Components.Features.Messages;

/// <summary>
/// Records of a topic: what is read and how it is shown stands in the address, and reading begins when the page is open. It ends with the
/// page, with Stop, or at the limit; what was not read is never called empty.
/// </summary>
public sealed partial class Messages : ClusterPage
{
    readonly Dictionary<string, FoundRecord?> alone = [];
    (ScanQueryText, bool)? shown;
    ScanQuery? query;
    MessageReading? reading;
    MessageForm? form;
    FoundRecord? opened;
    ImmutableArray<FoundRecord> picked = [];
    ImmutableArray<RecordColumn> columns = RecordColumn.Default;
    FormatException? fault;
    string? columnsShown, columnsFault, failure;
    bool isOpen, isOfFormer;
    int partitions;

    /// <summary>Id of the topic when reading began; empty where topics have none (KIP-516).</summary>
    Guid readOf;

    [Inject]
    public IMessageScanner Scanner { get; set; } = null!;

    [Inject]
    public Kept Kept { get; set; } = null!;

    [Inject]
    public ILogger<Messages> Logger { get; set; } = null!;

    string Path => Cluster.Topic(Name, "/messages");

    string RestPath => $"api/clusters/{Uri.EscapeDataString(Cluster.Id)}/topics/{Uri.EscapeDataString(Name)}/messages";

    string ColumnsKey => $"columns:{Cluster.Id}:{Name}";

    Reader Zoned => Zone switch
    {
        AskedMessages.Utc => Reader with { Utc = true },
        AskedMessages.Local => Reader with { Utc = false },
        _ => Reader,
    };

    ScanProgress? Progress => (reading as ScanReading)?.Progress;

    IReadOnlyList<FoundRecord> Rows => reading?.Rows ?? [];

    bool IsReading => reading is { IsRunning: true };

    bool WasStopped => reading is { WasStopped: true };

    /// <summary>False only where the cluster was read and does not have it.</summary>
    bool IsThere => Snapshot.Topics.Value is not { } topics || topics.Find(Name) is not null || Snapshot.NotAllowed.Contains(Name);

    /// <summary>Nothing was read, not even where the partitions begin.</summary>
    bool HasFailed => reading is { IsRunning: false, Failure: not null } && Progress is null;

    string Heading => query is null ? L["Messages_TitleFault"]
        : HasFailed ? L["Messages_TitleFailed"]
        : Asked.Tail ? L[WasStopped ? "Messages_TitleTailStopped" : "Messages_TitleTail", (reading as TailReading)?.Progress?.Found ?? 0]
        : IsReading || Progress is null ? L["Messages_TitleReading", Rows.Count]
        : WasStopped || reading?.Failure is not null || Progress.Partitions.Any(p => p.Error is not null)
            ? L["Messages_TitleStopped", Rows.Count]
        : query.LatestPerKey ? L["Messages_TitleLatest", Rows.Count]
        : query is { Filter: null, Continue: null, From.Kind: ScanBoundKind.Newest } ? L["Messages_TitleNewest", Rows.Count]
        : L["Messages_Title", Rows.Count];

    string Lede
    {
        get
        {
            var filter = query!.Filter is { } wanted ? L["Messages_LedeFilter", Format.Clip(wanted.Text, 80)] : "";
            return Asked.Tail ? Sentences(L["Messages_LedeTail", Name, BoundWords(query.From)], filter)
                : Sentences(
                    L["Messages_Lede", Name, BoundWords(query.From), BoundWords(query.End)], filter,
                    query.LatestPerKey ? L["Messages_LedeLatest"] : "");
        }
    }

    string FootKey => Asked.Tail ? "Messages_FootTail" : query!.LatestPerKey ? "Messages_FootLatest" : "Messages_FootTime";

    /// <summary>What of each record this reader does not see, nor find by; null: nothing.</summary>
    Concealed? Hidden => RecordMasking.For(Cluster.Who.Actor, Cluster.Id, Name) is null ? null
        : Cluster.May(Cluster.To(AccessAction.Read, AccessKind.Records, Name)) ? Concealed.Parts
        : Concealed.All;

    /// <summary>Null while nothing can be said.</summary>
    string? NothingWords => this switch
    {
        { reading: TailReading { Progress: not null } } => L["Messages_NoneYet"],
        { Progress: null } => null,
        { Progress.IsOver: false } => L["Messages_NoneSoFarTitle"],
        _ when Progress.Partitions.Any(p => p.Error is not null) => L["Messages_NoneMissing"],
        _ when !Progress.IsComplete => L["Messages_NoneSoFarTitle"],
        _ => L[query?.Filter is null ? "Messages_NoneAtAll" : "Messages_NoneFound"],
    };

    /// <summary>The records that follow, as a page of their own; null while it reads, after Stop, and at the end.</summary>
    string? NextHref => !IsReading && !WasStopped && Progress is { Next: { } next, Query: var of }
        && ContinueToken.WriteForAddress(of, next) is { } token
            ? (Shown with { Text = new(null, null, null, Limit, null, null, token) { View = View }, Pick = null }).Href(Path)
            : null;

    string? Bootstrap => Snapshot.Brokers.Value?.Brokers.FirstOrDefault(b => b.Host is not null) is { } broker
        ? $"{broker.Host}:{broker.Port}"
        : null;

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Topics.Value];

    protected override void OnSnapshot()
    {
        var topic = Snapshot.Topics.Value?.Find(Name);
        partitions = topic?.Partitions.Length ?? 0;
        // what was found stays: nobody else has it any longer
        isOfFormer |= reading is not null && (!IsThere || (topic is not null && readOf != Guid.Empty && topic.Id != readOf));
    }

    protected override void OnParametersSet()
    {
        ReadColumns();
        if ((Text, Asked.Tail) == shown)
        {
            Find();
            return;
        }

        shown = (Text, Asked.Tail);
        Forget();
        (fault, query) = (null, null);
        try
        {
            query = Text.Read(Name) with { BytesKept = MessageView.BytesKept };
            Begin();
        }
        catch (FormatException e)
        {
            fault = e;
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        if (firstRender)
        {
            isOpen = true;
            Begin();
            _ = TakeKeptColumnsAsync();
        }
    }

    void Begin()
    {
        if (!isOpen || query is null || Gone.IsCancellationRequested)
        {
            return;
        }

        readOf = Snapshot.Topics.Value?.Find(Name)?.Id ?? Guid.Empty;
        Action changed = () =>
        {
            Find();
            StateHasChanged();
        };
        reading = Asked.Tail
            ? new TailReading(Scanner, Cluster.Monitor, query, new FollowReader(Cluster.Who.Lasting, Cluster.Id, Name), Time, changed)
            : new ScanReading(Scanner, Cluster.Monitor, query, Cluster.Who.Actor, changed);
        _ = WatchAsync(reading.RunAsync());
    }

    void Forget()
    {
        reading?.Dispose();
        (reading, failure, opened, picked, isOfFormer) = (null, null, null, [], false);
        alone.Clear();
    }

    void ReadAgain()
    {
        Forget();
        Begin();
    }

    async Task WatchAsync(Task<Exception?> run)
    {
        if (await run is { } fault)
        {
            ReadingFailed(Logger, Name, fault);
        }
    }

    void Stop() => reading?.Stop();

    Task GoOnAsync() => reading switch
    {
        ScanReading scan => WatchAsync(scan.GoOnAsync()),
        TailReading tail => WatchAsync(tail.RunAsync()),
        _ => Task.CompletedTask,
    };

    /// <summary>The records that the address names: of the list, or read for themselves when the list has ended without them.</summary>
    void Find()
    {
        opened = Named(At, As, KeyAs);
        ImmutableArray<FoundRecord?> pair = [.. Shown.Picked.Select(place => Named(place))];
        picked = pair.Length == 2 && pair.All(one => one is not null) ? [.. pair.OfType<FoundRecord>()] : [];
    }

    FoundRecord? Named(string? place, string? valueFormat = null, string? keyFormat = null)
    {
        if (MessageLens.Place(place) is not { } at || query is null)
        {
            return null;
        }

        if (valueFormat is null && keyFormat is null && reading?.Find(at) is { } found)
        {
            return found;
        }

        var key = $"{place} {valueFormat} {keyFormat}";
        if (alone.TryGetValue(key, out var known))
        {
            return known;
        }

        if (isOpen && ((valueFormat ?? keyFormat) is not null || reading is TailReading || !IsReading))
        {
            alone[key] = reading?.Find(at);
            _ = ReadAloneAsync(key, at, valueFormat, keyFormat);
        }

        return alone.GetValueOrDefault(key);
    }

    async Task ReadAloneAsync(string key, (int, long) place, string? valueFormat, string? keyFormat)
    {
        try
        {
            var lens = new MessageLens(Scanner, Cluster.Monitor, Name, Cluster.Who.Actor);
            alone[key] = await lens.ReadAsync(place, Gone, keyFormat, valueFormat) ?? alone.GetValueOrDefault(key);
        }
        catch (Exception e) when (e is Kafka.Client.KafkaException or ArgumentException or OperationCanceledException)
        {
            failure = Gone.IsCancellationRequested ? null : ErrorWords.Of(L, e);
        }

        if (!Gone.IsCancellationRequested)
        {
            Find();
            StateHasChanged();
        }
    }

    void ReadColumns()
    {
        if (isOpen && Columns != columnsShown)
        {
            // chosen here: what an address says that somebody else made is not kept
            _ = Kept.SetAsync(ColumnsKey, Columns);
        }

        columnsShown = Columns;
        try
        {
            (columns, columnsFault) = (RecordColumn.Parse(Columns), null);
        }
        catch (FormatException e)
        {
            (columns, columnsFault) = (RecordColumn.Default, e.Message);
        }
    }

    async Task TakeKeptColumnsAsync()
    {
        if (Columns is null && await Kept.GetAsync(ColumnsKey) is { Length: > 0 } kept && Columns is null && !Gone.IsCancellationRequested)
        {
            Navigation.NavigateTo((Shown with { Columns = kept }).Href(Path, At), replace: true);
        }
    }

    string HrefAt(FoundRecord? record) =>
        (Shown with { As = null, KeyAs = null }).Href(Path, record is null ? null : MessageLens.PlaceOf(record));

    string? Beside(int by)
    {
        var at = Rows.Count - 1;
        while (at >= 0 && MessageLens.PlaceOf(Rows[at]) != At)
        {
            at--;
        }

        return at >= 0 && at + by >= 0 && at + by < Rows.Count ? HrefAt(Rows[at + by]) : null;
    }

    string BoundWords(ScanBound bound) => bound.Kind switch
    {
        ScanBoundKind.Time => Format.Moment(Zoned.Clock, DateTimeOffset.FromUnixTimeMilliseconds(bound.Value)),
        ScanBoundKind.Offset => L["Messages_Bound_Offset", bound.Value],
        _ => L[$"Messages_Bound_{bound.Kind}"],
    };

    public override async ValueTask DisposeAsync()
    {
        reading?.Dispose();
        await base.DisposeAsync();
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Reading records of {Topic} failed")]
    static partial void ReadingFailed(ILogger logger, string topic, Exception fault);
}
