using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Monitoring.Audit;
using Dashboard.Nodes;
using Dashboard.Operations;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Nodes;

/// <summary>
/// Which servers are hosted: what is missing stands at its field as one types, what would stop and start beside it, and the cluster's name
/// is typed before anything does.
/// </summary>
public partial class EngineForm : CheckedForm
{
    Way way;
    string kafkaHome = "";
    string zooKeeperHome = "";
    string coordinators = "";
    string controllers = "";
    string brokers = "";
    string kafkaHeap = "";
    string zooKeeperHeap = "";
    string typed = "";
    bool endFirst;
    ExchangeRefusal? refusal;
    EnginePlan? plan;

    [Inject]
    public IEngineExchange Exchange { get; set; } = null!;

    [Inject]
    public EngineExchanges Exchanges { get; set; } = null!;

    protected override string PagePath => Cluster.Href("nodes/engine");

    protected override IEnumerable<AddressField> InAddress =>
    [
        new("way", () => $"{way}", text => way = Enum.GetValues<Way>().FirstOrDefault(one => $"{one}" == text, way)),
        new("kafkaHome", () => kafkaHome, text => kafkaHome = text),
        new("zooKeeperHome", () => zooKeeperHome, text => zooKeeperHome = text),
        new("coordinators", () => coordinators, text => coordinators = text),
        new("controllers", () => controllers, text => controllers = text), new("brokers", () => brokers, text => brokers = text),
        new("kafkaHeap", () => kafkaHeap, text => kafkaHeap = text),
        new("zooKeeperHeap", () => zooKeeperHeap, text => zooKeeperHeap = text),
    ];

    bool HasData => plan is { HasData: true };

    /// <summary>What works on the cluster, and has to be let go before the button opens.</summary>
    ImmutableArray<ClusterUse> Uses => plan?.Running ?? [];

    bool CanBegin => Checks.IsSettled && plan is { CanRun: true } && typed == Cluster.Id && Numbers is not null
        && (endFirst || Uses.IsEmpty);

    bool LacksHome => way != Way.Embedded && string.IsNullOrWhiteSpace(kafkaHome);

    string? TypedFault => Cluster.Id.StartsWith(typed, StringComparison.Ordinal) ? null : L["Field_Differs", Cluster.Id];

    string WhyNot => CanBegin ? ""
        : Numbers is null ? L["Engine_NotNumbers"]
        : LacksHome ? L["Engine_NeedsHome"]
        : !Checks.IsSettled || plan is null ? L["NewTopic_Checking"]
        : plan.WhyNot is { } why ? ErrorWords.Of(L, plan.Told, why)
        : typed == Cluster.Id && !Uses.IsEmpty ? L["Engine_OpensEnded"]
        : L["Engine_Opens"];

    /// <summary>The limit, before it is met.</summary>
    string HeapHint => L["Engine_HeapHint", $"{(plan?.Memory ?? 0) >> 20}m"];

    (int Coordinators, int Controllers, int Brokers)? Numbers =>
        Number(coordinators) is { } ensemble && Number(controllers) is { } quorum && Number(brokers) is { } members
            ? (ensemble, quorum, members)
            : null;

    /// <summary>Begins with the other one than what runs.</summary>
    protected override void OnInitialized()
    {
        var now = Exchange.Now;
        way = now.Engine == EngineKind.Apache ? Way.Embedded : Way.ZooKeeper;
        (kafkaHome, zooKeeperHome) = (now.KafkaHome ?? "", now.ZooKeeperHome ?? "");
        (coordinators, controllers, brokers) = (Text(now.Coordinators), Text(now.Controllers), Text(now.Brokers));
        (kafkaHeap, zooKeeperHeap) = (now.KafkaHeap, now.ZooKeeperHeap);
        base.OnInitialized();
    }

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? CheckNowAsync(PlanAsync) : Task.CompletedTask;

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>What is wrong with what was typed; of an empty form nothing is.</summary>
    string? FaultOf(EnginePart part, string home) => home.Length == 0 ? null : FaultOf(part);

    string? FaultOf(EnginePart part) =>
        plan?.Checks.FirstOrDefault(c => c.Part == part) is { Problem: { } problem } check ? ErrorWords.Of(L, check.Told, problem) : null;

    string? FoundOf(EnginePart part) => plan?.Checks.FirstOrDefault(c => c.Part == part)?.Found;

    Task TakeAsync(Way chosen)
    {
        way = chosen;
        return ChangedAsync();
    }

    async Task ChangedAsync()
    {
        refusal = null;
        await CheckLastAsync(PlanAsync);
    }

    /// <summary>Off the circuit's thread: directories are looked at, and Java is asked.</summary>
    async Task PlanAsync(CancellationToken cancellationToken)
    {
        var made = Choice() is { } choice ? await Exchanges.PlanAsync(Cluster.Id, choice, Cluster.Who.Actor, cancellationToken) : null;
        cancellationToken.ThrowIfCancellationRequested();
        plan = made;
    }

    EngineChoice? Choice() => Numbers is not { } numbers ? null : Exchange.Now with
    {
        Engine = way == Way.Embedded ? EngineKind.Embedded : EngineKind.Apache,
        Mode = way is Way.KRaft or Way.Combined ? HostedMode.KRaft : HostedMode.ZooKeeper,
        Combined = way == Way.Combined,
        KafkaHome = kafkaHome,
        ZooKeeperHome = zooKeeperHome,
        Coordinators = numbers.Coordinators,
        Controllers = numbers.Controllers,
        Brokers = numbers.Brokers,
        KafkaHeap = Heap(kafkaHeap, ApacheOptions.UsualKafkaHeap),
        ZooKeeperHeap = Heap(zooKeeperHeap, ApacheOptions.UsualZooKeeperHeap),
    };

    /// <summary>An empty field stands for what its placeholder says.</summary>
    static string Heap(string typed, string usual) => string.IsNullOrWhiteSpace(typed) ? usual : typed.Trim();

    async Task BeginAsync()
    {
        if (!CanBegin)
        {
            return;
        }

        try
        {
            refusal = await Exchanges.BeginAsync(Cluster.Id, plan!.Choice, endFirst, Cluster.Who.Actor, CancellationToken.None);
        }
        catch (AuditException e)
        {
            refusal = new ExchangeRefusal(e.Message, e.Told, []);
        }

        (typed, endFirst) = ("", false);
        if (refusal is { Running.IsEmpty: false })
        {
            // begun since the plan was made: it is named now, and asked about
            plan = plan! with { Running = refusal.Running };
        }
        if (refusal is null)
        {
            Confirm(L["Engine_Do"], "engine");
            Navigation.NavigateTo(Cluster.Href("nodes"));
        }
    }

    /// <summary>In this order in the form.</summary>
    enum Way
    {
        Embedded,
        ZooKeeper,
        KRaft,
        Combined,
    }
}
