using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Components.Controls;
using Dashboard.Localization;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Dialogs;

/// <summary>A new topic: settings on the left, on the right what they would get now. The preview follows 300 ms after the last key and is checked by Kafka.</summary>
public partial class CreateTopicForm : CommandComponent
{
    const int ShownRows = 64;

    static readonly string[] knownConfigs =
        ["cleanup.policy", "compression.type", "delete.retention.ms", "max.message.bytes", "min.insync.replicas", "retention.bytes", "retention.ms", "segment.bytes", "segment.ms", "unclean.leader.election.enable"];

    readonly List<Config> configs = [];
    string name = "";
    string partitions = "3";
    string factor = "";
    string assignment = "";
    string? assignmentFault;
    bool byHand;
    CreateTopicPlan? plan;
    string? planFault;
    MatrixModel? matrix;
    Delayed? delayed;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public ClusterSnapshot Snapshot { get; set; } = null!;

    /// <summary>What is created is what was shown for exactly these settings.</summary>
    bool CanCreate => !Running && delayed!.IsSettled && name.Length > 0 && assignmentFault is null && NumberFault is null && plan is { CanRun: true } && plan.Command.Name == name;

    Refusal? NameRefusal => name.Length == 0 ? null : Refused(17) ?? Refused(36);

    /// <summary>What was typed where a number belongs; an empty field leaves the choice to Kafka.</summary>
    string? NumberFault => byHand ? null : new[] { partitions, factor }.FirstOrDefault(IsNoNumber);

    /// <summary>Everything that belongs to no single field.</summary>
    ImmutableArray<Refusal> OtherRefusals => plan is null || name.Length == 0 ? [] : [.. plan.Refusals.Where(r => r.Number is not (17 or 36))];

    string WhyNot => CanCreate ? L["NewTopic_CanCreate"]
        : name.Length == 0 ? L["NewTopic_NeedsName"]
        : NumberFault is { } typed ? L["NewTopic_NotANumber", typed]
        : !delayed!.IsSettled ? L["NewTopic_Checking"]
        : planFault is not null ? L["Command_PlanFailed", planFault]
        : plan is { CanRun: false } ? L["NewTopic_Refused"] : L["NewTopic_Checking"];

    protected override void OnInitialized()
    {
        delayed = new(TimeSpan.FromMilliseconds(300), Time);
        var up = Snapshot.Brokers.Value?.Brokers.Count(b => b.State == BrokerState.Up) ?? 1;
        factor = Math.Clamp(up, 1, 3).ToString(CultureInfo.InvariantCulture);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await delayed!.RunNowAsync(PlanAsync, Gone);
            StateHasChanged();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        delayed?.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    static string Text(ChangeEventArgs change) => change.Value as string ?? "";

    Refusal? Refused(int code) => plan?.Refusals.FirstOrDefault(r => r.Number == code);

    async Task Changed(Action change)
    {
        change();
        Forget();
        await delayed!.RunLastAsync(PlanAsync, Gone);
    }

    /// <summary>Starts from what Kafka would do.</summary>
    void WriteByHand()
    {
        byHand = true;
        assignment = plan is null ? "" : string.Join('\n', plan.Placement.Select(p => $"{p.Key}: {Format.Ids(p.Value)}"));
    }

    async Task PlanAsync(CancellationToken cancellation)
    {
        if (Command() is not { } command)
        {
            (plan, matrix) = (null, null);
            return;
        }
        try
        {
            // a name is needed to ask Kafka; until there is one the placement alone is shown
            var made = await Cluster.Monitor.Commands.PlanAsync(command with { Name = name.Length == 0 ? "-" : name }, cancellation);
            cancellation.ThrowIfCancellationRequested();
            (plan, planFault) = (made, null);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            (plan, planFault) = (null, fault.Message);
        }
        matrix = plan is { Placement.Count: > 0 }
            ? PlacementModel.Planned(L, plan.Placement.Take(ShownRows).ToImmutableDictionary(), Snapshot.Brokers.Value?.Brokers ?? [])
            : null;
    }

    CreateTopic? Command()
    {
        var given = configs.Where(c => c.Name.Length > 0).GroupBy(c => c.Name).ToImmutableDictionary(c => c.Key, c => c.Last().Value);
        assignmentFault = null;
        if (!byHand)
        {
            return NumberFault is null ? new(name, Number(partitions), Number(factor), null, given) : null;
        }
        return Assignment.TryParse(assignment, out var replicas, out var line) ? new(name, null, null, replicas, given) : Fault(line);
    }

    CreateTopic? Fault(string line)
    {
        assignmentFault = L["NewTopic_AssignmentFault", line];
        return null;
    }

    async Task CreateAsync()
    {
        if (CanCreate && await RunAsync(plan!.Command))
        {
            try
            {
                await Cluster.Monitor.WaitForAsync(s => s.Topics.Value?.Find(name) is not null, TimeSpan.FromSeconds(10), Gone);
            }
            catch (TimeoutException)
            {
                // the topic's page says what is known of it
            }
            Navigation.NavigateTo(Cluster.Topic(name));
        }
    }

    static bool IsNoNumber(string text) => text.Trim().Length > 0 && Number(text) is null;

    static int? Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string Change(int before, int more) => more == 0 ? Format.Number(before) : $"{Format.Number(before)} → {Format.Number(before + more)}";

    sealed class Config
    {
        public string Name { get; set; } = "";

        public string Value { get; set; } = "";
    }
}
