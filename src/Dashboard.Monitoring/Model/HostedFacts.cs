using System.Collections.Immutable;
using Wire;

namespace Dashboard.Monitoring.Model;

/// <summary>A hosted node that failed more than once in a row, and is started again until somebody stops it.</summary>
/// <param name="Since">Of the first failure.</param>
/// <param name="Reason">Of the last.</param>
/// <param name="LongestWait">Between its end and the next start.</param>
public sealed record FailingNode(string Name, int Failures, DateTimeOffset Since, CodedText Reason, TimeSpan LongestWait);

/// <summary>What who hosts a cluster knows of it beside what it tells itself.</summary>
/// <param name="Brokers">By id, running or not: a broker that is none of them was taken out for good.</param>
/// <param name="Failing">Nodes that do not come up.</param>
public sealed record HostedFacts(ImmutableHashSet<int> Brokers, ImmutableArray<FailingNode> Failing);
