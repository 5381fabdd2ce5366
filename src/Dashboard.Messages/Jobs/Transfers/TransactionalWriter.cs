using System.Collections.Immutable;
using Dashboard.Messages.Bytes;
using Dashboard.Monitoring;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Admin.Groups;
using Kafka.Client.Producing;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>
/// A batch is a transaction (KIP-98) that commits its number as an offset of the job's group, with its records or not at all. The
/// transactional id fences the server that ran the job before: what that one left open is settled before anything is read of it.
/// </summary>
sealed class TransactionalWriter(IClusterMonitor cluster, TransferRequest request, string job) : IBatchWriter
{
    static readonly TimeSpan timeout = TimeSpan.FromSeconds(60), beginning = TimeSpan.FromSeconds(30), pause = TimeSpan.FromSeconds(1);

    const int MostTries = 15;

    readonly MessageShape shape = new(request, null, cluster.Data.Time);
    readonly string name = BatchProducer.NameOf(job);
    TransactionalProducer? producer;
    string? anchor;

    public async Task<SettledBatch> SettleAsync(TransferState state, CancellationToken cancellationToken)
    {
        // fences an earlier run of the same name, and ends what it left open
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        // nothing was under way when the last run ended
        if (state.Before is null)
        {
            return new SettledBatch(state.Batch, []);
        }

        anchor = state.Anchor;
        var committed = await CommittedAsync(anchor, cancellationToken).ConfigureAwait(false);
        // the group's offset is written in the batch's own transaction, so it says which batch was the last to commit
        return committed == state.Batch ? new SettledBatch(state.Batch, [])
            : committed == state.Batch - 1 || (committed < 0 && state.Batch == 1) ? new SettledBatch(state.Batch - 1, [])
            : throw new JobFaultException(committed < 0
                ? CodedText.Of(
                    "batchForgotten",
                    $"Whether batch {state.Batch} was written is not known any longer: group {name} on {cluster.Id} has no offset "
                    + $"(Kafka forgets those of idle groups). Begin a new job from where this one ended.")
                : CodedText.Of(
                    "batchUnknown",
                    $"Whether batch {state.Batch} was written is not known any longer: group {name} on {cluster.Id} has offset "
                    + $"{committed}. Begin a new job from where this one ended."));
    }

    public Task<ImmutableSortedDictionary<string, ImmutableArray<long>>> PrepareAsync(
        IEnumerable<string> topics, CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableSortedDictionary<string, ImmutableArray<long>>.Empty);

    public async Task WriteAsync(TransferState state, IReadOnlyList<RecordToWrite> records)
    {
        anchor = state.Anchor;
        try
        {
            await producer!.WriteAsync([.. records.Select(shape.Of)]).ConfigureAwait(false);
            // the number of the batch in place of an offset: no more is needed to know what was written
            await producer.CommitAsync(name, new(state.Anchor, 0), state.Batch).ConfigureAwait(false);
            await producer.EndAsync(commit: true, timeout).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            // at once: an open transaction holds up every reader of committed records until its timeout
            await AbortAsync().ConfigureAwait(false);
            throw ProducerFaults.Of(
                CodedText.Of("batchNotWritten", $"Batch {state.Batch} was not written to {cluster.Id}: {ProducerFaults.Words(e)}."), e);
        }
    }

    public async Task ForgetAsync()
    {
        if (anchor is null)
        {
            return;
        }

        try
        {
            // an offset that its transaction has not settled yet would bring the group back
            await CommittedAsync(anchor, CancellationToken.None).ConfigureAwait(false);
            var kafka = cluster.Data.Kafka;
            var found = await kafka.FindCoordinatorsAsync([name], CancellationToken.None).ConfigureAwait(false);
            await kafka.DeleteGroupAsync(found[name].Require().Id, name, CancellationToken.None).ConfigureAwait(false);
        }
        catch (KafkaException)
        {
            // it may not be deleted, or no broker answers: Kafka forgets it by itself
        }
    }

    // it holds nothing: the connections are the cluster's
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async Task OpenAsync(CancellationToken cancellationToken)
    {
        producer = new TransactionalProducer(cluster.Data.Kafka, name, timeout, BatchProducer.Options);
        try
        {
            await producer.OpenAsync(beginning, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            throw ProducerFaults.Of(Refused(e), e);
        }
    }

    CodedText Refused(KafkaException error) => error.Code switch
    {
        ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed => CodedText.Of(
            "transactionsDenied",
            $"Cluster {cluster.Id} refuses transactions to this program ({error.CodeName}): it takes Write and Describe on the "
            + $"transactional ids castellan-job-*, prefixed, and Read on the groups of the same names."),
        ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress or ErrorCode.ConcurrentTransactions => CodedText.Of(
            "transactionsSilent",
            $"Cluster {cluster.Id} began no transaction within {(int)beginning.TotalSeconds} s. Its topic "
            + $"__transaction_state has to be there, with as many replicas in sync as transaction.state.log.min.isr says."),
        _ => CodedText.Of("noTransaction", $"Cluster {cluster.Id} begins no transaction: {ProducerFaults.Words(error)}"),
    };

    async Task AbortAsync()
    {
        try
        {
            await producer!.EndAsync(commit: false, BatchProducer.Patience).ConfigureAwait(false);
        }
        catch (KafkaException)
        {
            // the next to run the job settles it
        }
    }

    /// <summary>
    /// The offset that holds, -1 for none. A transaction is committed when its coordinator has decided so; until that came to the group,
    /// brokers would still give the offset before it.
    /// </summary>
    async Task<long> CommittedAsync(string topic, CancellationToken cancellationToken)
    {
        for (var left = MostTries; ; left--)
        {
            try
            {
                var held = await cluster.Data.Kafka.FetchStableOffsetAsync(name, new(topic, 0), cancellationToken).ConfigureAwait(false);
                return held.Offset;
            }
            catch (KafkaException e) when (left > 0 && e.Code is ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator
                or ErrorCode.CoordinatorLoadInProgress or ErrorCode.UnstableOffsetCommit)
            {
                await Task.Delay(pause, cluster.Data.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
