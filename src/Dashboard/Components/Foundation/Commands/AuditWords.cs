using Dashboard.Localization;

namespace Dashboard.Components.Foundation.Commands;

/// <summary>How the outcome of an action is drawn and named, wherever one is listed.</summary>
public static class AuditWords
{
    /// <summary>All there are.</summary>
    public static readonly IReadOnlyList<string> Outcomes = ["done", "refused", "failed", "unknown"];

    public static string Glyph(string outcome) => outcome switch { "done" => "ok", "refused" => "warn", "unknown" => "stale", _ => "bad" };

    public static string Outcome(Text text, string outcome) => text.Find($"Audit_Outcome_{outcome}") ?? outcome;
}
