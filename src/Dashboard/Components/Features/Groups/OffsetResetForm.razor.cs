using Dashboard.Components.Foundation.Commands;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Positions;
using Kafka.Protocol;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Groups;

/// <summary>
/// Where offsets of a group are to go, with what becomes of each partition, worked out again every few seconds. Nothing is written before
/// the click, and then what is shown.
/// </summary>
public partial class OffsetResetForm : CheckedForm
{
    static readonly TimeSpan again = TimeSpan.FromSeconds(5);

    readonly List<OffsetTargetKind> kinds = [.. Enum.GetValues<OffsetTargetKind>()];
    OffsetResetDraft draft = null!;
    OffsetResetDraft? addressed;
    OffsetResetDraft? planned;
    ResetOffsetsPlan? plan;
    string? planFault;
    string? fault;
    string? undo;
    string typed = "";
    string[] topics = [];

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public ClusterSnapshot Snapshot { get; set; } = null!;

    /// <summary>As the address has it.</summary>
    [Parameter, EditorRequired]
    public OffsetResetDraft Draft { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        var reads = Snapshot.Groups.Value?.Find(Draft.Group)?.Topics.Order(StringComparer.Ordinal).ToArray() ?? [];
        topics =
        [
            "", .. reads,
            .. (Snapshot.Topics.Value?.Topics ?? []).Where(t => !t.IsInternal).Select(t => t.Name).Except(reads),
        ];
        if (Draft != addressed)
        {
            (addressed, draft) = (Draft, Draft);
            kinds.Remove(OffsetTargetKind.Undo);
            if (draft.Kind == OffsetTargetKind.Undo)
            {
                kinds.Insert(0, OffsetTargetKind.Undo);
            }
            if (plan is not null)
            {
                Forget();
                await Checks.RunNowAsync(PlanAsync, Gone);
            }
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await RepeatAsync(again, PlanAsync, Gone, atOnce: true);
        }
    }

    Task ChooseAsync(OffsetTargetKind kind) => SetAsync(draft with
    {
        Kind = kind,
        Value = kind switch
        {
            OffsetTargetKind.Time => OffsetTarget.Text(Now.AddHours(-1).AddTicks(-(Now.Ticks % TimeSpan.TicksPerSecond))),
            OffsetTargetKind.Duration => "1h",
            OffsetTargetKind.Offset => "0",
            OffsetTargetKind.Shift => "-1000",
            _ => "",
        },
    });

    async Task SetAsync(OffsetResetDraft next)
    {
        draft = next;
        Forget();
        await Checks.RunLastAsync(
            async cancellationToken =>
            {
                addressed = draft;
                Navigation.NavigateTo(Cluster.Href(draft.Address), replace: true);
                await PlanAsync(cancellationToken);
            },
            Gone);
    }

    async Task PlanAsync(CancellationToken cancellationToken)
    {
        if (Running)
        {
            return;
        }
        var asked = draft;
        try
        {
            fault = null;
            var made = await Cluster.Monitor.Commands.PlanAsync(asked.Request(), cancellationToken);
            if (asked == draft)
            {
                (plan, planned, planFault) = (made, asked, null);
            }
        }
        catch (FormatException wrong)
        {
            (plan, planned, fault) = (null, null, asked.Value.Length == 0 ? "" : wrong.Message);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            (plan, planned, planFault) = (null, null, failed.Message);
        }
        StateHasChanged();
    }

    int Changes => plan?.Command.Changes.Length ?? 0;

    bool CanRun => !Running && Checks.IsSettled && planned == draft && plan is { CanRun: true } && Changes > 0 && typed == draft.Group;

    string? TypedFault => draft.Group.StartsWith(typed, StringComparison.Ordinal) ? null : L["Field_Differs", draft.Group];

    string WhyShut => plan is { IsActive: true, Group: { } group } ? L["Reset_OpensEmpty", draft.Group, group.Members.Length]
        : Changes == 0 ? L["Reset_NothingChanges"]
        : typed != draft.Group ? L["Delete_Opens"]
        : L["Reset_OldKept"];

    async Task WriteAsync()
    {
        if (!CanRun)
        {
            return;
        }
        undo = null;
        await RunAsync(plan!.Command);
        if (Result is { Done: > 0 } result)
        {
            undo = new OffsetResetDraft(draft.Group, "", "", OffsetTargetKind.Undo, OffsetTarget.Text(result.At)).Address;
            typed = "";
        }
        await PlanAsync(Gone);
    }

    string Title => plan switch
    {
        { ReadAgain: > 0, Skipped: 0 } => L["Reset_TitleAgain", draft.Group, plan.ReadAgain],
        { Skipped: > 0, ReadAgain: 0 } => L["Reset_TitleSkipped", draft.Group, plan.Skipped],
        { Skipped: > 0 } => L["Reset_TitleBoth", draft.Group, plan.ReadAgain, plan.Skipped],
        _ => L["Reset_Title", draft.Group],
    };

    string TopicWords(string topic) => topic.Length == 0 ? L["Reset_AllTopics"]
        : Snapshot.Topics.Value?.Find(topic) is { } known ? L["Reset_TopicPartitions", topic, known.Partitions.Length]
        : topic;

    /// <summary>Of what is worked out of where logs begin and end; the others are read when they are chosen.</summary>
    string? Effect(OffsetTargetKind kind)
    {
        if (plan is null || (kind is not (OffsetTargetKind.Earliest or OffsetTargetKind.Latest) && kind != draft.Kind))
        {
            return L.Find($"Reset_Means_{kind}");
        }

        var offsets = kind == draft.Kind ? plan.Offsets
            : [.. plan.Offsets.Select(o => PlannedOffset.Of(
                o.Topic, o.Partition, o.Before, kind == OffsetTargetKind.Earliest ? o.Begin : o.End, o.Begin, o.End))];
        var (readAgain, skipped) = (offsets.Sum(o => o.ReadAgain), offsets.Sum(o => o.Skipped));
        return offsets.Length == 0 ? L.Find($"Reset_Means_{kind}")
            : readAgain > 0 && skipped > 0 ? L["Reset_EffectBoth", readAgain, skipped]
            : readAgain > 0 ? L["Reset_EffectAgain", readAgain]
            : skipped > 0 ? L["Reset_EffectSkipped", skipped]
            : offsets.Any(o => o.Changes) ? L["Reset_EffectNew", offsets.Sum(o => o.LagAfter ?? 0)]
            : L["Reset_EffectNone"];
    }

    /// <summary>Null where it cannot be said, and in groups that the tools cannot change so.</summary>
    string? Line => fault is null && plan is { Group: { } group } && planned is not null
        ? OffsetResetTool.Line(
            Cluster.Definition?.Kafka ?? Snapshot.Brokers.Value?.Brokers.Select(b => $"{b.Host}:{b.Port}").FirstOrDefault() ?? "HOST:9092",
            planned.Request(),
            group.Kind)
        : null;

    (string, int, long?)[] Committed =>
        [.. (plan?.Offsets ?? []).Where(o => o.Before is not null).Select(o => (o.Topic, o.Partition, o.Before))];

    string Export => "data:text/csv;charset=utf-8," + Uri.EscapeDataString(OffsetList.Text(Committed, "\n") + "\n");
}
