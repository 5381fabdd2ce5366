using System.Collections.Immutable;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Dashboard.Components.Features.Topics;

/// <summary>All topics, worst first: filtered, sorted, folded and cut to a page on the server.</summary>
public partial class Topics : ListPage
{
    static readonly TimeSpan again = TimeSpan.FromSeconds(5);

    readonly HeldRows<TopicLine> rows = new(line => line.Name);
    TopicList topics = null!;
    TopicView view = TopicView.Default;
    List<Chip> chips = [];
    ImmutableArray<BrokerInfo> brokers = [];
    IReadOnlyDictionary<string, LastRecord> last = ImmutableDictionary<string, LastRecord>.Empty;
    int matching;

    /// <summary>The topic that the menu of a row was last asked for.</summary>
    string? menuOf;

    /// <summary>Topics with a mark, also of other pages of the list, in the order in which they got it.</summary>
    readonly List<string> chosen = [];

    /// <summary>What the browser keeps was asked for: only then what differs from it is kept.</summary>
    bool isKept;

    ImmutableSortedSet<string> stars = [];

    [Inject]
    internal Kept Browser { get; set; } = null!;

    [Inject]
    public ILastRecords LastRecords { get; set; } = null!;

    [Inject]
    public ISnackbar Snackbar { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? Columns { get; set; }

    [SupplyParameterFromQuery]
    public string? Internal { get; set; }

    [SupplyParameterFromQuery(Name = "favourites")]
    public string? Starred { get; set; }

    [SupplyParameterFromQuery]
    public string? Tree { get; set; }

    [SupplyParameterFromQuery(Name = "open")]
    public string? Folders { get; set; }

    protected override (string Page, string DefaultSort) Defaults => ("topics", "-state");

    protected override IReadOnlyList<int> PageSizes => [25, 50, 100, 200];

    protected override IReadOnlyList<(string Name, string Value)> More => view.Query;

    /// <summary>The same rows, all of them, as a file.</summary>
    string Csv => (List with
    {
        Path = $"api/clusters/{Uri.EscapeDataString(Cluster.Id)}/topics.csv",
        DefaultSize = List.Size,
        More = [.. List.More.Where(one => one.Name == "internal")],
    }).Href(page: 1);

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
        [snapshot.Topics, snapshot.Offsets, snapshot.LogDirs, snapshot.TopicConfigs.Value, snapshot.Groups.Value, snapshot.Brokers.Value];

    protected override void OnParametersSet()
    {
        view = TopicView.Of(name => name switch
        {
            "columns" => Columns,
            "internal" => Internal,
            "favourites" => Starred,
            "tree" => Tree,
            _ => Folders,
        });
        base.OnParametersSet();
        Keep();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await RecallAsync();
            await RepeatAsync(again, ReadLastAsync, Gone, atOnce: true);
        }
    }

    protected override void OnSnapshot()
    {
        brokers = Snapshot.Brokers.Value?.Brokers ?? [];
        topics = TopicList.Of(Snapshot);
        chips = Chips(topics.Rows, kind => L[$"Topics_Is_{kind}"]);
        if (view.Query.Length == 0)
        {
            (var part, matching) = topics.Rows.Part(List);
            rows.Set([.. part.Select(TopicLine.Of)], name => topics.Rows.Find(name) is { } row ? TopicLine.Of(row) : null, List);
            return;
        }
        var lines = Lines();
        (var some, matching) = List.Cut(lines);
        var now = new Lazy<Dictionary<string, TopicLine>>(() => lines.ToDictionary(line => line.Name));
        rows.Set(some, name => now.Value.GetValueOrDefault(name), List);
    }

    /// <summary>With a text to find, every folder that has some of it is open.</summary>
    TopicLine[] Lines()
    {
        var found = topics.Rows.Found(List, row => !(view.HidesInternal && row.Topic.IsInternal)
            && (view.Favourites != Favourites.Only || stars.Contains(row.Topic.Name)));
        var ordered = view.Favourites == Favourites.First
            ? found.OrderByDescending(row => stars.Contains(row.Topic.Name))
            : found.AsEnumerable();
        return view.Tree is { } separator
            ? [.. TopicTree.Lines(ordered, separator, folder => List.Text.Length > 0 || view.Open.Contains(folder))]
            : [.. ordered.Select(TopicLine.Of)];
    }

    protected override void Hold(bool held) => rows.Held = held;

    void Choose(string name)
    {
        if (!chosen.Remove(name))
        {
            chosen.Add(name);
        }
    }

    /// <summary>The page that asks has them in its address.</summary>
    string Chosen(string page) =>
        Cluster.Href($"{page}?{string.Join('&', chosen.Select(name => $"topic={Uri.EscapeDataString(name)}"))}");

    string Fold(TopicLine folder) => (List with { More = view.Fold(folder.Name).Query }).Href();

    string Headline => Tell(Verdicts.Topics(Snapshot, topics.Counts));

    /// <summary>What the rows say was true once.</summary>
    bool IsOld => Snapshot.Topics.Error is not null || Snapshot.Brokers.Value is { NoneAnswers: true };

    string LastWords(TopicLine line) => last.GetValueOrDefault(line.Name) switch
    {
        null => L["Value_Reading"],
        { IsKnown: false } => L["Value_NoAnswer"],
        { At: { } at } => Clock(at),
        _ => Format.None,
    };

    /// <summary>Of the rows on the screen, while the column is there.</summary>
    async Task ReadLastAsync(CancellationToken gone)
    {
        var shown = view.Shows("last") ? rows.Shown.Where(line => line.Topic is not null).Select(line => line.Name).ToList() : [];
        if (shown.Count > 0)
        {
            last = await LastRecords.ReadAsync(Cluster.Monitor.Data, shown, gone);
            StateHasChanged();
        }
    }
}
