using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Configs;

/// <summary>A row of the settings, and the row below it while it is edited.</summary>
public partial class ConfigRow : UiComponent
{
    [Parameter, EditorRequired]
    public TopicSetting Setting { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    /// <summary>Null: it is not edited.</summary>
    [Parameter]
    public ConfigEdit? Edit { get; set; }

    /// <summary>Values as Kafka writes them.</summary>
    [Parameter]
    public bool AsKafka { get; set; }

    [Parameter]
    public string? Fault { get; set; }

    /// <summary>The fault was found by Kafka.</summary>
    [Parameter]
    public bool IsKafkas { get; set; }

    [Parameter]
    public bool Checking { get; set; }

    [Parameter]
    public PlannedConfig? Planned { get; set; }

    /// <summary>Somebody else changed it meanwhile, to this.</summary>
    [Parameter]
    public TopicSetting? Theirs { get; set; }

    [Parameter]
    public EventCallback OnOpen { get; set; }

    [Parameter]
    public EventCallback OnReset { get; set; }

    [Parameter]
    public EventCallback OnUndo { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    /// <summary>What was typed is kept, over what somebody else set.</summary>
    [Parameter]
    public EventCallback<(ConfigEdit Edit, string? Theirs)> OnKeep { get; set; }

    string? Css => Edit is null ? null
        : Fault is not null ? "is-edit is-bad"
        : Theirs is not null || Planned?.Notes.Any(n => n.Severity >= Severity.Warning) == true ? "is-edit is-warn" : "is-edit";

    /// <summary>What Kafka gets for what was typed with a unit.</summary>
    string? Read => Edit is { IsFaulty: false } edit
        && ConfigUnits.TryRead(Setting.Name, edit.Text, out var value) && value != edit.Text.Trim() ? $"= {value}" : null;

    string? Synonyms => Setting.Synonyms.Length == 0 ? null : string.Join(
        "\n", Setting.Synonyms.Select(s => $"{s.Name} = {s.Value.Value} ({ConfigWords.Source(L, s.Value.Source)})"));

    string Words(string? value) => AsKafka ? value ?? L["Config_Hidden"] : ConfigWords.Value(L, Setting.Name, value);

    /// <summary>With what it is now, where that is none of them.</summary>
    IReadOnlyList<string> Chosen(IReadOnlyList<string> options) =>
        options.Contains(Edit!.Text) ? options : [Edit.Text, .. options];

    string Value(string preset) => ConfigUnits.TryRead(Setting.Name, preset, out var value) ? value : preset;

    Task PresetAsync(string preset)
    {
        Edit!.Text = preset == "unlimited" ? preset : ConfigWords.Typed(L, Setting.Name, Value(preset));
        return OnChanged.InvokeAsync();
    }
}
