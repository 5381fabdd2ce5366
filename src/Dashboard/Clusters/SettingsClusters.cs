using Dashboard.Monitoring;
using Wire;

namespace Dashboard.Clusters;

/// <summary>
/// The list Castellan:Clusters of appsettings.json and of the environment. Names of properties and addresses hold dots and colons: where a
/// setting's path would be cut at a colon, its pieces belong to one name.
/// </summary>
static class SettingsClusters
{
    /// <returns>Entries in the order of the list, and names that are none of a cluster's.</returns>
    public static (IReadOnlyList<WrittenDefinition> Entries, IReadOnlyList<CodedText> Unknown) Read(IConfigurationSection list)
    {
        var unknown = new List<CodedText>();
        return ([.. list.GetChildren().Select(entry => Entry(entry, unknown))], unknown);
    }

    static WrittenDefinition Entry(IConfigurationSection entry, List<CodedText> unknown)
    {
        var written = new WrittenDefinition(entry.Path, AppContext.BaseDirectory);
        foreach (var field in entry.GetChildren())
        {
            if (WrittenDefinition.Plain.Contains(field.Key) && field.Value is { } value)
            {
                written.Set(field.Key, value, field.Path);
            }
            else if (WrittenDefinition.Maps.Contains(field.Key))
            {
                foreach (var (name, text) in field.AsEnumerable(makePathsRelative: true).Where(one => one.Value is not null))
                {
                    written.Set(field.Key, name, text!, field.Path);
                }
            }
            else
            {
                unknown.Add(CodedText.Of("SettingNoField", $"{field.Path}: no such field of a cluster; it is passed over."));
            }
        }

        return written;
    }
}
