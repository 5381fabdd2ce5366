using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Positions;
using Kafka.Protocol;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace Dashboard.Components.Features.Groups;

/// <summary>
/// Where offsets of a group are to go, with what becomes of each partition, worked out again every few seconds. Nothing is written before
/// the click, and then what is shown.
/// </summary>
public partial class OffsetResetForm : CheckedForm
{
    /// <summary>Of a list, in characters.</summary>
    const int LongestList = 200_000;

    /// <summary>In bytes: one of all groups is reduced to what it has of this one.</summary>
    const int LongestFile = 16 << 20;

    static readonly TimeSpan again = TimeSpan.FromSeconds(5);

    /// <summary>What was typed of each choice: it is there again when the choice is.</summary>
    readonly Dictionary<OffsetTargetKind, string> values = [];
    OffsetEffects effects = null!;

    readonly List<OffsetTargetKind> kinds = [.. Enum.GetValues<OffsetTargetKind>()];
    OffsetResetDraft draft = null!;
    AddressEcho? echo;
    OffsetResetDraft? planned;
    ResetOffsetsPlan? plan;
    string? planFault;
    string? fault;
    string? undo;
    (string List, ListedOffsets Read)? file;
    string typed = "";
    string[] topics = [];

    [Parameter, EditorRequired]
    public ClusterSnapshot Snapshot { get; set; } = null!;

    /// <summary>As the address has it.</summary>
    [Parameter, EditorRequired]
    public OffsetResetDraft Draft { get; set; } = null!;

    protected override IReadOnlyList<string> Left => draft.IsTooLong ? ["offsets"] : [];

    protected override void OnInitialized()
    {
        effects = new(Time);
        var now = Now;
        values[OffsetTargetKind.Time] = OffsetTarget.Text(now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)).AddHours(-1));
        values[OffsetTargetKind.Duration] = "1h";
        values[OffsetTargetKind.Shift] = "-1000";
    }

    protected override async Task OnParametersSetAsync()
    {
        var reads = Snapshot.Groups.Value?.Find(Draft.Group)?.Topics.Order(StringComparer.Ordinal).ToArray() ?? [];
        topics =
        [
            "", .. reads,
            .. (Snapshot.Topics.Value?.Topics ?? []).Where(t => !t.IsInternal).Select(t => t.Name).Except(reads),
        ];
        // by the address: a list that is longer than it takes is on the page alone
        echo ??= new(Time);
        if (echo.IsChosen(Draft.Address))
        {
            draft = Draft;
            values[draft.Kind] = draft.Value;
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
            await RepeatAsync(again, LookAsync, Gone, atOnce: true);
        }
    }

    /// <summary>The preview first, then what the other choices would come to.</summary>
    async Task LookAsync(CancellationToken cancellationToken)
    {
        await PlanAsync(cancellationToken);
        if (plan is not null)
        {
            OffsetTargetKind[] asked =
                [OffsetTargetKind.Time, OffsetTargetKind.Duration, OffsetTargetKind.Group, OffsetTargetKind.List];
            var choices = asked.Where(kind => kind != draft.Kind).Select(Choice).Where(choice => choice.Value.Length > 0);
            await effects.ReadAsync(
                IsOfAll ? choices : choices.Prepend(Choice(OffsetTargetKind.Earliest)), Cluster.Monitor.Commands, cancellationToken);
            StateHasChanged();
        }
    }

    /// <summary>The draft with another choice, and what was typed of that.</summary>
    OffsetResetDraft Choice(OffsetTargetKind kind) => draft with { Kind = kind, Value = values.GetValueOrDefault(kind, "") };

    Task ChooseAsync(OffsetTargetKind kind)
    {
        var chosen = Choice(kind);
        return SetAsync(kind == OffsetTargetKind.Offset && chosen.Value.Length == 0 ? chosen with { Value = "0" } : chosen);
    }

    /// <summary>As kafka-consumer-groups.sh --export writes them, of this group or of all.</summary>
    async Task ReadFileAsync(InputFileChangeEventArgs chosen)
    {
        try
        {
            using var reader = new StreamReader(chosen.File.OpenReadStream(LongestFile, Gone));
            var list = (await reader.ReadToEndAsync(Gone)).Trim();
            var read = Read(list);
            if (read is { OtherRows: > 0, Offsets.IsEmpty: false })
            {
                list = OffsetList.Text(read.Offsets.Select(o => (o.Key.Topic, o.Key.Partition, o.Value)), "\n");
                file = (list, read);
            }
            if (list.Length > LongestList)
            {
                fault = L["Reset_ListFault", chosen.File.Name, LongestList];
                return;
            }
            await SetAsync(draft with { Value = list });
        }
        catch (IOException)
        {
            fault = L["Reset_FileFault", chosen.File.Name, LongestFile];
        }
    }

    /// <summary>Null where it cannot be read, which is said at the field.</summary>
    ListedOffsets? Read(string list)
    {
        try
        {
            return OffsetList.Parse(list, draft.Group);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    async Task SetAsync(OffsetResetDraft next)
    {
        draft = next;
        values[next.Kind] = next.Value;
        Forget();
        await CheckLastAsync(PlanAsync);
    }

    protected override void ShowAddress()
    {
        echo!.Put(draft.Address);
        Navigation.NavigateTo(Cluster.Href(draft.Address), replace: true);
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

    /// <summary>Of every choice that has its value; what the preview has not is asked beside it.</summary>
    string? Effect(OffsetTargetKind kind)
    {
        var choice = kind == draft.Kind ? draft : Choice(kind);
        var offsets = plan is null ? null
            : kind == draft.Kind ? plan.Offsets
            : WorkedOut(choice) ?? effects.Find(choice);
        return offsets is not { Length: > 0 } some ? L.Find($"Reset_Means_{kind}")
            : kind == draft.Kind || choice.Value.Length is 0 or > 40 ? Words(some)
            : $"{choice.Value}: {Words(some)}";
    }

    /// <summary>The preview has every partition: what is given from elsewhere may name others, or none.</summary>
    bool IsOfAll => plan is { Offsets.Length: > 0 }
        && draft.Kind is not (OffsetTargetKind.Group or OffsetTargetKind.List or OffsetTargetKind.Undo);

    /// <summary>From where each log begins and ends, and what is committed there; null: that does not tell.</summary>
    ImmutableArray<PlannedOffset>? WorkedOut(OffsetResetDraft choice)
    {
        if ((IsOfAll ? plan!.Offsets : effects.Find(Choice(OffsetTargetKind.Earliest))) is not { } logs)
        {
            return null;
        }

        var isNumber = long.TryParse(choice.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        Func<PlannedOffset, long?>? wanted = choice.Kind switch
        {
            OffsetTargetKind.Earliest => o => o.Begin,
            OffsetTargetKind.Latest => o => o.End,
            OffsetTargetKind.Offset when isNumber => _ => number,
            OffsetTargetKind.Shift when isNumber => o => o.Before + Math.Clamp(number, -int.MaxValue * 1000L, int.MaxValue * 1000L),
            _ => null,
        };
        return wanted is null ? null
            : [.. logs.Where(o => wanted(o) is not null).Select(o =>
                PlannedOffset.Of(o.Topic, o.Partition, o.Before, wanted(o), o.Begin, o.End))];
    }

    string Words(ImmutableArray<PlannedOffset> offsets) => (offsets.Sum(o => o.ReadAgain), offsets.Sum(o => o.Skipped)) switch
    {
        ( > 0 and var readAgain, > 0 and var skipped) => L["Reset_EffectBoth", readAgain, skipped],
        ( > 0 and var readAgain, _) => L["Reset_EffectAgain", readAgain],
        (_, > 0 and var skipped) => L["Reset_EffectSkipped", skipped],
        _ => offsets.Any(o => o.Changes) ? L["Reset_EffectNew", offsets.Sum(o => o.LagAfter ?? 0)] : L["Reset_EffectNone"],
    };

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
