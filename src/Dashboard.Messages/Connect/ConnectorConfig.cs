using System.Collections.Immutable;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Connect;

/// <summary>A connector's config with its secrets masked, and back.</summary>
public static class ConnectorConfig
{
    public const string Class = "connector.class";

    public const string Name = "name";

    /// <summary>
    /// Masks what looks like a secret by its name, and what its plugin calls a password. A reference to a secret that lies elsewhere
    /// (${file:…}) is none.
    /// </summary>
    /// <param name="passwords">Names of settings that the plugin calls passwords.</param>
    public static ImmutableSortedDictionary<string, string> Masked(
        IReadOnlyDictionary<string, string> config, IReadOnlySet<string>? passwords = null) =>
        config.ToImmutableSortedDictionary(
            c => c.Key,
            c => IsMasked(c.Key, c.Value, passwords?.Contains(c.Key) == true) ? ClusterDefinition.KeepSecret : c.Value,
            StringComparer.Ordinal);

    /// <summary>Whether a value is shown as its mask, and stands nowhere.</summary>
    /// <param name="isPassword">The plugin calls it one.</param>
    public static bool IsMasked(string name, string value, bool isPassword) =>
        (IsSecret(name) || isPassword) && !IsReference(value) && value.Length > 0;

    /// <summary>With what the connector has in the place of each mask.</summary>
    /// <returns>The name of a setting whose mask stands for nothing; null where there is none.</returns>
    public static string? TryFill(
        IReadOnlyDictionary<string, string> given, IReadOnlyDictionary<string, string>? has,
        out ImmutableSortedDictionary<string, string> filled)
    {
        var missing = given.FirstOrDefault(c => c.Value == ClusterDefinition.KeepSecret && has?.ContainsKey(c.Key) != true).Key;
        filled = given.ToImmutableSortedDictionary(
            c => c.Key,
            c => c.Value == ClusterDefinition.KeepSecret && has?.TryGetValue(c.Key, out var value) == true ? value : c.Value,
            StringComparer.Ordinal);
        return missing;
    }

    /// <summary>In what two configs differ, by names alone: values may be secret. "+ a, - b, c".</summary>
    public static string Changes(IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string> after) => string.Join(
        ", ",
        after.Where(c => before?.ContainsKey(c.Key) != true).Select(c => $"+ {c.Key}")
            .Concat((before?.Keys ?? []).Where(key => !after.ContainsKey(key)).Select(key => $"- {key}"))
            .Concat(after.Where(c => before?.TryGetValue(c.Key, out var old) == true && old != c.Value).Select(c => c.Key)).Take(100));

    /// <summary>For the audit log.</summary>
    public static string Text(IReadOnlyDictionary<string, string> config) =>
        string.Join(", ", Masked(config).Take(100).Select(c => $"{c.Key}={(c.Value.Length > 200 ? c.Value[..200] + "…" : c.Value)}"));

    static bool IsSecret(string name) => Secrets.IsSecret(name)
        || name.Contains("access.key", StringComparison.OrdinalIgnoreCase) || name.Contains("api.key", StringComparison.OrdinalIgnoreCase)
        || name.Contains("credential", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("auth.user.info", StringComparison.OrdinalIgnoreCase)
        || name.Contains("connection.ur", StringComparison.OrdinalIgnoreCase);

    static bool IsReference(string value) => value.StartsWith("${", StringComparison.Ordinal) && value.EndsWith('}');
}
