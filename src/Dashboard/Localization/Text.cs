using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Resources;

namespace Dashboard.Localization;

/// <summary>
/// All visible text, by key, in the reader's language (<see cref="CultureInfo.CurrentUICulture"/>). A folder a language, in it one resource
/// file an area; one name space of keys over all of them.
/// </summary>
public sealed class Text
{
    /// <summary>The languages there are, English first: what is missing elsewhere is read from it.</summary>
    public static readonly IReadOnlyList<string> Languages = ["en", "zh-Hans"];

    /// <summary>Resource files, without their folder and language.</summary>
    public static readonly IReadOnlyList<string> Areas =
    [
        "Shell", "Identity", "Access", "Clusters", "Overview", "Topics", "Messages", "Jobs", "Changes", "Brokers", "Groups", "Znodes",
        "Ensemble", "Metadata", "Schemas", "Connect", "Nodes", "Walkthrough", "Actions", "Bulk", "Events", "Kafka", "Palette", "Recreation",
        "Said",
    ];

    readonly ConcurrentDictionary<string, FrozenDictionary<string, string>> tables = new();

    public string this[string key] => Find(key) ?? key;

    /// <summary>Fills {0} with its argument (numbers with thousands separators) and {0?one|many} by its count.</summary>
    public string this[string key, params object?[] arguments] => Template.Fill(this[key], arguments);

    /// <summary>
    /// What an error of Kafka means, by its constant's name. In English null: the broker's own message says it, and says what it is about.
    /// </summary>
    public string? Meaning(string? code) => code is null || Language == "en" ? null : Find($"Kafka_{code}") ?? Find($"ZooKeeper_{code}");

    /// <summary>The reader's, one of <see cref="Languages"/>.</summary>
    public static string Language =>
        CultureInfo.CurrentUICulture.Name.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? "zh-Hans" : "en";

    /// <summary>Null when no such key exists in any language.</summary>
    public string? Find(string key)
    {
        var language = Language;
        return Table(language).GetValueOrDefault(key) ?? (language == "en" ? null : Table("en").GetValueOrDefault(key));
    }

    /// <summary>Every key of one language, without falling back.</summary>
    public IReadOnlyDictionary<string, string> Table(string language) => tables.GetOrAdd(language, Load);

    static FrozenDictionary<string, string> Load(string language)
    {
        var culture = language == "en" ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(language);
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var area in Areas)
        {
            var set = new ResourceManager($"{typeof(Text).Namespace}.{area}", typeof(Text).Assembly)
                .GetResourceSet(culture, createIfNotExists: true, tryParents: false);
            foreach (DictionaryEntry entry in (IEnumerable?)set ?? Array.Empty<DictionaryEntry>())
            {
                all.Add((string)entry.Key, (string)entry.Value!);
            }
        }
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
