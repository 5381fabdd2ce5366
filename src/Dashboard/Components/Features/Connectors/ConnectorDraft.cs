using System.Collections.Immutable;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Messages.Connect;

namespace Dashboard.Components.Features.Connectors;

/// <summary>
/// A connector's settings as they are typed. Those stand in the address that were chosen, are no secrets, and of which the plugin has said
/// so: until then any of them may be a password. Of the others the names stand there, to be typed again.
/// </summary>
public sealed class ConnectorDraft
{
    readonly HashSet<string> removed = new(StringComparer.Ordinal);

    public List<ConnectorSetting> Settings { get; } = [];

    public IEnumerable<AddressField> InAddress =>
    [
        AddressField.Of(
            "set", () => Settings.Where(s => s.IsChosen && !s.IsWithheld && !s.IsKept).Select(s => (s.Key.Trim(), s.Value)), Set),
        AddressField.Of("remove", () => Removed, Leave),
        AddressField.Of("withheld", () => Withheld, Await),
    ];

    /// <summary>Also of one that the plugin asks for again.</summary>
    IEnumerable<string> Removed =>
        removed.Where(key => !Settings.Exists(s => s.Key.Trim() == key && s.IsChosen)).Order(StringComparer.Ordinal);

    /// <summary>What was chosen, or was to be by the address, and does not stand there.</summary>
    public IEnumerable<string> Withheld => Settings.Where(s => s.IsWithheld && s.Key.Trim().Length > 0).Select(s => s.Key.Trim());

    /// <summary>As they are set; of a mask, as the connector has it.</summary>
    public ImmutableSortedDictionary<string, string> Config
    {
        get
        {
            var config = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var setting in Settings.Where(s => s.Key.Trim().Length > 0 && (s.Value.Length > 0 || s.Fault is null)))
            {
                config[setting.Key.Trim()] = setting.Value;
            }

            return config.ToImmutable();
        }
    }

    /// <summary>With what a connector has.</summary>
    public void Fill(ConnectorInfo connector)
    {
        Settings.Clear();
        Settings.AddRange(ConnectorConfig.Masked(connector.Config).Where(c => c.Key != ConnectorConfig.Name)
            .Select(c => new ConnectorSetting { Key = c.Key, Value = c.Value, Began = c.Value, IsNamed = true }));
    }

    public void Remove(ConnectorSetting setting)
    {
        Settings.Remove(setting);
        if (setting.Began is not null)
        {
            removed.Add(setting.Key);
        }
    }

    public void Add(ConnectSetting offered) =>
        Settings.Add(new ConnectorSetting { Key = offered.Name, Value = offered.Default ?? "", IsNamed = true, Described = offered });

    public bool IsOffered(ConnectSetting described) =>
        described.Name is not (ConnectorConfig.Name or ConnectorConfig.Class) && !Has(described.Name);

    /// <summary>What the plugin says of each; what is missing gets a field, where it is said what is missing.</summary>
    public void Describe(ImmutableArray<ConnectSetting> described)
    {
        foreach (var setting in Settings)
        {
            setting.Described = described.FirstOrDefault(d => d.Name == setting.Key.Trim()) ?? setting.Described;
            setting.Fault = setting.Described is { Errors: { IsEmpty: false } errors } ? string.Join(" ", errors) : null;
            setting.Checked = setting.Key.Trim();
        }

        foreach (var missing in described.Where(d => !d.Errors.IsEmpty && IsOffered(d)))
        {
            Settings.Add(new ConnectorSetting
            {
                Key = missing.Name,
                Value = missing.Value ?? "",
                Began = missing.Value ?? "",
                IsNamed = true,
                Described = missing,
                Checked = missing.Name,
                Fault = string.Join(" ", missing.Errors),
            });
        }
    }

    /// <summary>Another plugin may call other settings passwords.</summary>
    public void Uncheck() => Settings.ForEach(s => s.Checked = null);

    bool Has(string key) => Settings.Exists(s => s.Key.Trim() == key);

    ConnectorSetting Of(string key)
    {
        if (Settings.Find(s => s.Key.Trim() == key) is not { } setting)
        {
            setting = new ConnectorSetting { Key = key, IsNamed = key.Length > 0 };
            Settings.Add(setting);
        }

        return setting;
    }

    void Set(IEnumerable<(string Key, string Value)> rows)
    {
        foreach (var (key, value) in rows)
        {
            // what stood in an address was no secret
            var setting = Of(key);
            (setting.Value, setting.Checked) = (value, key);
        }
    }

    void Leave(IEnumerable<string> keys)
    {
        removed.UnionWith(keys);
        Settings.RemoveAll(s => removed.Contains(s.Key));
    }

    void Await(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            Of(key).IsAwaited = true;
        }
    }
}
