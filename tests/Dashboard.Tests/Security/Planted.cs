using System.Text;
using System.Text.RegularExpressions;

namespace Dashboard.Tests.Security;

/// <summary>A secret in one part of a record, and the mask that hides it.</summary>
/// <param name="Mask">As in clusters.yaml.</param>
public sealed partial record Planted(string Mask, string Key, string Value, string Header)
{
    public const string Secret = "Geheim4711", Shown = "Sichtbar", HeaderName = "trace-id";

    public static IReadOnlyList<Planted> All { get; } =
    [
        new("key", Secret, $$$"""{"name":"{{{Shown}}}"}""", Shown),
        new("value", Shown, $$$"""{"name":"{{{Secret}}}"}""", Shown),
        new("$.card.number", Shown, $$$"""{"name":"{{{Shown}}}","card":{"number":"{{{Secret}}}"}}""", Shown),
        new("$.items[*].price", Shown, $$$"""{"items":[{"price":"{{{Secret}}}"},{"price":"{{{Secret}}}","name":"{{{Shown}}}"}]}""", Shown),
        // a value that is no JSON is masked whole where a field is
        new("$.card.number", Shown, $"card={Secret}", Shown),
        new(HeaderName, Shown, $$$"""{"name":"{{{Shown}}}"}""", Secret),
    ];

    /// <summary>Whether it is in an answer: as it is, as hexadecimal digits, or within bytes in base64.</summary>
    public static bool IsIn(string text)
    {
        var hex = Convert.ToHexString(Encoding.UTF8.GetBytes(Secret));
        return text.Contains(Secret, StringComparison.Ordinal)
            || text.Replace(" ", "", StringComparison.Ordinal).Contains(hex, StringComparison.OrdinalIgnoreCase)
            || Base64.Matches(text).Any(match => Decoded(match.Value).Contains(Secret, StringComparison.Ordinal));
    }

    static string Decoded(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : "";
    }

    [GeneratedRegex("[A-Za-z0-9+/]{8,}={0,2}")]
    private static partial Regex Base64 { get; }
}
