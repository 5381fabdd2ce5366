using Kafka.Protocol;

namespace Kafka.Broker.Controller;

/// <summary>One partition of an AlterPartition request; the topic by name (v0, v1) or by id.</summary>
sealed record IsrChange(
    string? Topic, Guid TopicId, int Partition, int LeaderEpoch, IReadOnlyList<int> Isr, int PartitionEpoch, sbyte RecoveryState);

/// <summary>What became of a change: an error, or the partition's state as it is now.</summary>
sealed record IsrChangeResult(IsrChange Change, ErrorCode Error, PartitionStateZNode? State = null);

/// <summary>AlterPartition (KIP-497, KIP-841): leaders propose ISRs, the controller checks and writes them.</summary>
sealed partial class KafkaController
{
    /// <summary>
    /// A result for each change. <paramref name="ineligible"/> is the code for replicas that may not join
    /// (IneligibleReplica from v2 on, OperationNotAttempted before).
    /// </summary>
    public Task<(ErrorCode Error, IReadOnlyList<IsrChangeResult> Results)> AlterPartitionsAsync(
        int broker, long brokerEpoch, IReadOnlyList<IsrChange> changes, ErrorCode ineligible) =>
        CompleteAsync<(ErrorCode, IReadOnlyList<IsrChangeResult>)>("alter partitions", async token =>
        {
            if (term is not { } current)
            {
                return (ErrorCode.NotController, []);
            }

            // sent before the broker restarted (KIP-380): what it led then may be led by another
            if (!current.Context.Brokers.TryGetValue(broker, out var known) || known.Epoch != brokerEpoch)
            {
                return (ErrorCode.StaleBrokerEpoch, []);
            }

            var results = new List<IsrChangeResult>(changes.Count);
            var writes = new List<(IsrChange Change, StateWrite Write)>();
            foreach (var change in changes)
            {
                var topic = change.Topic is null
                    ? current.Context.Find(change.TopicId)
                    : current.Context.Topics.GetValueOrDefault(change.Topic);
                var partition = topic?.Partitions.GetValueOrDefault(change.Partition);
                var error = topic is null && change.Topic is null
                    ? ErrorCode.UnknownTopicId
                    : Check(current.Context, partition, change, ineligible);
                if (error is { } decided)
                {
                    results.Add(new IsrChangeResult(change, decided, decided == ErrorCode.None ? partition!.State : null));
                }
                else
                {
                    // the leader epoch stays: the leader learns of the change from the answer, and for its followers nothing changes
                    var state = partition!.State! with
                    {
                        Isr = change.Isr,
                        RecoveryState = change.RecoveryState,
                        ControllerEpoch = current.Context.Epoch,
                    };
                    writes.Add((change, new StateWrite(partition, state)));
                }
            }

            await WriteIsrsAsync(current, writes, results, token).ConfigureAwait(false);
            return (ErrorCode.None, results);
        });

    async Task WriteIsrsAsync(
        ControllerTerm current,
        IReadOnlyList<(IsrChange Change, StateWrite Write)> writes,
        List<IsrChangeResult> results,
        CancellationToken cancellationToken)
    {
        await store.WriteStatesAsync([.. writes.Select(item => item.Write)], cancellationToken).ConfigureAwait(false);
        var changed = new List<PartitionContext>();
        var stale = new List<PartitionContext>();
        foreach (var (change, write) in writes)
        {
            if (write.Outcome == StateWriteOutcome.Done)
            {
                write.Partition.State = write.State;
                changed.Add(write.Partition);
                results.Add(new IsrChangeResult(change, ErrorCode.None, write.State));
            }
            else
            {
                stale.Add(write.Partition);
                var error = write.Outcome == StateWriteOutcome.Conflict ? ErrorCode.InvalidUpdateVersion : ErrorCode.UnknownServerError;
                results.Add(new IsrChangeResult(change, error));
            }
        }

        await current.Leaders.RefreshAsync(stale, cancellationToken).ConfigureAwait(false);
        if (changed.Count > 0)
        {
            current.Batch.UpdateMetadata(changed);
            current.Batch.Send();
        }

        if (changed.Exists(partition => current.Context.Reassigning.ContainsKey(partition.Name)))
        {
            // answered first: the leader learns of its new ISR before it learns of the finished move
            PostInTerm("ISR of a reassignment grew", (now, token) => now.Reassignments.ContinueAsync(changed, token));
        }
    }

    /// <summary>Null for a change to be written; None for one that is in force already, as after an answer that was lost.</summary>
    static ErrorCode? Check(ControllerContext context, PartitionContext? partition, IsrChange change, ErrorCode ineligible)
    {
        if (partition?.State is not { } state || partition.Topic.IsQueuedForDeletion)
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        // a leader that knows more than this controller has it from a later one
        // after an unclean election the leader is alone until it has recovered (KIP-704): the case of RecoveryState 1
        return change.LeaderEpoch > state.LeaderEpoch || change.PartitionEpoch > state.Version ? ErrorCode.NotController
            : change.LeaderEpoch < state.LeaderEpoch ? ErrorCode.FencedLeaderEpoch
            : change.Isr.SequenceEqual(state.Isr) && change.RecoveryState == state.RecoveryState ? ErrorCode.None
            : change.PartitionEpoch < state.Version ? ErrorCode.InvalidUpdateVersion
            : change.RecoveryState == 1 && change.Isr.Count > 1 ? ErrorCode.InvalidRequest
            : change.Isr.Any(replica => !context.IsOnline(replica, partition)) ? ineligible
            : null;
    }
}
