using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Nodes.Files;
using Wire;
using Wire.Files;

namespace Dashboard.Nodes;

/// <summary>
/// Lines that people set for every hosted broker, and for every coordinator, beside those that the host writes itself. Kept in
/// <c>settings.json</c> beside the data: a start that sets nothing has those of the last one, and a key that is set to nothing is taken out
/// again. A write failure is an <see cref="IOException"/> at start, and leaves the file as it was.
/// </summary>
public sealed record NodeSettings(ImmutableSortedDictionary<string, string> Broker, ImmutableSortedDictionary<string, string> Coordinator)
{
    public static readonly NodeSettings None = new(Sorted([]), Sorted([]));

    public bool IsEmpty => Broker.IsEmpty && Coordinator.IsEmpty;

    /// <summary>Controllers have the brokers': those that are active create topics by them.</summary>
    public ImmutableSortedDictionary<string, string> Of(NodeKind kind) => kind == NodeKind.Coordinator ? Coordinator : Broker;

    /// <exception cref="HostingException">The file cannot be understood: what was set must not be lost in silence.</exception>
    internal static NodeSettings Load(string dataDirectory)
    {
        var file = FileIn(dataDirectory);
        try
        {
            return File.Exists(file) && JsonSerializer.Deserialize(File.ReadAllText(file), KeptJson.Default.KeptSettings) is { } kept
                ? new(Sorted(kept.Broker ?? []), Sorted(kept.Coordinator ?? []))
                : None;
        }
        catch (JsonException e)
        {
            throw new HostingException(CodedText.Of(
                "SettingsNotUnderstood",
                $"{file} cannot be understood ({e.Message}). Mend it, or delete it and set the nodes' settings again."));
        }
    }

    /// <summary>With what this start sets; an empty value takes a key out.</summary>
    internal NodeSettings With(IReadOnlyDictionary<string, string> broker, IReadOnlyDictionary<string, string> coordinator) =>
        new(Over(Broker, broker), Over(Coordinator, coordinator));

    internal void Save(string dataDirectory)
    {
        var file = FileIn(dataDirectory);
        // most never set anything: no file then
        if (IsEmpty && !File.Exists(file))
        {
            return;
        }

        var kept = new KeptSettings(Broker.ToDictionary(), Coordinator.ToDictionary());
        Disk.Instance.WriteWhole(file, JsonSerializer.SerializeToUtf8Bytes(kept, KeptJson.Default.KeptSettings));
    }

    /// <summary>The host's own lines with these over them: a key that both have is the setting's.</summary>
    internal IEnumerable<string> Over(NodeKind kind, IEnumerable<(string Key, string Value)> own)
    {
        var set = Of(kind);
        return own
            .Where(line => !set.ContainsKey(line.Key))
            .Concat(set.Select(s => (s.Key, s.Value)))
            .Select(line => Properties.Line(line.Key, line.Value));
    }

    static ImmutableSortedDictionary<string, string> Over(
        ImmutableSortedDictionary<string, string> kept, IReadOnlyDictionary<string, string> given) =>
        kept.SetItems(given).RemoveRange(given.Where(g => g.Value.Trim().Length == 0).Select(g => g.Key));

    static ImmutableSortedDictionary<string, string> Sorted(IEnumerable<KeyValuePair<string, string>> settings) =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, settings);

    static string FileIn(string dataDirectory) => Path.Combine(dataDirectory, "settings.json");
}
