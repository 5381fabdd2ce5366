using Dashboard.Messages.Scanning;

namespace Dashboard.Components.Features.Messages;

/// <summary>What is asked for, as it stands in the address. Every change of it is a link.</summary>
public sealed record AskedMessages(ScanQueryText Text)
{
    public AskedMessages With(string? from = null, string? to = null, string? isolation = null) => new(Text with
    {
        From = from ?? Text.From,
        To = to ?? Text.To,
        Isolation = isolation ?? Text.Isolation,
    });

    /// <param name="at">The record that is open.</param>
    public string Href(string path, string? at = null)
    {
        (string Name, string? Value)[] parts =
        [
            ("from", Text.From), ("to", Text.To), ("partitions", Text.Partitions), ("limit", Text.Limit), ("filter", Text.Filter),
            ("isolation", Text.Isolation), ("continue", Text.Continue), ("at", at),
        ];
        var given = parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}").ToList();
        return given.Count == 0 ? path : $"{path}?{string.Join('&', given)}";
    }
}
