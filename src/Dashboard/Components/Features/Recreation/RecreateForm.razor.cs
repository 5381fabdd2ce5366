using System.Text.Json;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Recreation;

/// <summary>
/// What goes with a topic and what comes again, and its name typed before anything does. Where it is gone and was not created again, all
/// that it takes stands here, with the button for it.
/// </summary>
public partial class RecreateForm : CheckedForm
{
    const int ShownRows = 200;

    static readonly JsonSerializerOptions indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    RecreateTopicPlan? plan;
    string? planFault;
    string typed = "";

    /// <summary>What creates the topic as it was.</summary>
    CreateTopic? lost;

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    Permission ToCreate => Cluster.To(AccessAction.Create, name: Topic);

    string? NameFault => Topic.StartsWith(typed, StringComparison.Ordinal) ? null : L["Field_Differs", Topic];

    bool CanRecreate => !Running && lost is null && Checks.IsSettled && plan is { CanRun: true } && typed == Topic && Cluster.May(ToCreate);

    string WhyNot => CanRecreate || Running || lost is not null ? ""
        : !Cluster.May(ToCreate) ? AccessWords.WhyNot(L, Cluster.Who.Actor, ToCreate, Cluster.Monitor.Current.Name)
        : planFault is not null ? L["Command_PlanFailed", planFault]
        : !Checks.IsSettled || plan is null ? L["NewTopic_Checking"]
        : !plan.CanRun ? L["NewTopic_Refused"] : L["Delete_Opens"];

    /// <summary>A body for POST topics.</summary>
    string Body => JsonSerializer.Serialize(
        new { name = lost!.Name, assignment = lost.Assignment!.OrderBy(p => p.Key).ToDictionary(), configs = lost.Configs }, indented);

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? CheckNowAsync(PlanAsync) : Task.CompletedTask;

    async Task PlanAsync(CancellationToken cancellationToken)
    {
        try
        {
            var made = await Cluster.Monitor.Commands.PlanAsync(new RecreateTopic(Topic), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            (plan, planFault) = (made, null);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            (plan, planFault) = (null, ErrorWords.Of(L, fault));
        }
    }

    async Task RecreateAsync()
    {
        if (CanRecreate && await RunAsync(plan!.Command))
        {
            Leave();
            return;
        }

        lost = Result?.Again;
        typed = "";
    }

    async Task CreateAgainAsync()
    {
        if (lost is not null && await RunAsync(lost))
        {
            Leave();
        }
    }

    void Leave()
    {
        Confirm(L["Recreate_Done", Topic], Topic);
        Navigation.NavigateTo(Cluster.Topic(Topic));
    }
}
