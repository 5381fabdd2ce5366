using System.Collections.Frozen;
using System.Collections.Immutable;
using Wire;

namespace Dashboard.Monitoring;

/// <summary>
/// A Connect cluster beside a Kafka cluster: how it is called here, and how it is reached. Of several each property has its name in front:
/// main.url, main.user, archive.url; without one it is of the Connect cluster "connect". The properties are those of a schema registry.
/// </summary>
/// <param name="Name">In addresses.</param>
public sealed record ConnectSettings(string Name, RegistrySettings Access)
{
    /// <summary>Of the one that has no name.</summary>
    public const string Unnamed = "connect";

    const string Field = "connect";
    const int Most = 20;

    /// <summary>Properties that have a dot in their own names stand without a name alone when they begin with one of these.</summary>
    static readonly string[] dotted = ["basic.", "bearer.", "ssl.", "request."];

    /// <summary>In the order of their names.</summary>
    /// <exception cref="ClusterDefinitionException">One cannot be taken; names the property.</exception>
    public static ImmutableArray<ConnectSettings> Of(IReadOnlyDictionary<string, string> given)
    {
        var groups = given.GroupBy(p => Split(p.Key).Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        if (groups.Count > Most)
        {
            throw new ClusterDefinitionException(Field, CodedText.Of("ClusterMost", $"{Field}: at most {Most}."));
        }

        return [.. groups.Select(group => new ConnectSettings(Named(group.Key), Read(group)))];
    }

    /// <summary>As it was given; null when it was not.</summary>
    public static string? AddressOf(IReadOnlyDictionary<string, string> given, string property)
    {
        var name = Split(property).Name;
        return given.FirstOrDefault(p => Split(p.Key) == (name, "url")).Value;
    }

    static (string Name, string Property) Split(string key) =>
        key.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 && !dotted.Any(key.StartsWith)
            ? (key[..dot], key[(dot + 1)..])
            : (Unnamed, key);

    static string Named(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        ? name
        : throw new ClusterDefinitionException(
            Field, CodedText.Of("ConnectName", $"{Field}: \"{name}\": a name is letters, digits, '-' and '_'."));

    static RegistrySettings Read(IGrouping<string, KeyValuePair<string, string>> group)
    {
        try
        {
            return RegistrySettings.Read(group.ToFrozenDictionary(p => Split(p.Key).Property, p => p.Value))!;
        }
        catch (RegistrySettingsException e)
        {
            var key = group.Select(p => p.Key).FirstOrDefault(key => Split(key).Property == e.Property);
            throw e.Of(Field, key ?? $"{group.Key}.{e.Property}", $"{group.Key}: {e.Property}");
        }
    }
}
