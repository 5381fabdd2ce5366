namespace Dashboard.Components.Foundation.Fields;

/// <summary>What MudBlazor draws in fields and beside choices, as paths of 24 by 24.</summary>
static class Marks
{
    /// <summary>A list opens here.</summary>
    public const string Open = """<path d="M7 10h10l-5 6z"/>""";

    public const string Unchosen =
        """<circle cx="12" cy="12" r="11" fill="var(--panel)" stroke="var(--ink-3)" stroke-width="2"/>""";

    public const string Chosen =
        """<circle cx="12" cy="12" r="12" fill="var(--ink)"/><circle cx="12" cy="12" r="4" fill="var(--on-ink)"/>""";
}
