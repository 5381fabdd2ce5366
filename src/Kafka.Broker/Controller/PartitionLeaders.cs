using Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Controller;

/// <summary>An error in Kafka's words; None with a null message when all is well.</summary>
sealed record ApiError(ErrorCode Code, string? Message = null)
{
    public static readonly ApiError None = new(ErrorCode.None);
}

/// <summary>
/// Gives partitions their leaders: chooses, writes the state conditionally, and puts what brokers have to know into the batch.
/// Runs in the controller's loop; state is the context's.
/// </summary>
sealed partial class PartitionLeaders(
    ControllerContext context,
    ControllerStore store,
    RequestBatch batch,
    Func<string, CancellationToken, Task<bool>> uncleanAllowed,
    ILogger logger)
{
    /// <summary>
    /// New partitions get a first state, those without a live leader get one where the ISR (or an unclean election) allows it.
    /// </summary>
    public async Task BringOnlineAsync(IEnumerable<PartitionContext> partitions, CancellationToken cancellationToken)
    {
        var waiting = partitions.Where(partition => !partition.Topic.IsQueuedForDeletion && !context.HasLiveLeader(partition)).ToList();
        await CreateAsync([.. waiting.Where(partition => partition.State is null)], cancellationToken).ConfigureAwait(false);
        var leaderless = waiting.Where(partition => partition.State is not null && !context.HasLiveLeader(partition)).ToList();
        await ElectAsync(leaderless, ElectionReason.Offline, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The outcome of each partition. Only those whose leader was set are in the batch afterwards.</summary>
    public async Task<IReadOnlyDictionary<PartitionContext, ApiError>> ElectAsync(
        IReadOnlyCollection<PartitionContext> partitions, ElectionReason reason, CancellationToken cancellationToken)
    {
        var results = new Dictionary<PartitionContext, ApiError>();
        var left = partitions.Where(partition => partition.State is not null).ToList();
        foreach (var partition in partitions.Where(partition => partition.State is null))
        {
            results[partition] = new ApiError(ErrorCode.UnknownTopicOrPartition, $"The partition {partition.Name} has no state yet.");
        }

        while (left.Count > 0)
        {
            var writes = new List<StateWrite>();
            foreach (var partition in left)
            {
                if (await ChooseAsync(partition, reason, cancellationToken).ConfigureAwait(false) is { } chosen)
                {
                    writes.Add(new StateWrite(partition, Next(partition.State!, chosen.Leader, chosen.Isr)));
                }
                else
                {
                    results[partition] = Refusal(partition, reason);
                }
            }

            left = await WriteAsync(writes, partition =>
            {
                results[partition] = ApiError.None;
                var state = partition.State!;
                LogLeader(partition.Name, state.Leader, state.LeaderEpoch, string.Join(',', state.Isr), reason);
                batch.LeaderAndIsr(partition.Assignment.Replicas, partition);
            }, cancellationToken).ConfigureAwait(false);
        }

        return results;
    }

    /// <summary>
    /// Takes a replica out of the ISR of its partitions; where it led, there is no leader. The last of an ISR stays in it: it alone knows
    /// everything.
    /// </summary>
    public async Task RemoveFromIsrAsync(int replica, IEnumerable<PartitionContext> partitions, CancellationToken cancellationToken)
    {
        bool Concerned(PartitionContext partition) => partition.State is { } state && !partition.Topic.IsQueuedForDeletion
            && (state.Leader == replica || state.Isr.Contains(replica))
            && !(state.Leader == PartitionStateZNode.NoLeader && state.Isr.Count == 1);
        var left = partitions.Where(Concerned).ToList();
        while (left.Count > 0)
        {
            var writes = left.Select(partition =>
            {
                var state = partition.State!;
                return new StateWrite(partition, Next(
                    state,
                    state.Leader == replica ? PartitionStateZNode.NoLeader : state.Leader,
                    state.Isr.Count == 1 ? state.Isr : [.. state.Isr.Where(id => id != replica)]));
            }).ToList();
            left = await WriteAsync(
                writes,
                partition => batch.LeaderAndIsr(partition.Assignment.Replicas.Where(id => id != replica), partition),
                cancellationToken).ConfigureAwait(false);
            left = [.. left.Where(Concerned)]; // the other writer may have taken it out already
        }
    }

    /// <summary>
    /// The same leader and ISR under the next leader epoch, for the replicas of an assignment that changed: brokers pass over a
    /// LeaderAndIsr whose epoch they know.
    /// </summary>
    public async Task BumpEpochAsync(PartitionContext partition, CancellationToken cancellationToken)
    {
        List<PartitionContext> left = partition.State is null ? [] : [partition];
        while (left.Count > 0)
        {
            var state = partition.State!;
            left = await WriteAsync([new StateWrite(partition, Next(state, state.Leader, state.Isr))], changed =>
                batch.LeaderAndIsr(changed.Assignment.Replicas, changed), cancellationToken).ConfigureAwait(false);
        }
    }

    async Task CreateAsync(IReadOnlyList<PartitionContext> partitions, CancellationToken cancellationToken)
    {
        var created = new List<StateWrite>();
        foreach (var partition in partitions)
        {
            if (LeaderElection.First(partition.Assignment, replica => context.IsOnline(replica, partition)) is { } first)
            {
                created.Add(new StateWrite(partition, new PartitionStateZNode(first.Leader, 0, first.Isr, context.Epoch, 0)));
            }
            else
            {
                LogNoReplicaAlive(partition.Name, partition.Assignment);
            }
        }

        await store.CreateStatesAsync(created, cancellationToken).ConfigureAwait(false);
        foreach (var write in created)
        {
            if (write.Outcome == StateWriteOutcome.Done)
            {
                write.Partition.State = write.State;
                batch.LeaderAndIsr(write.Partition.Assignment.Replicas, write.Partition, isNew: true);
            }
            else
            {
                // it exists already: an earlier controller made it, or the answer was lost
                await RefreshAsync([write.Partition], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    async Task<(int Leader, IReadOnlyList<int> Isr)?> ChooseAsync(
        PartitionContext partition, ElectionReason reason, CancellationToken cancellationToken)
    {
        // a broker that is leaving still holds its replicas: it counts where its leaving is the reason
        bool Online(int replica) => context.IsOnline(replica, partition, includeShuttingDown: reason == ElectionReason.ControlledShutdown);
        var chosen = LeaderElection.Elect(reason, partition.Assignment, partition.State!, Online, context.ShuttingDown);
        if (chosen is null && reason == ElectionReason.Offline && partition.Assignment.Replicas.Any(Online)
            && await uncleanAllowed(partition.Name.Topic, cancellationToken).ConfigureAwait(false))
        {
            chosen = LeaderElection.Elect(
                ElectionReason.OfflineUnclean, partition.Assignment, partition.State!, Online, context.ShuttingDown);
        }

        if (chosen is { } winner && !partition.State!.Isr.Contains(winner.Leader))
        {
            LogUnclean(partition.Name, winner.Leader);
        }

        return chosen;
    }

    PartitionStateZNode Next(PartitionStateZNode state, int leader, IReadOnlyList<int> isr) =>
        state with { Leader = leader, Isr = isr, LeaderEpoch = state.LeaderEpoch + 1, ControllerEpoch = context.Epoch };

    ApiError Refusal(PartitionContext partition, ElectionReason reason)
    {
        var message = $"Failed to elect leader for partition {partition.Name} under strategy {StrategyName(reason)}";
        LogNoLeader(partition.Name, reason, string.Join(',', partition.State!.Isr));
        return new ApiError(
            reason == ElectionReason.Preferred ? ErrorCode.PreferredLeaderNotAvailable : ErrorCode.EligibleLeadersNotAvailable,
            message);
    }

    static string StrategyName(ElectionReason reason) => reason switch
    {
        ElectionReason.Offline => "OfflinePartitionLeaderElectionStrategy(false)",
        ElectionReason.OfflineUnclean => "OfflinePartitionLeaderElectionStrategy(true)",
        ElectionReason.Reassignment => "ReassignPartitionLeaderElectionStrategy",
        ElectionReason.Preferred => "PreferredReplicaPartitionLeaderElectionStrategy",
        _ => "ControlledShutdownPartitionLeaderElectionStrategy",
    };

    /// <summary>Those whose state someone else had changed meanwhile; their new state is in the context.</summary>
    async Task<List<PartitionContext>> WriteAsync(
        IReadOnlyList<StateWrite> writes, Action<PartitionContext> done, CancellationToken cancellationToken)
    {
        await store.WriteStatesAsync(writes, cancellationToken).ConfigureAwait(false);
        foreach (var write in writes.Where(write => write.Outcome == StateWriteOutcome.Done))
        {
            write.Partition.State = write.State;
            done(write.Partition);
        }

        var again = writes.Where(write => write.Outcome == StateWriteOutcome.Conflict).Select(write => write.Partition).ToList();
        await RefreshAsync(again, cancellationToken).ConfigureAwait(false);
        return [.. again.Where(partition => partition.State is not null)];
    }

    public async Task RefreshAsync(IReadOnlyList<PartitionContext> partitions, CancellationToken cancellationToken)
    {
        foreach (var (partition, state) in await store.ReadStatesAsync(partitions, cancellationToken).ConfigureAwait(false))
        {
            // found before the fenced write would: this controller's picture of the cluster is out of date as a whole
            if (state is not null && state.ControllerEpoch > context.Epoch)
            {
                throw new ControllerMovedException(
                    $"The state of {partition.Name} was written by a controller of epoch {state.ControllerEpoch}");
            }

            partition.State = state;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Partition}: leader {Leader} from epoch {LeaderEpoch}, ISR {Isr} ({Reason})")]
    partial void LogLeader(TopicPartition partition, int leader, int leaderEpoch, string isr, ElectionReason reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Partition}: no live replica may lead ({Reason}); ISR {Isr}")]
    partial void LogNoLeader(TopicPartition partition, ElectionReason reason, string isr);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Partition}: no replica of {Assignment} is alive; it stays without a leader until one comes up")]
    partial void LogNoReplicaAlive(TopicPartition partition, ReplicaAssignment assignment);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Partition}: unclean election of {Leader}, which was not in the ISR; records that only the old ISR had are lost")]
    partial void LogUnclean(TopicPartition partition, int leader);
}
