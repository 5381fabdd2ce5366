using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Localization;
using Dashboard.Monitoring.Commands;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Bulk;

/// <summary>One setting of several topics. What it would be stands in the address.</summary>
public partial class AlterMany : ManyPage
{
    string setting = "";
    string value = "";
    string[] settings = [];

    /// <summary>"retention.ms:3 days"; with nothing after the colon the setting goes back to the brokers.</summary>
    [SupplyParameterFromQuery]
    public string? Set { get; set; }

    string Setting => (Set ?? "").Split(':', 2)[0];

    string Value => (Set ?? "").Split(':', 2) is [_, var text] ? text : "";

    protected override void OnParametersSet()
    {
        (setting, value) = (Setting, Value);
        settings =
        [
            .. (Names.IsEmpty ? [] : Snapshot.TopicConfigs.Value?.Of(Names[0]) ?? [])
                .Where(c => c is { IsReadOnly: false, IsSensitive: false }).Select(c => c.Name).Order(StringComparer.Ordinal),
        ];
    }

    void AskAsync()
    {
        var topics = string.Join('&', Names.Select(name => $"topic={Uri.EscapeDataString(name)}"));
        Navigation.NavigateTo(
            Cluster.Href($"alter-topics?{topics}&set={Uri.EscapeDataString($"{setting.Trim()}:{value.Trim()}")}"), replace: true);
    }

    /// <summary>Durations and sizes as people say them, beside what Kafka writes.</summary>
    string Words(string? value) => value is null ? L["Configs_Unset"]
        : ConfigUnits.IsUnlimited(Setting, value) ? $"{value} ({L["Config_NoLimit"]})"
        : !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1000 ? value
        : Setting.EndsWith(".ms", StringComparison.Ordinal) ? $"{value} ({Format.Seconds(L, number / 1000.0)})"
        : Setting.EndsWith(".bytes", StringComparison.Ordinal) ? $"{value} ({Format.Bytes(number)})"
        : value;

    async Task<BulkRow> PlanAsync(string topic, CancellationToken cancellationToken)
    {
        var command = new AlterTopicConfigs(
            topic,
            Value.Length == 0 ? ImmutableDictionary<string, string>.Empty : ImmutableDictionary<string, string>.Empty.Add(Setting, Value),
            Value.Length == 0 ? [Setting] : []);
        var plan = await Cluster.Monitor.Commands.PlanAsync(command, cancellationToken);
        var change = plan.Changes.FirstOrDefault();
        return new(
            topic, plan.CanRun && change is { Changes: true } ? plan.Command : null,
            change is null ? Format.None
                : change.Changes ? $"{Words(change.From.Value)} → {Words(change.To.Value)}"
                : L["Configs_Same"],
            plan.Refusals.FirstOrDefault()?.Message, plan.Notes);
    }
}
