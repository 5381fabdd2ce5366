using System.Globalization;
using Dashboard.Localization;
using Microsoft.Extensions.Localization;
using MudBlazor;

namespace Dashboard.Components.Foundation.Theme;

/// <summary>
/// The words of MudBlazor's components in the reader's language: English is its own, the others are ours where they are used.
/// </summary>
sealed class MudTexts(Text words) : MudLocalizer
{
    /// <summary>Its words that can show here, by its own keys: what else its components say is given to them by the pages.</summary>
    static readonly HashSet<string> used = ["Converter_InvalidNumber", "MudBreadcrumbs_Label", "MudSnackbar_Close"];

    public override LocalizedString this[string key] => this[key, []];

    public override LocalizedString this[string key, params object[] arguments] => Find(key) is { } text
        ? new(key, string.Format(CultureInfo.CurrentCulture, text, arguments))
        : new(key, key, resourceNotFound: true);

    string? Find(string key) => Text.Language != "en" && used.Contains(key) ? words.Find(key) : null;
}
