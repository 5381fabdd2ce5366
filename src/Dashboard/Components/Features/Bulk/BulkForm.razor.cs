using System.Collections.Immutable;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Bulk;

/// <summary>
/// The same done to several topics: what it comes to of each, their number typed before anything is done, and a result of each. One that
/// fails keeps no other from being tried.
/// </summary>
public partial class BulkForm : CommandComponent
{
    /// <summary>So many are planned at once.</summary>
    const int AtOnce = 8;

    ImmutableArray<BulkRow>? rows;
    string? planFault;
    string? planned;
    string typed = "";
    DateTimeOffset? asOf;
    ImmutableDictionary<string, CommandResult> results = ImmutableDictionary<string, CommandResult>.Empty;

    [Parameter, EditorRequired]
    public ImmutableArray<string> Names { get; set; } = [];

    /// <summary>How many were chosen.</summary>
    [Parameter]
    public int All { get; set; }

    /// <summary>What is to be done, in a text: another one is planned anew.</summary>
    [Parameter]
    public string Asked { get; set; } = "";

    [Parameter, EditorRequired]
    public Func<string, CancellationToken, Task<BulkRow>> Plan { get; set; } = null!;

    /// <summary>"purge": typed with the number before it is done.</summary>
    [Parameter, EditorRequired]
    public string Verb { get; set; } = "";

    [Parameter, EditorRequired]
    public Permission Needs { get; set; }

    [Parameter, EditorRequired]
    public string Do { get; set; } = "";

    [Parameter]
    public bool Danger { get; set; }

    ImmutableArray<BulkRow> ToRun => [.. (rows ?? []).Where(row => row.Command is not null && !IsDone(row))];

    string Word => $"{Verb} {ToRun.Length}";

    bool CanRun => !Running && planned == Asked && ToRun.Length > 0 && typed.Trim() == Word;

    string Words => Running ? L["Bulk_Running", results.Count, (rows ?? []).Length]
        : results.Count > 0 ? L["Bulk_Ended", results.Values.Count(one => one.Succeeded), results.Values.Count(one => !one.Succeeded)]
        : rows is not null && planned != Asked ? L["NewTopic_Checking"]
        : "";

    bool IsDone(BulkRow row) => results.TryGetValue(row.Topic, out var result) && result.Succeeded;

    protected override async Task OnParametersSetAsync()
    {
        if (planned == Asked)
        {
            return;
        }

        results = results.Clear();
        typed = "";
        await PlanAllAsync(Asked);
    }

    async Task PlanAllAsync(string asked)
    {
        try
        {
            var made = ImmutableArray.CreateBuilder<BulkRow>();
            foreach (var some in Names.Chunk(AtOnce))
            {
                made.AddRange(await Task.WhenAll(some.Select(name => Plan(name, Gone))));
            }

            if (asked == Asked)
            {
                (rows, planned, planFault, asOf) = (made.ToImmutable(), asked, null, Now);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            (rows, planFault) = (null, ErrorWords.Of(L, fault));
        }
    }

    async Task RunAllAsync()
    {
        if (!CanRun)
        {
            return;
        }

        foreach (var row in ToRun)
        {
            await RunAsync(row.Command!);
            if (Result is not { } result)
            {
                break; // a fault of this program: it would meet the others as well
            }

            results = results.SetItem(row.Topic, result);
            StateHasChanged();
        }

        planFault = Failure;
        typed = "";
    }

    static string? Css(BulkRow row, CommandResult? done) => done is { Succeeded: false } ? "is-bad" : row.Command is null ? "is-old" : null;

    static string GlyphOf(CommandResult done) => done.End switch
    {
        CommandEnd.Done => "ok",
        CommandEnd.Unknown => "stale",
        _ => "bad",
    };

    string WordsOf(CommandResult done) => done.End switch
    {
        CommandEnd.Done => L["Audit_Outcome_done"],
        CommandEnd.Unknown => $"{L["Command_Unknown"]} {string.Join("; ", done.Seen.Select(seen => seen.Words))}",
        _ => string.Join("; ", done.Faults.Select(fault => $"{fault.Code} {fault.Message}").Distinct()),
    };
}
