using System.Collections.Immutable;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Components.Features.Configs;

/// <summary>What somebody means to change of a topic's settings, before it is written. Used from the renderer's thread alone.</summary>
public sealed class ConfigDraft
{
    readonly Dictionary<string, ConfigEdit> edits = new(StringComparer.Ordinal);

    public int Count => edits.Count;

    public IEnumerable<ConfigEdit> Edits => edits.Values.OrderBy(edit => ConfigCatalog.Order(edit.Name));

    public ConfigEdit? Find(string name) => edits.GetValueOrDefault(name);

    /// <summary>Opens a setting; what is in force stands in its field.</summary>
    public void Open(TopicSetting setting, string text) => edits.TryAdd(setting.Name, new(setting.Name, setting.Own) { Text = text });

    /// <summary>The topic's own is to go.</summary>
    public void Reset(TopicSetting setting) => edits[setting.Name] = new(setting.Name, setting.Own) { IsReset = true };

    /// <summary>As they stand in an address: set=retention.ms:3 days, remove=segment.ms.</summary>
    public ImmutableArray<(string Name, string Value)> Query =>
        [.. Edits.Select(edit => edit.IsReset ? ("remove", edit.Name) : ("set", $"{edit.Name}:{edit.Text}"))];

    /// <summary>Takes what an address has in place of what there is.</summary>
    /// <returns>Names of settings that the topic has not, and texts that name none.</returns>
    public ImmutableArray<string> Take(IEnumerable<(string Name, string Value)> query, ImmutableArray<TopicSetting> settings)
    {
        edits.Clear();
        var unknown = ImmutableArray.CreateBuilder<string>();
        foreach (var (how, value) in query)
        {
            var colon = value.IndexOf(':', StringComparison.Ordinal);
            var name = how == "set" && colon > 0 ? value[..colon] : value;
            var setting = settings.FirstOrDefault(s => s.Name == name);
            if (setting is null or { IsReadOnly: true } or { IsSensitive: true } || (how == "set" && colon <= 0))
            {
                unknown.Add(value);
            }
            else if (how == "set")
            {
                Open(setting, value[(colon + 1)..]);
            }
            else
            {
                Reset(setting);
            }
        }

        return unknown.ToImmutable();
    }

    public void Undo(string name) => edits.Remove(name);

    public void Clear() => edits.Clear();

    /// <summary>Null while something cannot be read, or nothing is meant.</summary>
    public AlterTopicConfigs? Command(string topic) => edits.Values.Any(edit => edit.IsFaulty) ? null : new(
        topic,
        edits.Values.Where(edit => !edit.IsReset).ToImmutableDictionary(edit => edit.Name, edit => edit.Text),
        [.. edits.Values.Where(edit => edit.IsReset).Select(edit => edit.Name)])
    {
        Seen = edits.Values.ToImmutableDictionary(edit => edit.Name, edit => edit.Seen),
    };
}

/// <summary>A setting that is being changed.</summary>
/// <param name="seen">What the topic itself set when the edit began; null: nothing.</param>
public sealed class ConfigEdit(string name, string? seen)
{
    public string Name => name;

    /// <summary>What the topic itself set when it was looked at last.</summary>
    public string? Seen { get; set; } = seen;

    public string Text { get; set; } = "";

    public bool IsReset { get; init; }

    /// <summary>It is no duration or size.</summary>
    public bool IsFaulty => !IsReset && !ConfigUnits.TryRead(name, Text, out _);
}
