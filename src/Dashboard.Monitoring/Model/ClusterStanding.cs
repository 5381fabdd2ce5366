namespace Dashboard.Monitoring.Model;

/// <summary>How a cluster is, in one word; in the order in which someone on call wants them.</summary>
public enum ClusterState
{
    /// <summary>Something is lost: a finding that is bad, or an answer that cannot be used.</summary>
    Broken,

    /// <summary>Nothing of what was given answers, neither a broker nor a server of the ensemble.</summary>
    Unreachable,

    /// <summary>Everything is served, and something is not as it should be or could not be read.</summary>
    Degraded,

    /// <summary>Not asked yet: nothing is known, good or bad.</summary>
    Connecting,
    Ok,
}

/// <summary>How a cluster is, by the rules that its health has.</summary>
/// <param name="Since">When the oldest of what makes it so began; null while nothing does.</param>
public readonly record struct ClusterStanding(ClusterState State, DateTimeOffset? Since)
{
    public static ClusterStanding Of(ClusterSnapshot snapshot)
    {
        if (snapshot is { WasAsked: false, Health.IsKnown: false })
        {
            return new(ClusterState.Connecting, null);
        }

        if (!Answers(snapshot))
        {
            return new(ClusterState.Unreachable, Errors(snapshot).Max(error => (DateTimeOffset?)error.Since));
        }

        return snapshot.Health switch
        {
            { IsKnown: false } => new(ClusterState.Broken, Errors(snapshot).Min(error => (DateTimeOffset?)error.Since)),
            { Worst: Severity.Bad } health => new(ClusterState.Broken, Oldest(health, Severity.Bad)),
            { Worst: Severity.Warning } health => new(ClusterState.Degraded, Oldest(health, Severity.Warning)),
            _ when Verdicts.Stale(snapshot) is { } stale => new(ClusterState.Degraded, stale.Since),
            _ => new(ClusterState.Ok, null),
        };
    }

    /// <summary>A refusal is an answer; what is known of brokers comes from one of the two.</summary>
    static bool Answers(ClusterSnapshot snapshot) =>
        (snapshot is { HasKafka: true, Topics.WasAsked: true }
            && snapshot.Topics.Error?.Kind is not (SectionErrorKind.TimedOut or SectionErrorKind.Unreachable))
        || snapshot.Brokers is { Value: not null, Error: null }
        || snapshot.Ensemble.Value?.Servers.Any(server => server.Role != ServerRole.Down) == true;

    static IEnumerable<SectionError> Errors(ClusterSnapshot snapshot) =>
        new[] { snapshot.HasKafka ? snapshot.Topics.Error : null, snapshot.Brokers.Error, snapshot.RegistrationError }
            .OfType<SectionError>();

    static DateTimeOffset? Oldest(Health health, Severity severity) =>
        health.Findings.Where(finding => finding.Severity == severity).Min(finding => (DateTimeOffset?)finding.Since);
}
