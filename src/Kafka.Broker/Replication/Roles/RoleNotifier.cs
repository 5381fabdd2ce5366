using System.Diagnostics.CodeAnalysis;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using Wire.Loops;

namespace Kafka.Broker.Replication.Roles;

/// <summary>
/// Notifies listeners of changed roles one after the other, beside the replica loop. What waits is one change for each partition, however
/// often its role changed while a listener was slow: of several changes only the last counts, but a resignation before a new leadership is
/// reported, too, since what the listener knows of the partition is then out of date.
/// </summary>
sealed partial class RoleNotifier(ILogger<RoleNotifier> logger)
{
    readonly List<IPartitionListener> listeners = [];

    // the replica loop adds, the notifier's own task takes
    readonly Lock gate = new();
    readonly Dictionary<TopicPartition, Change> changes = [];
    readonly Queue<TopicPartition> order = [];

    // one waiting signal is enough: its taker takes every change
    readonly Mailbox<bool> signal = new(capacity: 1);

    public void Add(IPartitionListener listener) => listeners.Add(listener);

    public void BecameLeader(TopicPartition partition, int epoch) => Note(partition, waiting => waiting with { Leads = epoch });

    public void Resigned(TopicPartition partition, int epoch) => Note(partition, _ => new Change(Resigned: epoch, Leads: null));

    public Task RunAsync(CancellationToken stopping) => signal.RunAsync(
        async _ =>
        {
            while (TryTake(out var partition, out var change))
            {
                await NotifyAllAsync(partition, change).ConfigureAwait(false);
            }
        },
        stopping);

    void Note(TopicPartition partition, Func<Change, Change> merge)
    {
        lock (gate)
        {
            if (!changes.TryGetValue(partition, out var waiting))
            {
                waiting = new Change(null, null);
                order.Enqueue(partition);
            }

            changes[partition] = merge(waiting);
        }

        signal.TryPost(true);
    }

    bool TryTake(out TopicPartition partition, [NotNullWhen(true)] out Change? change)
    {
        lock (gate)
        {
            change = null;
            return order.TryDequeue(out partition) && changes.Remove(partition, out change);
        }
    }

    async Task NotifyAllAsync(TopicPartition partition, Change change)
    {
        foreach (var listener in listeners)
        {
            if (change.Resigned is { } resigned)
            {
                await NotifyAsync(listener, partition, resigned, leader: false).ConfigureAwait(false);
            }

            if (change.Leads is { } epoch)
            {
                await NotifyAsync(listener, partition, epoch, leader: true).ConfigureAwait(false);
            }
        }
    }

    async Task NotifyAsync(IPartitionListener listener, TopicPartition partition, int epoch, bool leader)
    {
        try
        {
            await (leader ? listener.BecameLeaderAsync(partition, epoch) : listener.ResignedAsync(partition, epoch)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the listener ends, as it does before this one at the end of a broker: the others are called all the same
        }
        catch (Exception e)
        {
            // one listener's failure must not keep the others from hearing of later changes
            LogListenerFailed(e, partition, epoch);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener failed on the new role for {Partition}, epoch {Epoch}")]
    partial void LogListenerFailed(Exception exception, TopicPartition partition, int epoch);

    /// <summary>The epochs at which it stopped leading and leads again; null for what did not happen.</summary>
    sealed record Change(int? Resigned, int? Leads);
}
