using System.Collections.Immutable;
using Confluent.Kafka;
using Dashboard.Messages.Bytes;
using Dashboard.Monitoring;
using Kafka.Client.Admin;
using Kafka.Client.Admin.Groups;
using Wire;
using ClientException = Kafka.Client.KafkaException;
using KafkaCode = Kafka.Protocol.ErrorCode;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>
/// A batch is a transaction (KIP-98) that commits its number as an offset of the job's group, with its records or not at all. The
/// transactional id fences the server that ran the job before: what that one left open is settled before anything is read of it.
/// </summary>
sealed class TransactionalWriter(IClusterMonitor cluster, TransferRequest request, string job) : IBatchWriter
{
    static readonly TimeSpan timeout = TimeSpan.FromSeconds(60), beginning = TimeSpan.FromSeconds(30), pause = TimeSpan.FromSeconds(1);

    /// <summary>A call that does not end within this goes on when it is called again: it can be stopped in between.</summary>
    static readonly TimeSpan slice = TimeSpan.FromSeconds(1);

    const int MostTries = 15;

    readonly MessageShape shape = new(request, null);
    readonly string name = BatchProducer.NameOf(job);
    IProducer<byte[]?, byte[]?>? producer;
    IConsumerGroupMetadata? group;
    string? anchor;

    public async Task<SettledBatch> SettleAsync(TransferState state, CancellationToken cancellationToken)
    {
        // the client's calls block: not on the job's thread. InitTransactions also fences an earlier run of the same name
        await Task.Run(() => Open(cancellationToken), cancellationToken).ConfigureAwait(false);
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

    public Task WriteAsync(TransferState state, IReadOnlyList<RecordToWrite> records) => Task.Run(() => Write(state, records));

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
        catch (ClientException)
        {
            // it may not be deleted, or no broker answers: Kafka forgets it by itself
        }
    }

    public ValueTask DisposeAsync()
    {
        producer?.Dispose();
        return ValueTask.CompletedTask;
    }

    void Open(CancellationToken cancellationToken)
    {
        var config = BatchProducer.Config(cluster);
        config.TransactionalId = name;
        config.TransactionTimeoutMs = (int)timeout.TotalMilliseconds;
        producer = BatchProducer.Build(config);
        try
        {
            Begin(cancellationToken);
        }
        catch (KafkaException e)
        {
            throw ProducerFaults.Of(Refused(e.Error), e.Error, e);
        }

        // what a group is called is all that a commit of offsets takes; no member joins
        var reading = new ConsumerConfig(BatchProducer.Config(cluster).ToDictionary(one => one.Key, one => one.Value)
            .Where(one => one.Key.StartsWith("s", StringComparison.Ordinal) || one.Key is "bootstrap.servers").ToDictionary())
        {
            GroupId = name,
        };
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(reading)
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        group = consumer.ConsumerGroupMetadata;
    }

    void Begin(CancellationToken cancellationToken)
    {
        for (var left = beginning; ; left -= slice)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                producer!.InitTransactions(slice);
                return;
            }
            catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_TimedOut && left > slice)
            {
                // it goes on by itself, and is asked for again
            }
        }
    }

    CodedText Refused(Error error) => error.Code switch
    {
        ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed => CodedText.Of(
            "transactionsDenied",
            $"Cluster {cluster.Id} refuses transactions to this program ({error.Reason}): it takes Write and Describe on the transactional "
            + $"ids castellan-job-*, prefixed, and Read on the groups of the same names."),
        ErrorCode.Local_TimedOut => CodedText.Of(
            "transactionsSilent",
            $"Cluster {cluster.Id} began no transaction within {(int)beginning.TotalSeconds} s. Its topic "
            + $"__transaction_state has to be there, with as many replicas in sync as transaction.state.log.min.isr says."),
        _ => CodedText.Of("noTransaction", $"Cluster {cluster.Id} begins no transaction: {error.Reason}"),
    };

    void Write(TransferState state, IReadOnlyList<RecordToWrite> records)
    {
        Error? failed = null;
        anchor = state.Anchor;
        producer!.BeginTransaction();
        try
        {
            BatchProducer.Produce(producer, records, shape, report => failed = report.Error.IsError ? failed ?? report.Error : failed);
            // the number of the batch in place of an offset: no more is needed to know what was written
            producer.SendOffsetsToTransaction([new TopicPartitionOffset(state.Anchor, 0, state.Batch)], group!, beginning);
            producer.CommitTransaction(timeout);
        }
        catch (KafkaException e)
        {
            // what is aborted fails as well, and is not why
            var why = failed ?? e.Error;
            // at once: an open transaction holds up every reader of committed records until its timeout
            Abort();
            throw ProducerFaults.Of(
                CodedText.Of("batchNotWritten", $"Batch {state.Batch} was not written to {cluster.Id}: {why.Reason}."), why, e);
        }
    }

    void Abort()
    {
        try
        {
            producer!.AbortTransaction(BatchProducer.Patience);
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
            catch (ClientException e) when (left > 0 && e.Code is KafkaCode.CoordinatorNotAvailable or KafkaCode.NotCoordinator
                or KafkaCode.CoordinatorLoadInProgress or KafkaCode.UnstableOffsetCommit)
            {
                await Task.Delay(pause, cluster.Data.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
