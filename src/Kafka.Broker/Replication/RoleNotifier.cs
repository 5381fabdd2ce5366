using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Replication;

/// <summary>Tells listeners of changed roles one after the other, beside the replica loop.</summary>
public sealed partial class RoleNotifier(ILogger<RoleNotifier> logger)
{
    readonly List<IPartitionListener> listeners = [];
    readonly Channel<(TopicPartition Partition, int Epoch, bool Leader)> changes =
        Channel.CreateUnbounded<(TopicPartition, int, bool)>(new UnboundedChannelOptions { SingleReader = true });

    public void Add(IPartitionListener listener) => listeners.Add(listener);

    public void BecameLeader(TopicPartition partition, int epoch) => changes.Writer.TryWrite((partition, epoch, true));

    public void Resigned(TopicPartition partition, int epoch) => changes.Writer.TryWrite((partition, epoch, false));

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var (partition, epoch, leader) in changes.Reader.ReadAllAsync(stopping).ConfigureAwait(false))
            {
                foreach (var listener in listeners)
                {
                    await TellAsync(listener, partition, epoch, leader).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the broker ends
        }
    }

    async Task TellAsync(IPartitionListener listener, TopicPartition partition, int epoch, bool leader)
    {
        try
        {
            await (leader ? listener.BecameLeaderAsync(partition, epoch) : listener.ResignedAsync(partition, epoch)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // one listener's failure must not keep the others from hearing of later changes
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogListenerFailed(e, partition, epoch);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener failed on the new role for {Partition}, epoch {Epoch}")]
    partial void LogListenerFailed(Exception exception, TopicPartition partition, int epoch);
}
