using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Components.Pictures;
using Dashboard.Localization;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Topics;

/// <summary>
/// A new topic: settings on the left, on the right what they would get now. The preview follows 300 ms after the last key and is checked by
/// Kafka.
/// </summary>
public partial class CreateTopicForm : CheckedForm
{
    const int ShownRows = 64;

    static readonly string[] knownConfigs =
    [
        "cleanup.policy", "compression.type", "delete.retention.ms", "max.message.bytes", "min.insync.replicas", "retention.bytes",
        "retention.ms", "segment.bytes", "segment.ms", "unclean.leader.election.enable",
    ];

    static readonly ErrorCode[] nameErrors = [ErrorCode.InvalidTopic, ErrorCode.TopicAlreadyExists];
    static readonly ErrorCode[] assignmentErrors =
        [ErrorCode.InvalidReplicaAssignment, ErrorCode.InvalidPartitions, ErrorCode.InvalidReplicationFactor];

    readonly List<Config> configs = [];
    string name = "";
    string partitions = "3";
    string factor = "";
    string assignment = "";
    string? assignmentFault;
    Placing placing;
    CreateTopicPlan? plan;
    string? planFault;
    MatrixModel? matrix;

    [Parameter, EditorRequired]
    public ClusterSnapshot Snapshot { get; set; } = null!;

    /// <summary>Begins with the placement and the own settings of this topic.</summary>
    [Parameter]
    public string? Like { get; set; }

    protected override string PagePath => Cluster.Href("new-topic");

    protected override (string Name, string? Value)[] BesideAddress => [("like", Like)];

    protected override IEnumerable<AddressField> InAddress =>
    [
        new("name", () => name, text => name = text), new("partitions", () => partitions, text => partitions = text),
        new("factor", () => factor, text => factor = text),
        new("placing", () => $"{placing}", text => placing = Enum.GetValues<Placing>().FirstOrDefault(way => $"{way}" == text, placing)),
        new("assignment", () => assignment, text => assignment = text),
        AddressField.Of("configs", () => configs.Select(c => (c.Name, c.Value)), Configure),
    ];

    bool ByHand => placing == Placing.ByHand;

    /// <summary>Racks on some brokers only: what the plan then lacks Kafka decides.</summary>
    bool CannotBeShown => plan?.Notes.Any(n => n.Key == "RacksOnSome") == true;

    Placing Way => placing == Placing.Shown && CannotBeShown ? Placing.ByKafka : placing;

    /// <summary>What is created is what was shown for exactly these settings.</summary>
    bool CanCreate =>
        !Running && Checks.IsSettled && name.Length > 0 && assignmentFault is null && NumberFault is null && ConfigFault is null
            && plan is { CanRun: true } && plan.Command.Name == name;

    string? NameFault => name.Length == 0 ? null : Refused(nameErrors);

    string? PartitionsFault => ByHand ? null : FaultOf(partitions) ?? Refused(ErrorCode.InvalidPartitions);

    string? FactorFault => ByHand ? null : FaultOf(factor) ?? Refused(ErrorCode.InvalidReplicationFactor);

    string? AssignmentFault => assignmentFault ?? Refused(assignmentErrors);

    /// <summary>What was typed where a number belongs; an empty field leaves the choice to Kafka.</summary>
    string? NumberFault => ByHand ? null : FaultOf(partitions) ?? FaultOf(factor);

    /// <summary>Everything that belongs to no single field: what does is said there.</summary>
    ImmutableArray<Refusal> OtherRefusals =>
        plan is null || name.Length == 0
            ? []
            : [.. plan.Refusals.Where(r => !HasField(r))];

    string? ConfigFault => configs.Select(FaultOfUnit).FirstOrDefault(fault => fault is not null);

    string WhyNot => CanCreate ? L["NewTopic_CanCreate"]
        : name.Length == 0 ? L["NewTopic_NeedsName"]
        : NumberFault is { } typed ? typed
        : ConfigFault is { } fault ? fault
        : !Checks.IsSettled ? L["NewTopic_Checking"]
        : planFault is not null ? L["Command_PlanFailed", planFault]
        : plan is { CanRun: false } ? L["NewTopic_Refused"] : L["NewTopic_Checking"];

    protected override void OnInitialized()
    {
        var up = Snapshot.Brokers.Value?.Brokers.Count(b => b.State == BrokerState.Up) ?? 1;
        factor = Math.Clamp(up, 1, 3).ToString(CultureInfo.InvariantCulture);
        if (Like is not null && Snapshot.Topics.Value?.Find(Like) is { } other)
        {
            Copy(other);
        }

        base.OnInitialized();
    }

    void Configure(IEnumerable<(string Name, string Value)> rows)
    {
        configs.Clear();
        configs.AddRange(rows.Select(row => new Config { Name = row.Name, Value = row.Value }));
    }

    void Copy(TopicInfo other)
    {
        name = $"{other.Name}-copy";
        partitions = other.Partitions.Length.ToString(CultureInfo.InvariantCulture);
        factor = other.ReplicationFactor.ToString(CultureInfo.InvariantCulture);
        placing = Placing.ByHand;
        assignment = string.Join('\n', other.Partitions.Select(p => $"{p.Partition}: {Format.Ids(p.Replicas)}"));
        configs.AddRange((Snapshot.TopicConfigs.Value?.Of(other.Name) ?? [])
            .Where(c => c is { IsOverride: true, IsSensitive: false }).Select(c => new Config { Name = c.Name, Value = c.Value ?? "" }));
    }

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? CheckNowAsync(PlanAsync) : Task.CompletedTask;

    /// <summary>Kafka's own words, with what they mean where the reader's language is another.</summary>
    string? Refused(params ErrorCode[] codes) =>
        plan?.Refusals.FirstOrDefault(r => codes.Contains(r.Error)) is { } refusal ? Words(refusal) : null;

    bool HasField(Refusal refusal) => nameErrors.Contains(refusal.Error)
        || (ByHand ? assignmentErrors.Contains(refusal.Error)
            : refusal.Error is ErrorCode.InvalidPartitions or ErrorCode.InvalidReplicationFactor)
        || configs.Exists(c => IsAbout(refusal, c));

    string Words(Refusal refusal) => $"{L.Meaning(refusal.Code)} {refusal.Message} {refusal.Code}".TrimStart();

    async Task ChangedAsync()
    {
        Forget();
        await CheckLastAsync(PlanAsync);
    }

    /// <summary>Not waited for: the field shows its suggestions only when it has told what is typed.</summary>
    void Name(Config config, string name)
    {
        config.Name = name;
        _ = InvokeAsync(async () =>
        {
            await ChangedAsync();
            StateHasChanged();
        });
    }

    Task RemoveAsync(Config config)
    {
        configs.Remove(config);
        return ChangedAsync();
    }

    Task PlaceAsync(Placing way)
    {
        if (way == Placing.ByHand)
        {
            // starts from what was shown
            assignment = plan is null ? "" : string.Join('\n', plan.Placement.Select(p => $"{p.Key}: {Format.Ids(p.Value)}"));
        }
        placing = way;
        return ChangedAsync();
    }

    /// <summary>What is wrong with a setting: found here, or by Kafka, whose refusal names it.</summary>
    string? FaultOf(Config config) =>
        FaultOfUnit(config)
            ?? (plan?.Refusals.FirstOrDefault(r => IsAbout(r, config)) is { } refusal ? Words(refusal) : null);

    string? FaultOfUnit(Config config) => ConfigUnits.TryRead(config.Name, config.Value, out _) ? null
        : L[$"Config_Fault_{ConfigUnits.UnitOf(config.Name)}", config.Value]
            + (ConfigUnits.HasNoLimit(config.Name) ? L["Config_FaultOrUnlimited"] : "");

    static bool IsAbout(Refusal refusal, Config config) =>
        refusal.Error == ErrorCode.InvalidConfig && config.Name.Length > 0
            && (refusal.Subject == config.Name || refusal.Message.Contains(config.Name, StringComparison.Ordinal));

    /// <summary>What Kafka gets for what was typed with a unit, and what a number means.</summary>
    string? MeaningOf(Config config) => !ConfigUnits.TryRead(config.Name, config.Value, out var value) || value.Length == 0 ? null
        : ConfigUnits.IsUnlimited(config.Name, value) ? $"{value}: {L["Config_NoLimit"]}"
        : value != config.Value.Trim() ? $"= {value}" : null;

    async Task PlanAsync(CancellationToken cancellationToken)
    {
        if (Command() is not { } command)
        {
            (plan, matrix) = (null, null);
            return;
        }
        try
        {
            // a name is needed to ask Kafka; until there is one the placement alone is shown
            var made = await Cluster.Monitor.Commands.PlanAsync(command with { Name = name.Length == 0 ? "-" : name }, cancellationToken);
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

    CreateTopic? Command()
    {
        var given = configs.Where(c => c.Name.Length > 0).GroupBy(c => c.Name).ToImmutableDictionary(c => c.Key, c => c.Last().Value);
        assignmentFault = null;
        if (ConfigFault is not null)
        {
            return null;
        }
        if (!ByHand)
        {
            return NumberFault is null
                ? new(name, Number(partitions), Number(factor), null, given) { KafkaPlaces = placing == Placing.ByKafka }
                : null;
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
            Confirm($"{L["NewTopic_Create"]} {name}", name);
            Navigation.NavigateTo(Cluster.Topic(name));
        }
    }

    string? FaultOf(string number) => number.Trim().Length > 0 && Number(number) is null ? L["NewTopic_NotANumber", number] : null;

    static int? Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string Change(int before, int more) =>
        more == 0 ? Format.Number(before) : $"{Format.Number(before)} → {Format.Number(before + more)}";

    /// <summary>Who chooses the brokers. In this order in the form.</summary>
    enum Placing
    {
        /// <summary>The plan, by Kafka's rule; it is sent as it is shown.</summary>
        Shown,

        /// <summary>Kafka, when it creates the topic; no assignment is sent.</summary>
        ByKafka,

        /// <summary>Whoever fills in the form.</summary>
        ByHand,
    }

    sealed class Config
    {
        public string Name { get; set; } = "";

        public string Value { get; set; } = "";
    }
}
