using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using Wire;

namespace Dashboard.Monitoring.Tests;

/// <summary>Clusters come and go; what one of them does is nothing to the others.</summary>
public sealed class ClusterRegistryTests : IAsyncDisposable
{
    readonly ScriptedCluster cluster = new();
    readonly ClusterRegistry registry = new(new TestAudit(), NullLoggerFactory.Instance, TimeProvider.System);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_cluster_is_added_changed_and_removed_while_the_others_go_on()
    {
        var changes = 0;
        registry.Changed += () => changes++;
        registry.Set([Options("one")]);
        registry.Start();
        var one = registry.Find("one")!;
        await ReadAsync(one);

        registry.Set([Options("one"), Options("two")]);
        Assert.Same(one, registry.Find("one"));
        var two = registry.Find("two")!;
        await ReadAsync(two);

        registry.Set([Options("two") with { Name = "Second", ReadOnly = true }, Options("one")]);
        Assert.Equal([two, one], registry.Clusters);
        await two.WaitForAsync(s => s is { Name: "Second", ReadOnly: true }, Eventually.Deadline, Token);
        var refused = await two.Commands.RunAsync(new DeleteTopic("orders"), Actor.Program("me"), null, Token);
        Assert.Equal(Refusal.ReadOnlyCode, Assert.Single(refused.Refusals).Code);

        registry.Set([Options("two") with { Kafka = "127.0.0.1:1" }]);
        Assert.NotSame(two, registry.Find("two"));
        Assert.Null(registry.Find("one"));
        Assert.Equal(4, changes);
    }

    [Fact]
    public async Task Whoever_waits_for_a_cluster_that_is_removed_is_told()
    {
        registry.Set([Options("gone")]);
        registry.Start();
        var gone = registry.Find("gone")!;
        await ReadAsync(gone);
        var waiting = gone.WaitForAsync(_ => false, Eventually.Deadline, Token);
        var commanded = cluster.Asked<DeleteTopicsRequest>();
        registry.Set([]);
        var told = await Assert.ThrowsAsync<TimeoutException>(() => waiting);
        Assert.Contains("gone was removed", told.Message, StringComparison.Ordinal);
        Assert.NotNull(gone.Current.Topics.Value);
        gone.RequestRefresh();
        var late = await gone.Commands.RunAsync(new DeleteTopic("x"), Actor.Program("me"), null, Token);
        Assert.Equal((CommandEnd.NotSent, "UNKNOWN_CLUSTER"), (late.End, late.Reason!.Code));
        Assert.Equal(commanded, cluster.Asked<DeleteTopicsRequest>());
    }

    [Fact]
    public void What_cannot_be_opened_changes_nothing()
    {
        registry.Set([Options("one")]);
        var before = registry.Clusters;
        var many = Enumerable.Range(0, ClusterRegistry.MostClusters + 1).Select(i => Options($"c{i}")).ToImmutableArray();
        Assert.Contains("100", Assert.Throws<ClusterDefinitionException>(() => registry.Set(many)).Message, StringComparison.Ordinal);
        Assert.Throws<CodedFormatException>(() => registry.Set([Options("two"), Options("three") with { Kafka = "no:port" }]));
        Assert.Same(before, registry.Clusters);
    }

    /// <summary>The black hole takes connections and never answers.</summary>
    [Fact]
    public async Task A_black_hole_costs_the_others_nothing()
    {
        using var hole = new Socket(SocketType.Stream, ProtocolType.Tcp);
        hole.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole.Listen();
        var silent = $"127.0.0.1:{((IPEndPoint)hole.LocalEndPoint!).Port}";
        var clusters = Enumerable.Range(0, 20).Select(i => Options($"c{i:00}"))
            .Prepend(Options("hole") with { Kafka = silent, ZooKeeper = silent });
        var began = TimeProvider.System.GetTimestamp();
        registry.Set([.. clusters]);
        registry.Start();
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2), "opening waits for nobody");
        var others = registry.Clusters.Where(c => c.Id != "hole").ToList();
        await Task.WhenAll(others.Select(ReadAsync));
        var hopeless = registry.Find("hole")!;
        Assert.Null(hopeless.Current.Topics.Value);

        // it was asked, within its deadline, and the others go on being read
        await hopeless.WaitForAsync(s => s.WasAsked, Eventually.Deadline, Token);
        Assert.Equal(ClusterState.Unreachable, ClusterStanding.Of(hopeless.Current).State);
        var versions = others.ToDictionary(c => c, c => c.Current.Topics.AsOf);
        await Task.WhenAll(others.Select(c => c.WaitForAsync(s => s.Topics.AsOf > versions[c], Eventually.Deadline, Token)));
        registry.Set([.. others.Skip(1).Select(c => Options(c.Id))]);
        Assert.Equal(19, registry.Clusters.Count);
    }

    Task<ClusterSnapshot> ReadAsync(IClusterMonitor monitor) =>
        monitor.WaitForAsync(s => s.Topics is { Value: not null, Error: null }, Eventually.Deadline, Token);

    ClusterMonitorOptions Options(string id) => new()
    {
        Id = id,
        Name = id,
        Kind = ClusterKind.Remote,
        Kafka = $"127.0.0.1:{cluster.Port}",
        CallDeadline = TimeSpan.FromSeconds(2),
    };
}
