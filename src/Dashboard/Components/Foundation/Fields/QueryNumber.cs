using System.Globalization;

namespace Dashboard.Components.Foundation.Fields;

/// <summary>
/// Numbers in addresses. Addresses are written by hand too, and the framework fails the page on one that it cannot convert: so
/// they come in as text.
/// </summary>
public static class QueryNumber
{
    /// <summary>Null for none, and for what is no number.</summary>
    public static int? Of(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
