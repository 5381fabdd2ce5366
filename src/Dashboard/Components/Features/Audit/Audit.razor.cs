using System.Collections.Immutable;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Audit;

/// <summary>Every action, as it was written to disk.</summary>
public partial class Audit : ListPage
{
    const int Read = 2000;
    const int MostWords = 120;

    ImmutableArray<AuditEntry> all = [];
    AuditEntry[] rows = [];
    List<Chip> chips = [];
    int matching;
    SectionState state;

    [Inject]
    public IAuditLog Log { get; set; } = null!;

    protected override (string Page, string DefaultSort) Defaults => ("audit", "-time");

    /// <summary>Actions change a cluster, so that a change is the time to look again.</summary>
    protected override object?[] Sections(ClusterSnapshot snapshot) =>
        [snapshot.RecentEvents.Length == 0 ? 0L : snapshot.RecentEvents[0].Sequence, snapshot.Topics.Value, snapshot.Reassignments.Value];

    /// <summary>Where the offsets that an action took away are put back, with a preview; null of what took none away.</summary>
    string? PutBack(AuditEntry entry) =>
        entry is { Outcome: not "failed", Before: not null, Action: "offsets.reset" or "offsets.delete" or "group.delete" }
            ? Cluster.Href($"reset-offsets?group={Uri.EscapeDataString(entry.Subject)}&to=undo:{Uri.EscapeDataString($"{entry.At:O}")}")
            : null;

    protected override Task OnInitializedAsync() => ReadAsync();

    protected override void OnSnapshot() => _ = InvokeAsync(ReadAsync);

    async Task ReadAsync()
    {
        try
        {
            all = [.. (await Log.ReadLastAsync(Read, Gone)).Where(e => e.Cluster == Cluster.Id)];
            state = new(true, null, Now);
        }
        catch (IOException fault)
        {
            state = new(state.HasValue, new(SectionErrorKind.Failed, "audit.jsonl", null, fault.Message, Now), state.AsOf);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        Draw();
        StateHasChanged();
    }

    protected override void OnParametersSet()
    {
        base.OnParametersSet();
        Draw();
    }

    /// <summary>The file has all of it.</summary>
    static string Short(string? text) => text is null ? Format.None : text.Length <= MostWords ? text : $"{text[..MostWords]}…";

    void Draw()
    {
        chips = Chips(
            all.Length,
            AuditWords.Outcomes.Select(o => new Chip(o, AuditWords.Outcome(L, o), all.Count(e => e.Outcome == o), AuditWords.Glyph(o))));
        var found = all
            .Where(e => List.Is.Length == 0 || e.Outcome == List.Is)
            .Where(e => List.Matches(e.Subject) || List.Matches(e.Action) || List.Matches(e.User))
            .ToArray();
        matching = found.Length;
        rows = [.. found.Skip((List.Page - 1) * List.Size).Take(List.Size)];
    }
}
