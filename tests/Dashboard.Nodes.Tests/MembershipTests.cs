using Dashboard.Nodes.Files;
using Kafka.Client;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Nodes.Tests;

/// <summary>Brokers that join and leave a hosted cluster while it runs.</summary>
public sealed class MembershipTests : IAsyncLifetime
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    readonly TempDirectory directory = new();
    readonly int free = FreePorts.Take(1)[0];
    NodeHost host = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => StartAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task A_broker_joins_survives_a_restart_and_leaves_once_it_holds_nothing()
    {
        Assert.Equal(("kafka1", 1, true), (host.PlanBroker().Name, host.PlanBroker().Id, host.PlanBroker().CanRun));
        var added = await host.AddBrokerAsync("me", Cancellation);
        Assert.Equal(("kafka1", 1), (added.Name, added.Id));
        Assert.Contains($"127.0.0.1:{added.Port}", host.Bootstrap, StringComparison.Ordinal);
        await ReadyAsync();
        await AssignAsync("held", 1);

        await StopAsync();
        await StartAsync();
        Assert.Equal(["zk1", "kafka0", "kafka1"], host.Nodes.Select(n => n.Name));
        Assert.Equal(added.Port, host.Nodes[2].Port);

        var refusal = await Assert.ThrowsAsync<NodeActionException>(() => host.RemoveBrokerAsync("kafka1", "me", Cancellation));
        Assert.Contains("it has 1 replica on its disk (held-0)", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(NodeState.Running, host.Nodes[2].State);

        await using (var client = Client())
        {
            var deletion = new DeleteTopicsRequest { Topics = [new() { Name = "held" }], TopicNames = ["held"], TimeoutMs = 10_000 };
            await client.SendToControllerAsync(deletion, Cancellation);
        }

        await Eventually.TrueAsync(() => host.WhyNotRemove("kafka1") is null, "its disk is empty", patience);
        await host.RemoveBrokerAsync("kafka1", "me", Cancellation);
        Assert.Equal(["zk1", "kafka0"], host.Nodes.Select(n => n.Name));
        Assert.False(Directory.Exists(directory["kafka1"]));
        await Assert.ThrowsAsync<NodeActionException>(() => host.ActAsync("kafka1", NodeAction.Start, "me", Cancellation));

        await StopAsync();
        await StartAsync();
        Assert.Equal(["zk1", "kafka0"], host.Nodes.Select(n => n.Name));
    }

    [Theory]
    [InlineData("zk1", "it is a coordinator")]
    [InlineData("kafka0", "it is the only broker")]
    [InlineData("kafka9", "there is no such node")]
    public async Task What_cannot_be_removed_says_why(string node, string why)
    {
        var refusal = await Assert.ThrowsAsync<NodeActionException>(() => host.RemoveBrokerAsync(node, "me", Cancellation));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    async Task AssignAsync(string topic, int broker)
    {
        await using var client = Client();
        await Eventually.TrueAsync(
            async () =>
            {
                var answer = await client.SendToControllerAsync(
                    new CreateTopicsRequest
                    {
                        Topics = [new()
                        {
                            Name = topic,
                            NumPartitions = -1,
                            ReplicationFactor = -1,
                            Assignments = [new() { PartitionIndex = 0, BrokerIds = [broker] }],
                        }],
                        TimeoutMs = 10_000,
                    },
                    Cancellation);
                return answer.Topics[0].ErrorCode == 0;
            },
            $"{topic} is made",
            patience);
        await Eventually.TrueAsync(() => host.WhyNotRemove($"kafka{broker}") is not null, $"broker {broker} has it on disk", patience);
    }

    KafkaCluster Client() => new(KafkaCluster.ParseBootstrap(host.Bootstrap), new KafkaClientOptions());

    Task ReadyAsync() => Eventually.TrueAsync(() => host.Nodes.All(n => n.State == NodeState.Running), "all nodes run", patience);

    async ValueTask StartAsync()
    {
        var options = new HostingOptions
        {
            DataDirectory = directory.Path,
            Coordinators = 1,
            Brokers = 1,
            FirstCoordinatorPort = free,
            FirstBrokerPort = free + 20,
        };
        host = new NodeHost(options, NullLogger<NodeHost>.Instance, TimeProvider.System);
        await host.StartAsync(CancellationToken.None);
        await ReadyAsync();
    }

    async Task StopAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
    }
}
