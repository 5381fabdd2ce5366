using System.Collections.Immutable;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>A record on its way.</summary>
/// <param name="Partition">Null: by its key.</param>
public sealed record RecordToWrite(string Topic, int? Partition, MessageView Record)
{
    /// <summary>Key, value and headers.</summary>
    public long Bytes => Record.KeyLength + Record.ValueLength + Record.Headers.Sum(h => h.Name.Length + (h.Value?.Length ?? 0));
}

/// <summary>What a former run left, settled.</summary>
/// <param name="Batch">The batch that holds.</param>
/// <param name="Written">Records that may lie after it and are there already, by their place in the source.</param>
public sealed record SettledBatch(long Batch, ImmutableHashSet<(int Partition, long Offset)> Written);

/// <summary>
/// Writes batches so that after a crash at any moment it can be told which of them are there. One job at a time has one; it is closed with
/// it.
/// </summary>
public interface IBatchWriter : IAsyncDisposable
{
    /// <summary>Called once, before anything is written: ends what a former run left open, and says what holds.</summary>
    /// <exception cref="InvalidOperationException">It cannot be told, or the cluster refuses; says why and the way out.</exception>
    Task<SettledBatch> SettleAsync(TransferState state, CancellationToken cancellationToken);

    /// <summary>Before the state of the next batch is written: what has to be in it to find the batch's records again.</summary>
    Task<ImmutableSortedDictionary<string, ImmutableArray<long>>> PrepareAsync(
        IEnumerable<string> topics, CancellationToken cancellationToken);

    /// <summary>All of it, or an exception. Not cancelled: what was begun is seen through.</summary>
    /// <param name="state">Names the batch, as it was written ahead.</param>
    Task WriteAsync(TransferState state, IReadOnlyList<RecordToWrite> records);

    /// <summary>The job is done: what was kept on the cluster to find its batches is not needed any longer. Best effort.</summary>
    Task ForgetAsync();
}

/// <summary>The writer for a cluster, by what it can do.</summary>
public interface IBatchWriters
{
    /// <summary>Whether batches are transactions there; else records bear a mark of the job, and are looked up by it.</summary>
    Task<bool> HasTransactionsAsync(IClusterMonitor cluster, CancellationToken cancellationToken);

    /// <exception cref="InvalidOperationException">The cluster's definition has what cannot be written with; names it.</exception>
    Task<IBatchWriter> OpenAsync(IClusterMonitor cluster, TransferRequest request, string job, CancellationToken cancellationToken);
}
