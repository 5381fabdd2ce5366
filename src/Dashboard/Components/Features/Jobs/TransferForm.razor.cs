using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Jobs.Transfers;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Jobs;

/// <summary>Which records go where, what that comes to by topic, and the button that begins exactly that.</summary>
public sealed partial class TransferForm : CheckedForm
{
    static readonly bool[] missing = [false, true];

    JobPlan? plan;
    string? fault, planFault;

    [Inject]
    public JobRunner Runner { get; set; } = null!;

    [Inject]
    public IClusterRegistry Registry { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    /// <summary>"redrive" or "copy".</summary>
    [Parameter, EditorRequired]
    public string Kind { get; set; } = "";

    [Parameter, EditorRequired]
    public TransferDraft Draft { get; set; } = null!;

    List<string> Clusters => [.. Registry.Clusters.Where(c => c.Current.HasKafka && Cluster.Who.Actor.Sees(c.Id)).Select(c => c.Id)];

    Permission Needs => new(AccessKind.Records, AccessAction.Write, Draft.TargetCluster, Draft.ToHeader ? null : Draft.Target);

    string Presets => L["Transfer_Presets", string.Join(", ", TransferRequest.Headers)];

    bool CanStart => !Running && Checks.IsSettled && plan is { CanRun: true } && RateFault is null;

    /// <summary>Nothing is wrong yet: one has not said where to.</summary>
    bool LacksTarget => !Draft.ToHeader && string.IsNullOrWhiteSpace(Draft.Target);

    string? RateFault => Draft.Rate.Length == 0 || Draft.RecordsPerSecond > 0 ? null : L["Transfer_RateFault"];

    string DoWords => plan is not { CanRun: true, Total: { } total } ? L[$"Transfer_{Kind}Do"]
        : L[plan.IsAtMost ? $"Transfer_{Kind}DoAtMost" : $"Transfer_{Kind}DoCount", total - plan.Skipped.Values.Sum()];

    string WhyNot => CanStart ? L["Transfer_Fixed"]
        : LacksTarget ? L["Transfer_NameTarget"]
        : fault is not null ? L["Transfer_Refused"]
        : planFault is not null ? L["Command_PlanFailed", planFault]
        : plan is { CanRun: false } ? L["Transfer_Refused"] : L["NewTopic_Checking"];

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? CheckNowAsync(PlanAsync) : Task.CompletedTask;

    async Task ChangedAsync()
    {
        Forget();
        await CheckLastAsync(PlanAsync);
    }

    protected override IReadOnlyList<string> Left => Draft.IsTooLong ? ["filter"] : [];

    protected override void ShowAddress() => Navigation.NavigateTo(Draft.Href(Cluster.Topic(Topic, $"/{Kind}")), replace: true);

    async Task PlanAsync(CancellationToken cancellationToken)
    {
        (plan, planFault, fault) = (null, null, null);
        StateHasChanged();
        if (LacksTarget)
        {
            return;
        }

        try
        {
            var request = Runner.Read(Cluster.Id, Draft.Body(Kind, Topic));
            var made = await Runner.PlanAsync(request.Job, Cluster.Who.Actor, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            plan = made;
        }
        catch (Exception e) when (e is FormatException or FilterException)
        {
            fault = e.Message;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            planFault = ErrorWords.Of(L, e);
        }
    }

    /// <summary>The pace, and what goes along with a record, change nothing of the plan: they are as they stand now.</summary>
    async Task StartAsync()
    {
        JobEntry? job = null;
        if (CanStart && await RunAsync("job.start", async () =>
        {
            var request = Runner.Read(Cluster.Id, Draft.Body(Kind, Topic));
            (var result, job) = await Runner.StartAsync(request, plan!, Cluster.Who.Lasting, Gone);
            return result;
        }) && job is not null)
        {
            Receipt.Show(
                Snackbar, L, L[$"Transfer_{Kind}Begun", Topic], TimeOfDay(Now), Receipt.Audit(Cluster, Topic));
            Navigation.NavigateTo(JobWords.Href(Cluster, job.Id));
        }
    }
}
