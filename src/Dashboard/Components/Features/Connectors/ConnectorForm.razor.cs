using System.Collections.Immutable;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Messages.Connect;
using Dashboard.Messages.Services;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Connectors;

/// <summary>
/// A connector's config. Its plugin checks it as it is typed, so that what it does not take is told at its field before anything is
/// written.
/// </summary>
public sealed partial class ConnectorForm : CheckedForm
{
    const int MostText = 1 << 16;
    const int MostOffered = 200;

    readonly ConnectorDraft draft = new();
    IReadOnlyList<string> plugins = [""];
    string plugin = "";
    string name = "";
    string? filling;
    ConnectorPlan? plan;

    /// <summary>What the address is without, as of the last check: while one types, much is not checked yet.</summary>
    string withheld = "";

    [Inject]
    public IConnectCommands Commands { get; set; } = null!;

    [Parameter, EditorRequired]
    public ConnectCatalog Catalog { get; set; } = null!;

    /// <summary>Null: a new one.</summary>
    [Parameter]
    public string? Name { get; set; }

    protected override string PagePath =>
        Name is null ? Cluster.Href("new-connector") : ConnectorWords.Href(Cluster, Catalog.Name, Name, "/config");

    protected override (string Name, string? Value)[] BesideAddress => [("connect", IsNew ? Catalog.Name : null)];

    protected override IEnumerable<AddressField> InAddress =>
    [
        new("name", () => IsNew ? name : "", text => name = Name ?? text),
        new("plugin", () => plugin, text => plugin = IsNew ? text : plugin),
        .. draft.InAddress,
    ];

    bool IsNew => Name is null;

    /// <summary>What a connector has is known before anything of it is changed.</summary>
    bool IsOpen => IsNew || filling is null;

    bool HasPlugin => Config.GetValueOrDefault(ConnectorConfig.Class) is { Length: > 0 } && name.Trim().Length > 0;

    bool CanWrite => !Running && Checks.IsSettled && plan is { CanRun: true } && (IsNew || plan.Changes.Length > 0);

    string WhyNot => CanWrite ? L[IsNew ? "ConnectorForm_Ready" : "ConnectorForm_ReadyRestart"]
        : !HasPlugin ? L["ConnectorForm_Nothing"]
        : !Checks.IsSettled || plan is null ? L["ConnectorForm_Checking"]
        : plan.CanRun ? L["ConnectorForm_NoChange"] : L["NewTopic_Refused"];

    ImmutableSortedDictionary<string, string> Config => plugin.Length > 0 && !draft.Config.ContainsKey(ConnectorConfig.Class)
        ? draft.Config.Add(ConnectorConfig.Class, plugin)
        : draft.Config;

    ConfigureConnector Command => new(Catalog.Name, name.Trim(), Config, IsNew);

    protected override void OnInitialized()
    {
        filling = L["Value_Reading"];
        base.OnInitialized();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await FillAsync();
            await CheckNowAsync(PlanAsync);
        }
    }

    async Task FillAsync()
    {
        try
        {
            if (Name is null)
            {
                plugins = ["", .. (await Catalog.PluginsAsync(Gone)).Where(p => p.Type is "source" or "sink").Select(p => p.Class)];
            }
            else
            {
                name = Name;
                var read = await Catalog.ReadAsync();
                if (read.Value?.Find(Name) is not { } connector)
                {
                    filling = read.Error?.Message ?? L["Connector_Missing", Name];
                    return;
                }

                BeginWith(() => draft.Fill(connector));
            }

            filling = null;
        }
        catch (ServiceException e)
        {
            filling = e.Message;
        }
    }

    string Short(string of) => of.Length == 0 ? L["ConnectorForm_Choose"] : of[(of.LastIndexOf('.') + 1)..];

    string? Hint(ConnectorSetting setting) => setting.IsKept ? L["Security_Kept"]
        : setting.Described?.Documentation is { } words ? Format.Clip(words, 200) : null;

    Task ChooseAsync(string chosen)
    {
        plugin = chosen;
        draft.Uncheck();
        return ChangedAsync();
    }

    Task SetAsync(ConnectorSetting setting, string value)
    {
        setting.Value = value;
        if (setting.Key.Trim() == ConnectorConfig.Class)
        {
            draft.Uncheck();
        }

        return ChangedAsync();
    }

    Task RemoveAsync(ConnectorSetting setting)
    {
        draft.Remove(setting);
        return ChangedAsync();
    }

    Task AddAsync(ConnectSetting offered)
    {
        draft.Add(offered);
        return ChangedAsync();
    }

    /// <summary>Not waited for: a field goes on taking keys while Connect is asked.</summary>
    Task ChangedAsync()
    {
        Forget();
        plan = null;
        CheckSoon(PlanAsync);
        return Task.CompletedTask;
    }

    async Task PlanAsync(CancellationToken cancellationToken)
    {
        var made = HasPlugin ? await Commands.PlanAsync(Cluster.Monitor, Command, cancellationToken) : null;
        cancellationToken.ThrowIfCancellationRequested();
        plan = made;
        if (made?.Validation is { } validation)
        {
            draft.Describe(validation.Settings);
            ShowAddress(); // with what is known to be no secret by now
        }

        withheld = string.Join(", ", draft.Withheld);
    }

    async Task WriteAsync()
    {
        if (!CanWrite)
        {
            return;
        }

        var command = Command;
        if (await RunAsync(command.Action, () => Commands.RunAsync(Cluster.Monitor, command, Cluster.Who.Actor, Gone)))
        {
            Confirm(L["ConnectorForm_Done"], command.Subject);
            Navigation.NavigateTo(ConnectorWords.Href(Cluster, command.Connect, command.Connector));
        }
    }
}
