namespace Dashboard.Messages.Filters;

/// <summary>From an address to a filter: KIND:WHAT.</summary>
public static class RecordFilters
{
    public const string TextKind = "text", IgnoreCaseKind = "textIgnoreCase", RegexKind = "regex", JsonKind = "json", CelKind = "cel";

    /// <summary>Longer ones are no questions of a person.</summary>
    const int MostCharacters = 8192;

    public static IReadOnlyList<string> Kinds { get; } = [TextKind, IgnoreCaseKind, RegexKind, JsonKind, CelKind];

    /// <summary>Null or nothing: every record is wanted.</summary>
    /// <exception cref="FilterException">Says what is wrong with it, and where.</exception>
    public static IRecordFilter? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (kind, what) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        if (!Kinds.Contains(kind))
        {
            throw new FilterException($"\"{kind}\" is no kind of filter; there are {string.Join(", ", Kinds)}, as in text:WORD.");
        }

        if (what.Length is 0 or > MostCharacters)
        {
            throw new FilterException(what.Length == 0
                ? $"{kind}: says nothing of what to look for."
                : $"{kind}: has {what.Length} characters; {MostCharacters} is the most.");
        }

        return kind switch
        {
            TextKind => new TextFilter(what, ignoreCase: false),
            IgnoreCaseKind => new TextFilter(what, ignoreCase: true),
            RegexKind => new RegexFilter(what),
            JsonKind => JsonFilter.Parse(what),
            _ => new CelFilter(what),
        };
    }
}
