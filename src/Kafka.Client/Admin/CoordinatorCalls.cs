using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>What a coordinator keeps.</summary>
public enum CoordinatorType : sbyte
{
    Group = 0,
    Transaction = 1,
}

/// <summary>Finds coordinators: many keys in one request from FindCoordinator v4 on (KIP-699), below it one a key, pipelined.</summary>
public static class CoordinatorCalls
{
    const short ManyKeys = 4;

    /// <summary>
    /// The broker of each group or transactional id. COORDINATOR_NOT_AVAILABLE while the internal topic is being created: ask again.
    /// </summary>
    public static Task<IReadOnlyDictionary<string, BrokerAnswer<BrokerAddress>>> FindCoordinatorsAsync(
        this KafkaCluster cluster,
        IReadOnlyCollection<string> keys,
        CancellationToken cancellationToken,
        CoordinatorType type = CoordinatorType.Group) =>
        cluster.UseAnyAsync(
            (connection, left) => connection.Supports(ApiKey.FindCoordinator, ManyKeys)
                ? TogetherAsync(connection, keys, type, left, cancellationToken)
                : OneByOneAsync(connection, keys, type, left, cancellationToken),
            cancellationToken);

    static async Task<IReadOnlyDictionary<string, BrokerAnswer<BrokerAddress>>> TogetherAsync(
        KafkaConnection connection,
        IReadOnlyCollection<string> keys,
        CoordinatorType type,
        TimeSpan left,
        CancellationToken cancellationToken)
    {
        // distinct: brokers answer a key as often as it is asked for, and the answers go into a dictionary
        var request = new FindCoordinatorRequest { KeyType = (sbyte)type, CoordinatorKeys = [.. keys.Distinct()] };
        var answer = await connection.SendAsync(request, cancellationToken, left).ConfigureAwait(false);
        return answer.Coordinators.ToDictionary(
            one => one.Key,
            one => Answer(one.ErrorCode, one.ErrorMessage, one.NodeId, one.Host, one.Port));
    }

    static async Task<IReadOnlyDictionary<string, BrokerAnswer<BrokerAddress>>> OneByOneAsync(
        KafkaConnection connection,
        IReadOnlyCollection<string> keys,
        CoordinatorType type,
        TimeSpan left,
        CancellationToken cancellationToken)
    {
        var calls = keys.Distinct().ToDictionary(
            key => key,
            key => connection.SendAsync(new FindCoordinatorRequest { Key = key, KeyType = (sbyte)type }, cancellationToken, left));
        await Task.WhenAll(calls.Values).ConfigureAwait(false);
        return calls.ToDictionary(call => call.Key, call => Answer(call.Value.Result));
    }

    static BrokerAnswer<BrokerAddress> Answer(FindCoordinatorResponse one) =>
        Answer(one.ErrorCode, one.ErrorMessage, one.NodeId, one.Host, one.Port);

    static BrokerAnswer<BrokerAddress> Answer(short code, string? message, int id, string host, int port) =>
        Results.Answer(code, () => new BrokerAddress(id, host, port, null), message);
}
