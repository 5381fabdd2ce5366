namespace Kafka.Broker.Controller;

/// <summary>What the controller takes from server.properties, read when it is needed: dynamic values change.</summary>
sealed record ControllerOptions
{
    public required int BrokerId { get; init; }

    /// <summary>The listener brokers talk to each other on.</summary>
    public required string InterBrokerListener { get; init; }

    public Func<bool> DeleteTopics { get; init; } = () => true;

    public Func<bool> AutoLeaderRebalance { get; init; } = () => false;

    public Func<TimeSpan> ImbalanceCheckInterval { get; init; } = () => TimeSpan.FromSeconds(300);

    public Func<int> ImbalancePercentage { get; init; } = () => 10;

    /// <summary>The first look at the balance after a failover, as Kafka's.</summary>
    public TimeSpan FirstImbalanceCheck { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether a topic would rather lose records than stay without a leader (unclean.leader.election.enable).</summary>
    public Func<string, CancellationToken, Task<bool>> UncleanElection { get; init; } = (_, _) => Task.FromResult(false);
}
