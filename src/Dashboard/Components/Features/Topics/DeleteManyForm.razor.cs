using System.Collections.Immutable;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Monitoring.Commands;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Topics;

/// <summary>What goes with several topics, and how many there are typed before anything does.</summary>
public partial class DeleteManyForm : CommandComponent
{
    ImmutableArray<DeleteTopicPlan>? plans;
    string? planFault;
    string typed = "";

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public ImmutableArray<string> Names { get; set; } = [];

    /// <summary>How many were chosen.</summary>
    [Parameter]
    public int All { get; set; }

    /// <summary>Without those that are refused as it is.</summary>
    ImmutableArray<DeleteTopic> Doomed => [.. (plans ?? []).Where(plan => plan.CanRun).Select(plan => plan.Command)];

    string Word => $"delete {Doomed.Length}";

    bool CanDelete => !Running && Doomed.Length > 0 && typed.Trim() == Word;

    protected override async Task OnInitializedAsync()
    {
        try
        {
            var made = ImmutableArray.CreateBuilder<DeleteTopicPlan>();
            foreach (var name in Names)
            {
                made.Add(await Cluster.Monitor.Commands.PlanAsync(new DeleteTopic(name), Gone));
            }
            plans = made.ToImmutable();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            planFault = ErrorWords.Of(L, fault);
        }
    }

    async Task DeleteAsync()
    {
        var doomed = Doomed;
        if (CanDelete && await RunAsync([.. doomed]))
        {
            Confirm(L["DeleteMany_Title", doomed.Length], doomed.Length == 1 ? doomed[0].Name : "topic.delete");
            Navigation.NavigateTo(Cluster.Href("topics"));
        }
    }
}
