using Wire;

namespace Dashboard.Monitoring.Audit;

/// <summary>
/// An action has come to its end, and that is not in the audit log: its message says how it ended, so that what was done is not taken for
/// failed, and why it is not written down.
/// </summary>
public sealed class AuditException : IOException, ICodedFault
{
    public AuditException(AuditEntry entry, string file, Exception why)
        : this(
            CodedText.Of(
                "AuditUnwritten",
                $"{entry.Action} {entry.Subject} ({entry.Outcome}) is not in the audit log: {file} cannot be written: {CodedText.Of(why)}"),
            entry.Outcome,
            why)
    {
    }

    AuditException(CodedText told, string outcome, Exception why)
        : base(told.English, why) =>
        (Told, Outcome) = (told, outcome);

    public CodedText Told { get; }

    /// <summary>That of the action: "done", "refused", "failed", "unknown".</summary>
    public string Outcome { get; }
}
