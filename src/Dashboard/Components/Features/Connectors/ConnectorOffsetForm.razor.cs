using System.Collections.Immutable;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Messages.Connect;
using Dashboard.Messages.Services;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Connectors;

/// <summary>
/// Other offsets for a connector that is stopped (KIP-875). What was changed is planned as it is typed, and again every few seconds;
/// what is written is what the preview shows.
/// </summary>
public sealed partial class ConnectorOffsetForm : CheckedForm
{
    const int Most = 200;
    const int MostText = 1 << 14;

    static readonly TimeSpan again = TimeSpan.FromSeconds(5);

    readonly List<ConnectorOffsetDraft> rows = [];
    bool isTaken;
    ConnectorInfo? connector;
    ConnectorPlan? plan;
    SetConnectorOffsets? planned;
    string? planFault;
    string? filling;
    string typed = "";
    int written;

    [Inject]
    public IConnectCommands Commands { get; set; } = null!;

    [Parameter, EditorRequired]
    public ConnectCatalog Catalog { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    protected override string PagePath => ConnectorWords.Href(Cluster, Catalog.Name, Name, "/offsets");

    protected override IEnumerable<AddressField> InAddress =>
    [
        AddressField.Of("offsets", () => Changed.Where(row => !row.IsForgotten).Select(row => (row.Place, row.Offset)), Write),
        AddressField.Of("forget", () => Changed.Where(row => row.IsForgotten).Select(row => row.Place), Leave),
    ];

    bool IsSink => connector?.Type == "sink";

    ImmutableArray<ConnectorOffsetDraft> Changed => [.. rows.Where(row => row.IsChanged)];

    bool CanWrite => !Running && Checks.IsSettled && plan is { CanRun: true } && planned is not null && typed == Name
        && plan.Offsets.Any(change => change.Changes);

    string WhyNot => CanWrite ? L["ConnectorOffsets_Ready"]
        : filling is not null || Changed.Length == 0 ? L["ConnectorForm_NoChange"]
        : Changed.Any(row => Fault(row) is not null || !row.HasPlace) ? L["ConnectorOffsets_Unread"]
        : !Checks.IsSettled || plan is null ? L["ConnectorForm_Checking"]
        : !plan.CanRun ? L["NewTopic_Refused"]
        : plan.Offsets.Any(change => change.Changes) ? L["Delete_Opens"] : L["ConnectorForm_NoChange"];

    string? TypedFault => Name.StartsWith(typed, StringComparison.Ordinal) ? null : L["Field_Differs", Name];

    static string Verb(ConnectorOffsetDraft row) => row.IsForgotten ? "Keep" : "Forget";

    /// <summary>The address is taken when it is known where the connector stands.</summary>
    protected override void OnInitialized() => filling = L["Value_Reading"];

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await RepeatAsync(again, LookAsync, Gone, atOnce: true);
        }
    }

    /// <summary>Whether it is stopped, and what the changes come to; where it stands is read once, for that is being typed over.</summary>
    async Task LookAsync(CancellationToken cancellationToken)
    {
        var read = await Catalog.ReadAsync().WaitAsync(cancellationToken);
        connector = read.Value?.Find(Name) ?? connector;
        if (filling is not null)
        {
            await FillAsync(read.Error?.Message);
        }

        await PlanAsync(cancellationToken);
        StateHasChanged();
    }

    async Task FillAsync(string? failed)
    {
        try
        {
            if (connector is null)
            {
                filling = failed ?? L["Connector_Missing", Name];
            }
            else if (await Catalog.OffsetsAsync(Name, Gone) is { } offsets)
            {
                rows.AddRange(offsets.Select(offset => new ConnectorOffsetDraft(IsSink, offset)));
                filling = null;
                if (!isTaken)
                {
                    isTaken = true;
                    TakeAddress();
                }
            }
            else
            {
                filling = L["Connector_OffsetsNotTold"];
            }
        }
        catch (ServiceException e)
        {
            filling = e.Message;
        }
    }

    /// <summary>Places that the connector does not have yet are new ones.</summary>
    void Write(IEnumerable<(string Place, string Offset)> chosen)
    {
        foreach (var (place, offset) in chosen)
        {
            if (rows.Find(row => row.Place == place) is { } row)
            {
                row.Offset = offset;
            }
            else
            {
                rows.Insert(0, new(IsSink, null) { Place = place, Offset = offset });
            }
        }
    }

    void Leave(IEnumerable<string> places)
    {
        foreach (var place in places.ToHashSet())
        {
            rows.Where(row => row.Place == place && !row.IsNew).ToList().ForEach(row => row.IsForgotten = true);
        }
    }

    string? Fault(ConnectorOffsetDraft row) => !row.IsChanged || row.HasOffset ? null
        : L[IsSink ? "ConnectorOffsets_NoNumber" : "ConnectorOffsets_NoJson"];

    Task ForgetAsync(ConnectorOffsetDraft row)
    {
        if (row.IsNew)
        {
            rows.Remove(row);
        }
        else
        {
            row.IsForgotten = !row.IsForgotten;
        }

        return SetAsync(() => { });
    }

    /// <summary>Not waited for: a field goes on taking keys while Connect is asked.</summary>
    Task SetAsync(Action change)
    {
        change();
        Forget();
        (plan, planned) = (null, null);
        CheckSoon(PlanAsync);
        return Task.CompletedTask;
    }

    async Task PlanAsync(CancellationToken cancellationToken)
    {
        ConnectorOffset?[] wanted = [.. Changed.Select(row => row.Read())];
        if (Running || wanted.Length == 0 || wanted.Contains(null))
        {
            (plan, planned, planFault) = (null, null, null);
            return;
        }

        var asked = new SetConnectorOffsets(Catalog.Name, Name, [.. wanted.OfType<ConnectorOffset>()]);
        try
        {
            var made = await Commands.PlanAsync(Cluster.Monitor, asked, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            (plan, planned, planFault) = (made, asked, null);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            (plan, planned, planFault) = (null, null, ErrorWords.Of(L, fault));
        }
    }

    async Task WriteAsync()
    {
        if (!CanWrite)
        {
            return;
        }

        var command = planned!;
        if (await RunAsync(command.Action, () => Commands.RunAsync(Cluster.Monitor, command, Cluster.Who.Actor, Gone)))
        {
            (written, typed) = (command.Offsets!.Value.Length, "");
            rows.Clear();
            (plan, planned, filling) = (null, null, L["Value_Reading"]);
            ShowAddress();
            await FillAsync(null);
        }
    }
}
