using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Replication;

/// <summary>The file work of the controller's orders: hundreds of partitions may come at once, and the loop must go on meanwhile.</summary>
sealed partial class ReplicaManager
{
    readonly SemaphoreSlim orders = new(1);
    Task preparing = Task.CompletedTask;

    /// <summary>
    /// One order of a controller at a time: files are made outside of the loop, and another order must not find them half made.
    /// </summary>
    async Task<T> InTurnAsync<T>(Func<Task<T>> apply)
    {
        await orders.WaitAsync(stopping.Token).ConfigureAwait(false);
        try
        {
            return await apply().ConfigureAwait(false);
        }
        finally
        {
            orders.Release();
        }
    }

    async Task<LeaderAndIsrResponse> PreparedAsync(LeaderAndIsrRequest request, short version, Dictionary<string, LogConfig> configs)
    {
        var work = request.ControllerEpoch < ControllerEpoch ? null : logs.PrepareAsync([.. Wanted(request, configs)], stopping.Token);
        // a stop and a kill wait for it: nothing may be made in a directory whose lock is released
        Volatile.Write(ref preparing, work ?? Task.CompletedTask);
        var prepared = work is null ? [] : await work.ConfigureAwait(false);
        try
        {
            return await Loop.InvokeAsync(() => Apply(request, version, configs, prepared)).ConfigureAwait(false);
        }
        finally
        {
            foreach (var unused in prepared.Values)
            {
                unused.Dispose();
            }
        }
    }

    /// <summary>
    /// The replicas that come to this broker. One that is not new and not found may lie in a directory that is offline: it is not made.
    /// </summary>
    IEnumerable<WantedLog> Wanted(LeaderAndIsrRequest request, Dictionary<string, LogConfig> configs) =>
        request.UngroupedPartitionStates.Select(state => (state.TopicName, TopicId: Guid.Empty, State: state))
            .Concat(request.TopicStates.SelectMany(topic =>
                topic.PartitionStates.Select(state => (topic.TopicName, topic.TopicId, State: state))))
            .Select(each => (each.State, Log: new WantedLog(
                new TopicPartition(each.TopicName, each.State.PartitionIndex), each.TopicId, configs[each.TopicName])))
            .Where(each => each.State.Replicas.Contains(BrokerId) && !partitions.ContainsKey(each.Log.TopicPartition)
                && (each.State.IsNew || !logs.AnyOffline || logs.Find(each.Log.TopicPartition) is not null))
            .Select(each => each.Log);
}
