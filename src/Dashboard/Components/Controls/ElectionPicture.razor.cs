using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Controls;

/// <summary>One election as lanes: a lane a server, cards for the vote it holds, arrows for the votes it hears.</summary>
public partial class ElectionPicture : UiComponent
{
    const int Lane = 280;

    /// <summary>Arrows drawn; votes that change nothing are the first to be left out.</summary>
    const int MaxArrows = 14;

    readonly List<Drawn> events = [];
    int[] lanes = [];
    int height;
    int hidden;

    [Parameter, EditorRequired]
    public ElectionView Election { get; set; } = null!;

    [Parameter, EditorRequired]
    public ImmutableArray<ServerInfo> Servers { get; set; } = [];

    /// <summary>Elections before this one that are remembered.</summary>
    [Parameter]
    public int Earlier { get; set; }

    /// <summary>The epoch that the elected leader opened, when it is known; else the one after that of the votes.</summary>
    [Parameter]
    public long? OpenedEpoch { get; set; }

    long Opened => OpenedEpoch ?? Math.Max(Election.Epoch ?? 0, Election.Steps.Select(s => s.VoteEpoch).DefaultIfEmpty().Max() + 1);

    int Width => Math.Max(1, lanes.Length) * Lane - 40;

    int X(int lane) => 120 + lane * Lane;

    protected override void OnParametersSet()
    {
        lanes = [.. Election.Steps.Select(s => s.Server).Union(Election.Steps.Select(s => s.From ?? s.Server)).Distinct().Order()];
        var steps = Chosen();
        events.Clear();
        var (y, number) = (44, 0);
        foreach (var initial in steps.Where(s => s.Kind == "initial").DistinctBy(s => s.Server))
        {
            events.Add(new(initial, y, LaneOf(initial.Server), 0, null));
        }
        y += 72;
        foreach (var step in steps.Where(s => s.Kind is "received" or "changed"))
        {
            if (step is { Kind: "received", From: { } from } && from != step.Server)
            {
                events.Add(new(step, y, LaneOf(step.Server), LaneOf(from), ++number));
                y += 36;
            }
            else if (step.Kind == "changed")
            {
                events.Add(new(step, y - 20, LaneOf(step.Server), 0, null));
                y += 44;
            }
        }
        foreach (var decided in steps.Where(s => s.Kind == "decided").GroupBy(s => s.Server).Select(s => s.Last()))
        {
            events.Add(new(decided, y - 4, LaneOf(decided.Server), 0, null));
        }
        height = y + 52;
    }

    /// <summary>All steps, or without the votes that changed nothing when there are too many to draw.</summary>
    List<VoteStep> Chosen()
    {
        var arrows = Election.Steps.Where(s => s.Kind == "received" && s.From != s.Server).ToList();
        var wins = arrows.Where(s => s.Verdict.StartsWith("higher", StringComparison.Ordinal) || s.Verdict is "majority" or "settled").Take(MaxArrows).ToHashSet();
        var rest = arrows.Where(s => !wins.Contains(s)).Take(Math.Max(0, MaxArrows - wins.Count)).ToHashSet();
        hidden = arrows.Count - wins.Count - rest.Count;
        return [.. Election.Steps.Where(s => s.Kind != "received" || wins.Contains(s) || rest.Contains(s))];
    }

    int LaneOf(int server) => Math.Max(0, Array.IndexOf(lanes, server));

    string NameOf(int id) => Servers.FirstOrDefault(s => s.ServerId == id)?.Name ?? $"zk{id}";

    string CardWords(VoteStep step) => step.Kind switch
    {
        "initial" => L["Election_VotesForItself"],
        "changed" => L["Election_ChangesTo", NameOf(step.VoteLeader)],
        _ => step.Verdict == "leading" ? L["Election_Opens", Opened] : L["Election_Follows", NameOf(step.VoteLeader)],
    };

    /// <param name="Number">Of an arrow; null for a card.</param>
    sealed record Drawn(VoteStep Step, int Y, int Lane, int From, int? Number);
}
