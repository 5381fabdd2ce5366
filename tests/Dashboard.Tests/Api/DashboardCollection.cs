using Testing;

namespace Dashboard.Tests.Api;

/// <summary>Tests that share one running program, one after the other. Each leaves the cluster as it found it.</summary>
[CollectionDefinition]
public sealed class DashboardCollection : ICollectionFixture<RunningDashboard>;
