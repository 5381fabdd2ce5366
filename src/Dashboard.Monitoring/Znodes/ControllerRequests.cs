using Dashboard.Monitoring.Connections;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Znodes;

/// <summary>
/// Elections and moves of replicas: by the APIs, and with brokers from before them through the znodes that their controller watches, where
/// the ensemble is known.
/// </summary>
/// <param name="link">Null: it is not known, and a broker without the API is refused.</param>
sealed class ControllerRequests(KafkaCluster kafka, ZooKeeperLink? link)
{
    readonly ControllerZnodes? znodes = link is null ? null : new ControllerZnodes(link, kafka);

    /// <summary>All moves under way.</summary>
    public Task<IReadOnlyList<OngoingReassignment>> ReassignmentsAsync(CancellationToken cancellationToken) => EitherAsync(
        () => kafka.ListPartitionReassignmentsAsync(cancellationToken),
        znodes is null ? null : () => znodes.ReassignmentsAsync(cancellationToken));

    /// <param name="moves">New replicas; null cancels, which went with no znode.</param>
    public Task<IReadOnlyDictionary<TopicPartition, KafkaException?>> ReassignAsync(
        IReadOnlyDictionary<TopicPartition, IReadOnlyList<int>?> moves) => EitherAsync(
        () => kafka.AlterPartitionReassignmentsAsync(moves, CancellationToken.None),
        znodes is null || moves.Values.Any(to => to is null)
            ? null
            : () => znodes.ReassignAsync(moves.ToDictionary(one => one.Key, one => one.Value!)));

    /// <param name="asked">Null: all that need one.</param>
    /// <param name="named">What is known to need one.</param>
    public Task<IReadOnlyDictionary<TopicPartition, KafkaException?>> ElectAsync(
        ElectionType type, IReadOnlyCollection<TopicPartition>? asked, IReadOnlyCollection<TopicPartition> named) => EitherAsync(
        () => kafka.ElectLeadersAsync(type, asked, CancellationToken.None),
        znodes is null || type != ElectionType.Preferred ? null : () => znodes.ElectAsync(named));

    /// <summary>What keeps an election from being held at all; null: nothing.</summary>
    public Task<KafkaException?> LackOfElectionsAsync(ElectionType type, CancellationToken cancellationToken) =>
        type == ElectionType.Preferred && znodes is not null ? nothing
        : kafka.LackAsync(ApiKey.ElectLeaders, type == ElectionType.Unclean ? LeaderCalls.Unclean : (short)0, cancellationToken);

    /// <summary>What keeps replicas from being moved, or a move from being taken back; null: nothing.</summary>
    public Task<KafkaException?> LackOfMovesAsync(bool back, CancellationToken cancellationToken) =>
        !back && znodes is not null ? nothing : kafka.LackAsync(ApiKey.AlterPartitionReassignments, 0, cancellationToken);

    static readonly Task<KafkaException?> nothing = Task.FromResult<KafkaException?>(null);

    static async Task<T> EitherAsync<T>(Func<Task<T>> byRequest, Func<Task<T>>? byZnode)
    {
        try
        {
            return await byRequest().ConfigureAwait(false);
        }
        catch (KafkaException e) when (e.Code == ErrorCode.UnsupportedVersion && byZnode is not null)
        {
            // nothing was sent: the broker has no such API
            return await byZnode().ConfigureAwait(false);
        }
    }
}
