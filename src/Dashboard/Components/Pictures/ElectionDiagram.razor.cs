using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pictures;

/// <summary>
/// Lanes of an election: a lane a server, cards for the vote it holds, arrows for the votes it hears. The narrow form fits a phone's width
/// with up to five servers: its arrows bear their number alone, and the words stand in the list beside it.
/// </summary>
public partial class ElectionDiagram : UiComponent
{
    const int WideLane = 280, NarrowWidth = 340;

    /// <summary>Lanes with room for words on a card, in the narrow form.</summary>
    const int LanesWithWords = 3;

    readonly List<Placed> placed = [];
    int[] lanes = [];
    int lane;
    int half;
    int width;
    int height;

    [Parameter, EditorRequired]
    public ElectionView Election { get; set; } = null!;

    /// <summary>Steps in the order of the picture; an arrow has its number.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<(VoteStep Step, int? Number)> Drawn { get; set; } = [];

    [Parameter, EditorRequired]
    public Func<int, string> Name { get; set; } = null!;

    [Parameter]
    public bool Narrow { get; set; }

    bool HasWords => !Narrow || lanes.Length <= LanesWithWords;

    int X(int at) => lane * at + (Narrow ? lane / 2 : 120);

    protected override void OnParametersSet()
    {
        lanes = [.. Election.Steps.Select(s => s.Server).Union(Election.Steps.Select(s => s.From ?? s.Server)).Distinct().Order()];
        // more than five lanes are not squeezed into the width of a telephone: the picture gets wider and scrolls
        lane = Narrow ? NarrowWidth / Math.Clamp(lanes.Length, 1, 5) : WideLane;
        half = Narrow ? lane / 2 - 4 : 96;
        width = Narrow ? Math.Max(NarrowWidth, lane * lanes.Length) : Math.Max(1, lanes.Length) * WideLane - 40;
        placed.Clear();
        var y = 44;
        foreach (var (initial, _) in Drawn.Where(d => d.Step.Kind == "initial"))
        {
            placed.Add(new(initial, y, LaneOf(initial.Server), 0, null));
        }
        y += 72;
        foreach (var (step, number) in Drawn.Where(d => d.Step.Kind is "received" or "changed"))
        {
            if (number is not null)
            {
                placed.Add(new(step, y, LaneOf(step.Server), LaneOf(step.From!.Value), number));
                y += 36;
            }
            else
            {
                placed.Add(new(step, y - 20, LaneOf(step.Server), 0, null));
                y += 44;
            }
        }
        foreach (var (decided, _) in Drawn.Where(d => d.Step.Kind == "decided"))
        {
            placed.Add(new(decided, y - 4, LaneOf(decided.Server), 0, null));
        }
        height = y + 52;
    }

    int LaneOf(int server) => Math.Max(0, Array.IndexOf(lanes, server));

    string CardWords(VoteStep step) => step.Kind switch
    {
        "initial" => L[Election.Kind == ElectionKind.Election ? "Election_VotesForItself" : "Election_AsksWhoLeads"],
        "changed" => L["Election_ChangesTo", Name(step.VoteLeader)],
        _ when step.Verdict != "leading" => L["Election_Follows", Name(step.VoteLeader)],
        _ => Election.Epoch is { } epoch ? L["Election_Opens", epoch] : L["Election_Won"],
    };

    /// <param name="Number">Of an arrow; null for a card.</param>
    sealed record Placed(VoteStep Step, int Y, int Lane, int From, int? Number);
}
