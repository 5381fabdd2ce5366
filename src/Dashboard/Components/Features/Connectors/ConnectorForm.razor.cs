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

    readonly List<ConnectorSetting> settings = [];
    IReadOnlyList<string> plugins = [""];
    string plugin = "";
    string name = "";
    string? filling;
    ConnectorPlan? plan;

    [Inject]
    public IConnectCommands Commands { get; set; } = null!;

    [Parameter, EditorRequired]
    public ConnectCatalog Catalog { get; set; } = null!;

    /// <summary>Null: a new one.</summary>
    [Parameter]
    public string? Name { get; set; }

    bool IsNew => Name is null;

    bool HasPlugin => Config.GetValueOrDefault(ConnectorConfig.Class) is { Length: > 0 } && name.Trim().Length > 0;

    bool CanWrite => !Running && Checks.IsSettled && plan is { CanRun: true } && (IsNew || plan.Changes.Length > 0);

    string WhyNot => CanWrite ? L[IsNew ? "ConnectorForm_Ready" : "ConnectorForm_ReadyRestart"]
        : !HasPlugin ? L["ConnectorForm_Nothing"]
        : !Checks.IsSettled || plan is null ? L["ConnectorForm_Checking"]
        : plan.CanRun ? L["ConnectorForm_NoChange"] : L["NewTopic_Refused"];

    ImmutableSortedDictionary<string, string> Config
    {
        get
        {
            var config = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            if (plugin.Length > 0)
            {
                config[ConnectorConfig.Class] = plugin;
            }

            foreach (var setting in settings.Where(s => s.Key.Trim().Length > 0 && (s.Value.Length > 0 || s.Fault is null)))
            {
                config[setting.Key.Trim()] = setting.Value;
            }

            return config.ToImmutable();
        }
    }

    ConfigureConnector Command => new(Catalog.Name, name.Trim(), Config, IsNew);

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
        filling = L["Value_Reading"];
        StateHasChanged();
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
                Fill(read.Value?.Find(Name));
            }

            filling = Name is null || settings.Count > 0 ? null : L["Connector_Missing", Name];
        }
        catch (ServiceException e)
        {
            filling = e.Message;
        }
    }

    void Fill(ConnectorInfo? connector)
    {
        if (connector is not null)
        {
            settings.AddRange(ConnectorConfig.Masked(connector.Config).Where(c => c.Key != ConnectorConfig.Name)
                .Select(c => new ConnectorSetting { Key = c.Key, Value = c.Value, IsNamed = true }));
        }
    }

    string Short(string of) => of.Length == 0 ? L["ConnectorForm_Choose"] : of[(of.LastIndexOf('.') + 1)..];

    bool IsOffered(ConnectSetting described) => described.Name is not ConnectorConfig.Name and not ConnectorConfig.Class
        && settings.TrueForAll(known => known.Key != described.Name);

    string? Hint(ConnectorSetting setting) => setting.IsKept ? L["Security_Kept"]
        : setting.Described?.Documentation is { } words ? Format.Clip(words, 200) : null;

    Task ChooseAsync(string chosen)
    {
        plugin = chosen;
        return ChangedAsync();
    }

    Task SetAsync(ConnectorSetting setting, string value)
    {
        setting.Value = value;
        return ChangedAsync();
    }

    Task RemoveAsync(ConnectorSetting setting)
    {
        settings.Remove(setting);
        return ChangedAsync();
    }

    Task AddAsync(ConnectSetting offered)
    {
        settings.Add(new ConnectorSetting { Key = offered.Name, Value = offered.Default ?? "", IsNamed = true, Described = offered });
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
        plan = null;
        if (!HasPlugin)
        {
            return;
        }

        var made = await Commands.PlanAsync(Cluster.Monitor, Command, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        plan = made;
        Describe(made.Validation?.Settings ?? []);
    }

    /// <summary>What is missing gets a field, where it is said what is missing.</summary>
    void Describe(ImmutableArray<ConnectSetting> described)
    {
        foreach (var setting in settings)
        {
            setting.Described = described.FirstOrDefault(d => d.Name == setting.Key.Trim()) ?? setting.Described;
            setting.Fault = setting.Described is { Errors: { IsEmpty: false } errors } ? string.Join(" ", errors) : null;
        }

        foreach (var missing in described.Where(d => !d.Errors.IsEmpty && IsOffered(d)))
        {
            settings.Add(new ConnectorSetting
            {
                Key = missing.Name,
                Value = missing.Value ?? "",
                IsNamed = true,
                Described = missing,
                Fault = string.Join(" ", missing.Errors),
            });
        }
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
