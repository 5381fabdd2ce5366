using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Kafka.Client.Producing;

/// <summary>The broker that keeps a transaction or a group: found, asked, and found again when it is another by now.</summary>
sealed class Coordinator(KafkaCluster cluster, string key, CoordinatorType type)
{
    int? broker;

    /// <summary>
    /// Asks until it answers without an error that passes by itself. For requests that may be repeated: a transaction's are.
    /// </summary>
    /// <param name="errorOf">0 for none.</param>
    /// <param name="highest">The last version to use; null: the highest that both have.</param>
    /// <exception cref="KafkaException">The last error, when the patience is over or it does not pass.</exception>
    public async Task<TResponse> AskAsync<TResponse>(
        IKafkaRequest<TResponse> request,
        Func<TResponse, short> errorOf,
        TimeSpan patience,
        CancellationToken cancellationToken,
        short? highest = null)
        where TResponse : IKafkaResponse
    {
        var time = cluster.Options.Time;
        var (began, pause) = (time.GetTimestamp(), new RetryPause(time));
        while (true)
        {
            var left = patience - time.GetElapsedTime(began);
            try
            {
                broker ??= (await cluster.FindCoordinatorsAsync([key], cancellationToken, type).ConfigureAwait(false))[key].Require().Id;
                var answer = await cluster.UseAsync(
                    broker.Value,
                    (connection, rest) => connection.SendAsync(
                        request, cancellationToken, rest, Version(connection, (ApiKey)request.Key, highest)),
                    cancellationToken,
                    left < cluster.Options.RequestTimeout ? left : cluster.Options.RequestTimeout).ConfigureAwait(false);
                KafkaException.ThrowIfError(errorOf(answer));
                return answer;
            }
            catch (KafkaException e) when (ProduceErrors.Passes(e) && left > pause.Length)
            {
                // CONCURRENT_TRANSACTIONS: the one before is still being ended, by the same coordinator
                broker = e.Code == ErrorCode.ConcurrentTransactions ? broker : null;
            }

            await pause.WaitAsync(left, cancellationToken).ConfigureAwait(false);
        }
    }

    static short? Version(KafkaConnection connection, ApiKey key, short? highest) =>
        connection.Versions(key) is { } theirs && theirs.Max > highest ? highest : null;
}
