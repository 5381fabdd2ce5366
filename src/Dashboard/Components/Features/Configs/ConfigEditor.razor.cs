using System.Collections.Immutable;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Configs;

/// <summary>
/// All settings of a topic, several edited at once: old and new, checked by Kafka 300 ms after the last key and then every few seconds, so
/// that what somebody else changes meanwhile is seen. Nothing is written before the button.
/// </summary>
public partial class ConfigEditor : CheckedForm
{
    static readonly TimeSpan again = TimeSpan.FromSeconds(5);

    readonly ConfigDraft draft = new();
    ImmutableArray<TopicSetting> settings = [];
    ImmutableArray<Chip> chips = [];
    AlterTopicConfigsPlan? plan;
    string? planFault;
    string typed = "";
    bool asKafka;

    /// <summary>The draft that the address had when it was last taken from there, or put there.</summary>
    IReadOnlyList<(string Name, string Value)> written = [];
    AddressEcho? echo;

    /// <summary>What of the address is no setting of this topic.</summary>
    ImmutableArray<string> unknown = [];

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    /// <summary>What is shown until the topic itself was asked.</summary>
    [Parameter, EditorRequired]
    public Section<ConfigTable> Known { get; set; } = null!;

    [Parameter, EditorRequired]
    public ListState List { get; set; } = null!;

    [Parameter]
    public string? First { get; set; }

    /// <summary>The draft as the address has it: what is shared with a link.</summary>
    [Parameter]
    public IReadOnlyList<(string Name, string Value)> Asked { get; set; } = [];

    /// <summary>An address of a broker, for the command to copy.</summary>
    [Parameter]
    public string? Bootstrap { get; set; }

    SectionState State => plan is { Current.Length: > 0 } ? new(true, null, plan.AsOf)
        : settings.Length > 0 ? new(true, Known.Error, Known.AsOf) : new(false, Known.Error, null);

    /// <summary>What keeps a setting from being written: found here, or by Kafka.</summary>
    string? FaultOf(ConfigEdit edit) => edit.IsFaulty
        ? L[$"Config_Fault_{ConfigUnits.UnitOf(edit.Name)}", edit.Text]
            + (ConfigUnits.HasNoLimit(edit.Name) ? L["Config_FaultOrUnlimited"] : "")
        : RefusalOf(edit) is { } refusal ? $"{L.Meaning(refusal.Code)} {refusal.Message}".TrimStart() : null;

    Refusal? RefusalOf(ConfigEdit edit) =>
        plan?.Refusals.FirstOrDefault(r => r.Subject == edit.Name && r.Code != AlterTopicConfigs.ChangedCode);

    /// <summary>What the topic sets by now, where somebody changed it since the edit began.</summary>
    TopicSetting? Theirs(ConfigEdit edit) =>
        settings.FirstOrDefault(s => s.Name == edit.Name) is { } now && now.Own != edit.Seen ? now : null;

    PlannedConfig? PlannedOf(ConfigEdit edit) =>
        edit.IsFaulty || !Checks.IsSettled ? null : plan?.Changes.FirstOrDefault(c => c.Name == edit.Name);

    /// <summary>Of no single setting.</summary>
    ImmutableArray<Refusal> OtherRefusals => [.. (plan?.Refusals ?? []).Where(r => r.Subject is null || draft.Find(r.Subject) is null)];

    int Refused => draft.Edits.Count(edit => FaultOf(edit) is not null);

    bool Loses => plan?.Notes.Any(ConfigWords.Loses) == true;

    bool CanWrite => !Running && Checks.IsSettled && draft.Count > 0 && plan is { CanRun: true } && plan.Changes.Any(c => c.Changes)
        && draft.Command(Topic) is not null && !draft.Edits.Any(edit => Theirs(edit) is not null) && (!Loses || typed == Topic);

    string WhyNot => draft.Count == 0 ? L["Configs_NothingYet"]
        : Refused > 0 ? L["Configs_FixFirst"]
        : draft.Edits.Any(edit => Theirs(edit) is not null) ? L["Configs_ChooseFirst"]
        : planFault is not null ? L["Command_PlanFailed", planFault]
        : plan is null || !Checks.IsSettled ? L["NewTopic_Checking"]
        : plan.Changes.All(c => !c.Changes) ? L["Plan_NothingChanges"]
        : Loses && typed != Topic ? L["Delete_Opens"] : "";

    string Headline => draft.Count == 0 ? L["Configs_Title", Topic]
        : Refused > 0 ? L["Configs_WouldRefused", Topic, draft.Count, Refused] : L["Configs_Would", Topic, draft.Count];

    protected override void OnParametersSet()
    {
        if (plan is null or { Current.Length: 0 })
        {
            settings =
            [
                .. (Known.Value?.Of(Topic) ?? []).Select(c =>
                    new TopicSetting(c.Name, new(c.Value, c.Source), null, c.IsReadOnly, c.IsSensitive, [])),
            ];
        }
        if (plan is not null && Take())
        {
            _ = CheckNowAsync(PlanAsync);
        }
        Count();
    }

    /// <summary>Whether the address has another draft than this one: somebody followed a link, or went back.</summary>
    bool Take()
    {
        echo ??= new(Time, Text([]));
        if (settings.Length == 0 || !echo.IsChosen(Text(Asked)))
        {
            return false;
        }
        unknown = draft.Take(Asked, settings);
        written = Asked;
        return true;
    }

    static string Text(IEnumerable<(string Name, string Value)> query) => string.Join('\n', query.Select(one => $"{one.Name} {one.Value}"));

    /// <summary>A draft is an address: it is shared with a link, and outlives the page.</summary>
    void Write()
    {
        if (!draft.Query.SequenceEqual(written))
        {
            written = draft.Query;
            echo?.Put(Text(written));
            Navigation.NavigateTo((List with { More = draft.Query }).Href(), replace: true);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }
        if (First is not null && settings.FirstOrDefault(s => s.Name == First) is { } open)
        {
            Open(open);
        }
        Take();
        await Checks.RunNowAsync(PlanAsync, Gone);
        if (Take())
        {
            await Checks.RunNowAsync(PlanAsync, Gone);
        }
        Count();
        StateHasChanged();
        await RepeatAsync(again, LookAgainAsync, Gone);
    }

    async Task LookAgainAsync(CancellationToken gone)
    {
        if (Checks.IsSettled && !Running)
        {
            await Checks.RunNowAsync(PlanAsync, gone);
            Count();
            StateHasChanged();
        }
    }

    void Open(TopicSetting setting)
    {
        draft.Open(setting, ConfigWords.Typed(L, setting.Name, setting.InForce.Value));
        Count();
    }

    Task ResetAsync(TopicSetting setting)
    {
        draft.Reset(setting);
        return ChangedAsync();
    }

    Task UndoAsync(string name)
    {
        draft.Undo(name);
        return ChangedAsync();
    }

    Task DiscardAsync()
    {
        draft.Clear();
        return ChangedAsync();
    }

    /// <summary>Mine is kept, over what somebody else set.</summary>
    Task KeepAsync((ConfigEdit Edit, string? Theirs) choice)
    {
        choice.Edit.Seen = choice.Theirs;
        return ChangedAsync();
    }

    async Task ChangedAsync()
    {
        Forget();
        typed = "";
        Count();
        await Checks.RunLastAsync(PlanAsync, Gone);
        if (Checks.IsSettled)
        {
            unknown = [];
            Write();
        }
        Count();
    }

    async Task PlanAsync(CancellationToken cancellationToken)
    {
        try
        {
            // what cannot be read yet is left out; the settings are read all the same
            var command = draft.Command(Topic) ?? new(Topic, ImmutableDictionary<string, string>.Empty, []);
            var made = await Cluster.Monitor.Commands.PlanAsync(command, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            (plan, planFault) = (made, null);
            settings = made.Current.Length > 0 ? made.Current : settings;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            (plan, planFault) = (null, ErrorWords.Of(L, fault));
        }
    }

    async Task WriteAsync()
    {
        if (CanWrite && await RunAsync(plan!.Command))
        {
            Confirm(L["Configs_Wrote", draft.Count], Topic);
            draft.Clear();
            Write();
            typed = "";
            await Checks.RunNowAsync(PlanAsync, Gone);
            Count();
        }
    }

    void Count() => chips =
    [
        new("", L["List_All"], settings.Length),
        .. new Chip[]
        {
            new("changed", L["Configs_Is_changed"], draft.Count, "edit"),
            new("overridden", L["Configs_Is_overridden"], settings.Count(s => s.IsOverride)),
            new("default", L["Configs_Is_default"], settings.Count(s => s.InForce.Source == "DEFAULT_CONFIG")),
        }.Where(chip => chip.Count > 0 || chip.Is == List.Is),
    ];

    /// <summary>
    /// Overridden first, then by what they are about; only those that the address asks for, and those that are being changed.
    /// </summary>
    IEnumerable<(string Group, TopicSetting[] Settings)> Groups()
    {
        var shown = settings.Where(IsShown).OrderBy(s => ConfigCatalog.Order(s.Name)).ThenBy(s => s.Name, StringComparer.Ordinal).ToList();
        var own = shown.Where(s => s.IsOverride).ToArray();
        return new[] { ("own", own) }
            .Concat(ConfigCatalog.Groups.Select(g => (g, shown.Where(s => !s.IsOverride && ConfigCatalog.GroupOf(s.Name) == g).ToArray())))
            .Where(group => group.Item2.Length > 0);
    }

    bool IsShown(TopicSetting s) => draft.Find(s.Name) is not null || ((List.Matches(s.Name)
            || L.Find($"ConfigWhat_{s.Name}")?.Contains(List.Text, StringComparison.CurrentCultureIgnoreCase) == true)
        && List.Is switch
        {
            "changed" => false,
            "overridden" => s.IsOverride,
            "default" => s.InForce.Source == "DEFAULT_CONFIG",
            _ => true,
        });
}
