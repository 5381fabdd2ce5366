using System.Collections.Immutable;
using Dashboard.Addresses;
using Dashboard.Clusters;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Connections;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Wire;

namespace Dashboard.Components.Features.Clusters;

/// <summary>A definition that is added or changed, with a test of its connection beside it. What is wrong is said at its field.</summary>
public partial class ClusterEditor : UiComponent, IDisposable
{
    readonly ComponentLifetime gone = new();
    ImmutableArray<CodedText> warnings = [];
    Delayed? delayed;
    ClusterDraft draft = new();
    ClusterDefinition? kept;
    ClusterDefinitionException? fault;
    ConnectionTestPanel? test;
    string? broken;

    /// <summary>Its secrets are to be entered anew.</summary>
    bool isLocked;
    bool saving;

    /// <summary>What is open stays open: it must not shut under what is typed.</summary>
    bool showsAddresses;
    bool showsProperties;
    bool showsZooKeeper;
    bool showsRegistry;

    [Inject]
    public IClusterCatalog Catalog { get; set; } = null!;

    [Inject]
    public ICurrentActor Who { get; set; } = null!;

    [Inject]
    public ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    /// <summary>The one that is changed; null: another is added.</summary>
    [Parameter]
    public string? Id { get; set; }

    string Title => kept is null ? L["Clusters_AddTitle"] : L["Clusters_EditOf", kept.Name];

    string Colour
    {
        get => draft.Colour.Length == 0 ? ClusterDefinition.Colours[0] : draft.Colour;
        set
        {
            draft.Colour = value;
            Described();
        }
    }

    string? WhyNot => draft.Name.Trim().Length == 0 || draft.Id.Trim().Length == 0 ? L["Clusters_NeedsName"]
        : draft.Kafka.Trim().Length == 0 && draft.ZooKeeper.Trim().Length == 0 ? L["Clusters_NeedsAddress"]
        : null;

    /// <summary>What belongs to no field that is shown, or could not be written.</summary>
    string? Failure => broken ?? (fault is null || IsShown(fault.Field) ? null : ErrorWords.Of(L, fault));

    protected override void OnInitialized()
    {
        kept = Catalog.Definitions.Concat(Catalog.Locked).FirstOrDefault(d => d.Id == Id && d.Source == DefinitionSource.Kept
            && Who.Actor.May(Permission.To(AccessAction.Define, AccessKind.Clusters, d.Id)));
        isLocked = kept is not null && Catalog.Locked.Contains(kept);
        draft = kept is null ? new() : ClusterDraft.Of(kept, isLocked);
        showsRegistry = draft.SchemaRegistry.Names.Any() || draft.Connect.Names.Any() || draft.Metrics.Length > 0;
        showsAddresses = draft.AddressMap.Length > 0;
        delayed = new(TimeSpan.FromMilliseconds(300), Time);
    }

    public void Dispose()
    {
        gone.Cancel();
        delayed?.Dispose();
        gone.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Of one field; of a property, by its whole name.</summary>
    string? Fault(string field) => fault?.Field == field ? ErrorWords.Of(L, fault) : null;

    string? Told(CodedText? why) => why is null ? null : ErrorWords.Of(L, why);

    /// <summary>Of a field that has several, such as a map.</summary>
    string? FaultWithin(string field) =>
        fault?.Field == field || fault?.Field?.StartsWith($"{field}.", StringComparison.Ordinal) == true
            ? ErrorWords.Of(L, fault)
            : null;

    /// <summary>Of properties that no field stands for: said at the text of all of them.</summary>
    string? Unplaced(string field) => fault?.Field is { } at && !draft.Fields.Contains(at) ? FaultWithin(field) : null;

    bool IsShown(string? field) => field?.Split('.')[0] switch
    {
        "name" or "id" or "label" or "kafka" or "zookeeper" or "properties" or "addresses" or "schemaRegistry" or "connect"
            or "metrics" => true,
        "zooKeeperProperties" => draft.ZooKeeper.Length > 0,
        _ => false,
    };

    /// <summary>What it is called says nothing of its connection: a test that was made stays.</summary>
    void Described()
    {
        (fault, broken) = (null, null);
        _ = InvokeAsync(async () =>
        {
            await delayed!.RunLastAsync(CheckAsync, gone.Token);
            StateHasChanged();
        });
    }

    void Changed()
    {
        Described();
        test?.Forget();
    }

    /// <summary>A moment after the last key; not before it could be complete.</summary>
    Task CheckAsync(CancellationToken cancellationToken)
    {
        warnings = [];
        if (WhyNot is null && Read() is { } definition)
        {
            try
            {
                warnings = Catalog.Plan(kept is null ? new AddCluster(definition) : new ReplaceCluster(definition)).Passed;
            }
            catch (ClusterDefinitionException why)
            {
                Refuse(why);
            }
        }
        else if (draft.Kafka.Length == 0 && draft.Properties.Fault is null
            && ClusterConnections.ServersElsewhere(draft.Properties.Read("properties")) is { } elsewhere)
        {
            warnings = [CodedText.Of("Sentence", $"{elsewhere}.")];
        }
        return Task.CompletedTask;
    }

    void Refuse(ClusterDefinitionException why) => fault = why;

    /// <summary>As it is filled in; null where it cannot be read, which is then said.</summary>
    ClusterDefinition? Read()
    {
        try
        {
            fault = null;
            return draft.ToDefinition(line => L["Clusters_AddressFault", line]);
        }
        catch (ClusterDefinitionException why)
        {
            Refuse(why);
            StateHasChanged();
            return null;
        }
    }

    async Task SaveAsync()
    {
        if (Read() is not { } definition)
        {
            return;
        }
        (saving, broken) = (true, null);
        try
        {
            await (kept is null
                ? Catalog.AddAsync(definition, Who.Actor, gone.Token)
                : Catalog.ReplaceAsync(definition, Who.Actor, gone.Token));
            Receipt.Show(
                Snackbar, L, L[kept is null ? "Clusters_AddOf" : "Clusters_EditOf", definition.Name], TimeOfDay(Now),
                ClusterContext.Href(definition.Id), L["Clusters_Open", definition.Name]);
            Navigation.NavigateTo(ClusterAddress.Manage);
        }
        catch (ClusterDefinitionException why)
        {
            Refuse(why);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            broken = failed.Message;
        }
        saving = false;
    }
}
