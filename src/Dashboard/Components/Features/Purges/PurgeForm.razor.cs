using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Monitoring.Commands;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Purges;

/// <summary>Which records go, what that comes to by partition, and the topic's name typed before anything does.</summary>
public partial class PurgeForm : CheckedForm
{
    const int ShownRows = 200;

    PurgeChoice choice = new();
    PurgeRecordsPlan? plan;
    string? planFault;
    string fault = "";
    string typed = "";

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    protected override string PagePath => Cluster.Topic(Topic, "/purge");

    /// <summary>As in REST: "end", "time:…", or offsets as "0:100,1:200".</summary>
    protected override IEnumerable<AddressField> InAddress =>
        [new("before", () => choice.Address, text => choice = PurgeChoice.Of(text))];

    string? Fault => fault.Length == 0 ? null
        : L[choice.Chosen == PurgeChoice.Kind.Time ? "Purge_TimeFault" : "Purge_OffsetsFault", fault];

    /// <summary>The time that an age comes to.</summary>
    string? TimeIs => choice.Command(Topic, Reader.Clock, Now, out _) is { Before: { } time } ? L["Purge_TimeIs", Clock(time)] : null;

    string? NameFault => Topic.StartsWith(typed, StringComparison.Ordinal) ? null : L["Field_Differs", Topic];

    bool CanPurge => !Running && Checks.IsSettled && plan is { CanRun: true, Records: > 0 } && typed == Topic;

    string WhyNot => CanPurge ? ""
        : Fault is { } what ? what
        : planFault is not null ? L["Command_PlanFailed", planFault]
        : !Checks.IsSettled ? L["NewTopic_Checking"]
        : plan is { CanRun: false } ? L["NewTopic_Refused"]
        : plan is { Records: 0 } ? L["Plan_NothingPurged"] : L["Delete_Opens"];

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? CheckNowAsync(PlanAsync) : Task.CompletedTask;

    Task ChooseAsync(PurgeChoice.Kind kind)
    {
        choice.Chosen = kind;
        return ChangedAsync();
    }

    async Task ChangedAsync()
    {
        Forget();
        await CheckLastAsync(PlanAsync);
    }

    async Task PlanAsync(CancellationToken cancellationToken)
    {
        plan = null;
        if (choice.Command(Topic, Reader.Clock, Now, out fault) is not { } command)
        {
            return;
        }
        fault = "";
        try
        {
            var made = await Cluster.Monitor.Commands.PlanAsync(command, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            (plan, planFault) = (made, null);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            (plan, planFault) = (null, failed.Message);
        }
    }

    async Task PurgeAsync()
    {
        if (CanPurge && await RunAsync(plan!.Command))
        {
            Confirm(L["Purge_Done", Topic], Topic);
            typed = "";
            await Checks.RunNowAsync(PlanAsync, Gone);
        }
    }
}
