using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Kafka.Protocol;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>By what the brokers say they answer: transactions where they have them.</summary>
/// <param name="settling">Null: as long as a producer tries to write a record.</param>
public sealed class BatchWriters(IMessageScanner scanner, TimeProvider time, TimeSpan? settling = null) : IBatchWriters
{
    public Task<bool> HasTransactionsAsync(IClusterMonitor cluster, CancellationToken cancellationToken) =>
        cluster.Data.Kafka.UseAnyAsync(
            (connection, _) => Task.FromResult(connection.Supports(ApiKey.EndTxn) && connection.Supports(ApiKey.TxnOffsetCommit)),
            cancellationToken);

    public async Task<IBatchWriter> OpenAsync(
        IClusterMonitor cluster, TransferRequest request, string job, CancellationToken cancellationToken) =>
        await HasTransactionsAsync(cluster, cancellationToken).ConfigureAwait(false)
            ? new TransactionalWriter(cluster, request, job)
            : new LookedUpWriter(cluster, request, job, scanner, settling ?? BatchProducer.Patience, time);
}
