using Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Replication;

/// <summary>
/// How the in-sync replicas of the partitions led here shrink and grow (KIP-497: proposed to the controller, in force once it agrees).
/// </summary>
sealed partial class ReplicaManager
{
    /// <summary>
    /// A refusal that may pass (no controller, a newer state on its way here) is not settled faster by asking more often.
    /// </summary>
    static readonly TimeSpan isrRetry = TimeSpan.FromSeconds(1);

    async Task ShrinkIsrsAsync()
    {
        try
        {
            while (true)
            {
                // half of it, as Kafka: a replica that fell behind leaves the ISR after one and a half times the limit at the latest
                await Task.Delay(config.ReplicaLagTimeMax / 2, time, stopping.Token).ConfigureAwait(false);
                await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
                try
                {
                    await Loop.InvokeAsync(ShrinkIsrs).ConfigureAwait(false);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // one failed round must not end the rounds
                    Loop.Report(e, nameof(ShrinkIsrs));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the broker ends
        }
    }

    void ShrinkIsrs()
    {
        // one proposal at a time: the next one must name the partition epoch that this one leads to
        foreach (var partition in partitions.Values.Where(each => each is { IsLeader: true, Log: not null, PendingIsr: null }))
        {
            if (partition.OutOfSync(config.ReplicaLagTimeMax) is { Count: > 0 } late)
            {
                LogShrinks(partition.TopicPartition, string.Join(',', late), partition.Log!.HighWatermark, partition.Log.LogEndOffset);
                ProposeIsr(partition, [.. partition.Isr.Where(replica => !late.Contains(replica))]);
            }
        }
    }

    void ProposeIsr(Partition partition, IReadOnlyList<int> isr)
    {
        partition.Propose(isr);
        _ = SubmitAsync(
            partition,
            new IsrUpdate(partition.TopicPartition, partition.TopicId, partition.LeaderEpoch, isr, partition.PartitionEpoch));
    }

    async Task SubmitAsync(Partition partition, IsrUpdate update)
    {
        try
        {
            while (true)
            {
                await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
                if (await TrySettleAsync(partition, update).ConfigureAwait(false))
                {
                    return;
                }

                await Task.Delay(isrRetry, time, stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the broker ends
        }
    }

    async Task<bool> TrySettleAsync(Partition partition, IsrUpdate update)
    {
        try
        {
            var result = await Others.Isr.SubmitAsync(update, stopping.Token).ConfigureAwait(false);
            return await Loop.InvokeAsync(() => Settle(partition, update, result)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // a proposal that is never settled would keep the ISR as it is for ever: it is sent again
            Loop.Report(e, $"The ISR change of {partition.TopicPartition}");
            return false;
        }
    }

    /// <summary>
    /// False when it must be sent again. A proposal that may have been accepted stays pending, and so counts for the high watermark, until
    /// the controller says otherwise or starts a new term.
    /// </summary>
    bool Settle(Partition partition, IsrUpdate update, IsrUpdateResult result)
    {
        // the answer to an older term or to an older proposal: what it says is no longer asked
        if (partition.Log is null
            || !partition.IsLeader
            || partition.LeaderEpoch != update.LeaderEpoch
            || !ReferenceEquals(partition.PendingIsr, update.Isr))
        {
            return true;
        }

        switch (result.Error)
        {
            case ErrorCode.None:
                partition.ConfirmIsr(result.Isr ?? update.Isr, result.PartitionEpoch);
                LogIsr(partition.TopicPartition, string.Join(',', partition.Isr), partition.PartitionEpoch);
                break;
            // the controller has decided, and not written it: the ISR in force is the one before the proposal
            case ErrorCode.OperationNotAttempted or ErrorCode.IneligibleReplica:
                partition.RollBackIsr();
                LogIsrRefused(partition.TopicPartition, string.Join(',', update.Isr), result.Error);
                break;
            // the write may have happened all the same (the answer was lost, the controller moved): the pending ISR must go on counting
            default:
                LogIsrRefused(partition.TopicPartition, string.Join(',', update.Isr), result.Error);
                return false;
        }

        AfterAdvance(partition, partition.TryRaiseHighWatermark(config.ReplicaLagTimeMax));
        return true;
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Partition}: {Late} out of sync; high watermark {HighWatermark}, log end {LogEnd}")]
    partial void LogShrinks(TopicPartition partition, string late, long highWatermark, long logEnd);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Partition}: ISR is {Isr}, partition epoch {PartitionEpoch}")]
    partial void LogIsr(TopicPartition partition, string isr, int partitionEpoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Partition}: the controller did not accept ISR {Isr}: {Error}")]
    partial void LogIsrRefused(TopicPartition partition, string isr, ErrorCode error);
}
