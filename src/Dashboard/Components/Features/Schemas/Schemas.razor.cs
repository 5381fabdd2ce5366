using Dashboard.Components.Foundation.Lists;
using Dashboard.Components.Foundation.Live;
using Dashboard.Messages.Registry;
using Dashboard.Messages.Subjects;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Schemas;

/// <summary>
/// The subjects of the cluster's schema registry. Their names come in one answer; what else a row shows is asked for the rows on the
/// screen.
/// </summary>
public partial class Schemas : ListPage
{
    const string DeletedOnes = "deleted";

    static readonly TimeSpan pace = TimeSpan.FromSeconds(10);

    static readonly ListShape<ListedSubject> shape = new(
        s => s.Name, new Dictionary<string, Func<ListedSubject, IComparable?>> { ["name"] = s => s.Name }, []);

    readonly HeldRows<ListedSubject> rows = new(s => s.Name);
    readonly Dictionary<string, Row> summaries = new(StringComparer.Ordinal);
    SchemaCatalog? catalog;
    Section<SubjectList> list = Section<SubjectList>.Unread;
    SubjectList? listed;
    ListRows<ListedSubject> live = new([], shape);
    ListRows<ListedSubject> deleted = new([], shape);
    List<Chip> chips = [];
    int matching;
    bool changing;

    [Inject]
    public ISchemaCatalogs Catalogs { get; set; } = null!;

    protected override (string Page, string DefaultSort) Defaults => ("schemas", "name");

    protected override int PageSize => 25;

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Topics.Value];

    string Headline => list.Value is not null ? L["Schemas_Headline", live.All.Count]
        : catalog is null ? L["Schemas_NotConfigured"]
        : list.Error is not null ? L["Schemas_Unread"] : L["Nav_Schemas"];

    protected override void OnInitialized()
    {
        catalog = Catalogs.Of(Cluster.Id);
        list = catalog?.List ?? list;
        base.OnInitialized();
    }

    protected override void OnSnapshot()
    {
        if (listed != list.Value)
        {
            listed = list.Value;
            var seen = listed!.Subjects.Where(s => Cluster.May(Cluster.To(AccessAction.Read, AccessKind.Schemas, s.Name))).ToList();
            live = new([.. seen.Where(s => !s.IsDeleted)], shape);
            deleted = new([.. seen.Where(s => s.IsDeleted)], shape);
        }

        chips = Chips(live.All.Count, [new Chip(DeletedOnes, L["Schemas_Deleted"], deleted.All.Count, "killed")]);
        var all = List.Is == DeletedOnes ? deleted : live;
        (var part, matching) = all.Part(List);
        rows.Set(part, all.Find, List);
    }

    protected override void Hold(bool held) => rows.Held = held;

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        if (catalog is null)
        {
            return;
        }

        if (firstRender)
        {
            _ = RepeatAsync(pace, ReadAsync, Gone, atOnce: true);
        }

        foreach (var subject in rows.Shown.Where(s => !s.IsDeleted && summaries.TryAdd(s.Name, new(null, null))))
        {
            _ = SummarizeAsync(subject.Name);
        }
    }

    /// <summary>Topics whose subject it is by name, of those that are there.</summary>
    IReadOnlySet<string> Topics(string subject) =>
        SchemaUsers.ExactlyNamedAfter(subject, topic => Snapshot.Topics.Value?.Find(topic) is not null);

    async Task ReadAsync(CancellationToken gone)
    {
        list = await catalog!.ReadListAsync().WaitAsync(gone);
        // a summary that is over is asked for again, and stands until then
        foreach (var name in rows.Shown.Select(s => s.Name).Where(summaries.ContainsKey))
        {
            _ = SummarizeAsync(name);
        }

        OnSnapshot();
        StateHasChanged();
    }

    async Task SummarizeAsync(string subject)
    {
        var before = summaries.GetValueOrDefault(subject);
        Row row;
        try
        {
            row = new(await catalog!.SummaryAsync(subject).WaitAsync(Gone), null);
        }
        catch (RegistryException e)
        {
            row = new(null, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }

        summaries[subject] = row;
        if (row != before)
        {
            await InvokeAsync(StateHasChanged);
        }
    }

    async Task ClosedAsync()
    {
        changing = false;
        await ReadAsync(Gone);
    }

    /// <param name="Summary">Null while it is read, or when it could not be.</param>
    sealed record Row(SubjectSummary? Summary, string? Fault);
}
