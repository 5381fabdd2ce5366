namespace Dashboard.Telemetry;

/// <summary>What somebody would alert on, of this program itself.</summary>
static class ProgramFamilies
{
    public static IEnumerable<MetricFamily> All =>
    [
        new("castellan_audit_waiting", "Entries of the audit log that wait to be written to its topic; no sample without one.",
            source => source.Audit is { } audit ? [new(audit.Waiting)] : []),
        new("castellan_audit_undelivered_total",
            "Entries of the audit log that were not written to its topic and will not be: too many waited, or one was too long.",
            source => source.Audit is { } audit ? [new(audit.Undelivered)] : []) { IsCounter = true },
    ];
}
