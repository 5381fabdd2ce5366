using Dashboard.Messages.Scanning;

namespace Dashboard.Components.Features.Messages;

/// <summary>What is asked for and how it is shown, as it stands in the address. Every change of it is a link.</summary>
public sealed record AskedMessages(ScanQueryText Text)
{
    public const string Utc = "utc", Local = "local", Following = "true";

    /// <summary>Follows what is written.</summary>
    public bool Tail { get; init; }

    /// <summary>Of the table; null: the default ones, or those that were chosen last.</summary>
    public string? Columns { get; init; }

    /// <summary><see cref="Utc"/> or <see cref="Local"/>; null: as on all pages.</summary>
    public string? Zone { get; init; }

    /// <summary>Records that are compared: PARTITION:OFFSET, at most two, with a comma.</summary>
    public string? Pick { get; init; }

    public IReadOnlyList<string> Picked => (Pick ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>How the value of the record that is open is decoded.</summary>
    public string? As { get; init; }

    /// <summary>Likewise its key.</summary>
    public string? KeyAs { get; init; }

    /// <summary>What the REST interface gives as a file.</summary>
    public static IReadOnlyList<string> FileFormats { get; } = ["ndjson", "csv", "zip"];

    public bool IsLatest => Text.View == ScanQueryText.LatestView;

    public AskedMessages With(string? from = null, string? to = null, string? isolation = null) => this with
    {
        Text = Text with
        {
            From = from ?? Text.From,
            To = to ?? Text.To,
            Isolation = isolation ?? Text.Isolation,
        },
    };

    /// <param name="at">The record that is open.</param>
    public string Href(string path, string? at = null) => Address(
        path,
        [.. Question(), ("tail", Tail ? Following : null), ("columns", Columns), ("zone", Zone), ("pick", Pick), ("at", at), ("as", As),
            ("keyAs", KeyAs)]);

    /// <summary>The same records from the REST interface.</summary>
    /// <param name="format">Null: with what was looked at, and no more than the limit. Else as a file, of all that is found.</param>
    public string Rest(string path, string? format = null) => Address(
        path,
        [.. Question().Where(p => format is null || p.Name is not ("limit" or "continue")), ("format", format),
            ("follow", Tail ? Following : null), ("columns", format == "csv" ? Columns : null)]);

    /// <summary>Takes it to be compared, or puts it back. A third one takes the place of the first.</summary>
    public AskedMessages Picking(string place)
    {
        var picked = Picked.ToList();
        if (!picked.Remove(place))
        {
            picked.Add(place);
        }

        return this with { Pick = picked.Count == 0 ? null : string.Join(',', picked.TakeLast(2)) };
    }

    IEnumerable<(string Name, string? Value)> Question() =>
    [
        ("from", Text.From), ("to", Text.To), ("partitions", Text.Partitions), ("limit", Text.Limit), ("filter", Text.Filter),
        ("isolation", Text.Isolation), ("view", Text.View), ("continue", Text.Continue),
    ];

    static string Address(string path, IEnumerable<(string Name, string? Value)> parts)
    {
        var given = parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}").ToList();
        return given.Count == 0 ? path : $"{path}?{string.Join('&', given)}";
    }
}
