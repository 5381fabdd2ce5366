using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Components.Pictures;
using Dashboard.Localization;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Partitions;

/// <summary>
/// How many partitions a topic shall have, and on the right where the new ones will be. Checked 300 ms after the last key.
/// </summary>
public partial class MorePartitionsForm : CheckedForm
{
    const int ShownRows = 64;

    string count = "";
    AddPartitionsPlan? plan;
    string? planFault;
    MatrixModel? matrix;

    [Parameter, EditorRequired]
    public TopicInfo Topic { get; set; } = null!;

    [Parameter, EditorRequired]
    public ClusterSnapshot Snapshot { get; set; } = null!;

    protected override string PagePath => Cluster.Topic(Topic.Name, "/partitions");

    protected override IEnumerable<AddressField> InAddress => [new("count", () => count, text => count = text)];

    int? Number => int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    string? Fault => Number is not { } number ? L["NewTopic_NotANumber", count]
        : number <= Topic.Partitions.Length ? L["Partitions_TooFew", Topic.Partitions.Length] : null;

    /// <summary>What is added is what was shown for exactly this number.</summary>
    bool CanAdd => !Running && Checks.IsSettled && Fault is null && plan is { CanRun: true } && plan.Command.Count == Number;

    string WhyNot => CanAdd ? L["NewTopic_CanCreate"]
        : Fault is { } fault ? fault
        : planFault is not null ? L["Command_PlanFailed", planFault]
        : plan is { CanRun: false } ? L["NewTopic_Refused"] : L["NewTopic_Checking"];

    protected override void OnInitialized()
    {
        count = (Topic.Partitions.Length + 1).ToString(CultureInfo.InvariantCulture);
        base.OnInitialized();
    }

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? CheckNowAsync(PlanAsync) : Task.CompletedTask;

    async Task ChangedAsync()
    {
        Forget();
        await CheckLastAsync(PlanAsync);
    }

    async Task PlanAsync(CancellationToken cancellationToken)
    {
        (plan, matrix) = (null, null);
        if (Fault is not null)
        {
            return;
        }
        try
        {
            var made = await Cluster.Monitor.Commands.PlanAsync(new AddPartitions(Topic.Name, Number!.Value, null), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            (plan, planFault) = (made, null);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            (plan, planFault) = (null, ErrorWords.Of(L, fault));
        }
        matrix = plan is { Placement.Count: > 0 }
            ? PlacementModel.Planned(L, plan.Placement.Take(ShownRows).ToImmutableDictionary(), Snapshot.Brokers.Value?.Brokers ?? [])
            : null;
    }

    async Task AddAsync()
    {
        var wanted = Number;
        if (!CanAdd || !await RunAsync(plan!.Command))
        {
            return;
        }
        try
        {
            await Cluster.Monitor.WaitForAsync(
                s => s.Topics.Value?.Find(Topic.Name)?.Partitions.Length >= wanted, TimeSpan.FromSeconds(10), Gone);
        }
        catch (TimeoutException)
        {
            // the topic's page says what is known of it
        }
        Confirm(L["Partitions_Done", Topic.Name, wanted], Topic.Name);
        Navigation.NavigateTo(Cluster.Topic(Topic.Name));
    }
}
