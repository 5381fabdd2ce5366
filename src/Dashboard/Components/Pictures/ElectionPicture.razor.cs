using System.Collections.Immutable;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pictures;

/// <summary>One election, or one question who leads: as lanes, and told step by step.</summary>
public partial class ElectionPicture : UiComponent
{
    /// <summary>Arrows drawn; votes that change nothing are the first to be left out.</summary>
    const int MaxArrows = 14;

    List<(VoteStep Step, int? Number)> drawn = [];
    int hidden;

    [Parameter, EditorRequired]
    public ElectionView Election { get; set; } = null!;

    [Parameter, EditorRequired]
    public ImmutableArray<ServerInfo> Servers { get; set; } = [];

    /// <summary>Others that are remembered.</summary>
    [Parameter]
    public int Others { get; set; }

    protected override void OnParametersSet()
    {
        var steps = Chosen();
        var number = 0;
        drawn =
        [
            .. steps.Where(s => s.Kind == "initial").DistinctBy(s => s.Server).Select(s => (s, (int?)null)),
            .. steps.Where(s => s.Kind == "changed" || IsArrow(s)).Select(s => (s, IsArrow(s) ? ++number : (int?)null)),
            .. steps.Where(s => s.Kind == "decided").GroupBy(s => s.Server).Select(s => (s.Last(), (int?)null)),
        ];
    }

    static bool IsArrow(VoteStep step) => step is { Kind: "received", From: { } from } && from != step.Server;

    /// <summary>All steps, or without the votes that changed nothing when there are too many to draw.</summary>
    List<VoteStep> Chosen()
    {
        var arrows = Election.Steps.Where(IsArrow).ToList();
        // messages that decided something first: of a busy election the others alone would fill the picture
        var wins = arrows.Where(s => s.Verdict.StartsWith("higher", StringComparison.Ordinal) || s.Verdict is "majority" or "settled")
            .Take(MaxArrows).ToHashSet();
        var rest = arrows.Where(s => !wins.Contains(s)).Take(Math.Max(0, MaxArrows - wins.Count)).ToHashSet();
        hidden = arrows.Count - wins.Count - rest.Count;
        // in a newer round a server casts its own vote again, which changes nothing
        return
        [
            .. Election.Steps.Where(s => s.Kind == "received"
                ? wins.Contains(s) || rest.Contains(s)
                : s.Kind != "changed" || s.VoteLeader != s.Server),
        ];
    }

    string NameOf(int id) => Servers.FirstOrDefault(s => s.ServerId == id)?.Name ?? $"zk{id}";

    bool IsOutcome(VoteStep step) =>
        step is { Kind: "decided", Verdict: "leading" } || (Election.Kind == ElectionKind.Rejoin && step.Kind == "decided");

    string Outcome(VoteStep decided) => decided.Verdict != "leading" ? L["Told_joined", NameOf(decided.Server), NameOf(decided.VoteLeader)]
        : Election.Epoch is { } epoch ? L["Told_leading", NameOf(decided.Server), epoch]
        : L["Told_won", NameOf(decided.Server)];
}
