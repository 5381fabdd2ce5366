using System.Collections.Immutable;

namespace Dashboard.Monitoring.Model;

/// <summary>What watching a cluster costs its brokers: requests of this program's readings and commands, and its connections.</summary>
/// <param name="Apis">The one that is asked most often first.</param>
/// <param name="Links">By broker; bootstrap addresses that are no broker's own last.</param>
public sealed record ClientLoad(ImmutableArray<ApiLoad> Apis, ImmutableArray<LinkLoad> Links)
{
    public double? PerSecond => Apis.IsEmpty || Apis[0].PerSecond is null ? null : Apis.Sum(api => api.PerSecond);
}

/// <param name="Total">Since the cluster is watched.</param>
/// <param name="PerSecond">Over the last minute; null before the second reading.</param>
public sealed record ApiLoad(string Api, long Total, double? PerSecond);

/// <param name="Broker">Null of a bootstrap address that is no broker's own.</param>
/// <param name="Connections">Open now.</param>
/// <param name="Failures">Attempts in a row that failed.</param>
/// <param name="PausesFor">Nothing is sent for so long after the last of them; null while it does not pause.</param>
/// <param name="Failure">What the last attempt failed with.</param>
public sealed record LinkLoad(int? Broker, string Address, int Connections, int Failures, TimeSpan? PausesFor, string? Failure);
