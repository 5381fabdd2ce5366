using System.Collections.Immutable;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Components.Features.Bulk;

/// <summary>One of several topics that the same is done to.</summary>
/// <param name="Command">Null: nothing would change, or it would be refused.</param>
/// <param name="What">What it comes to.</param>
/// <param name="WhyNot">Kafka's words, or the dashboard's.</param>
public sealed record BulkRow(
    string Topic, ClusterCommand? Command, string What, string? WhyNot, ImmutableArray<PlanNote> Notes);
