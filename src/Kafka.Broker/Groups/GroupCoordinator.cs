using Kafka.Broker.Configuration;
using Kafka.Broker.Replication;
using Kafka.Broker.Replication.Roles;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Loops;

namespace Kafka.Broker.Groups;

/// <summary>
/// The coordinator of the groups whose partitions of __consumer_offsets this broker leads. One loop owns their state; every public method
/// may be called from anywhere. Nothing is answered before the ISR has what the answer promises; when an append fails, the state in memory
/// stays as it is in the log and the client is sent to look for the coordinator again.
/// </summary>
sealed partial class GroupCoordinator : IPartitionListener, IGroupStore, IAsyncDisposable
{
    /// <summary>Questions of clients that wait at most; past it the connections wait, which are then not read.</summary>
    const int QueueLength = 10_000;

    /// <summary>
    /// Partitions that wait to be read at most; past it the changes of roles wait, of which only the last of each partition is kept.
    /// </summary>
    const int MostToLoad = 50;

    /// <summary>A second in all: the cleaner swaps a segment in less, and a disk that fails is not healed by more.</summary>
    const int LoadAttempts = 5;

    static readonly TimeSpan loadRetryDelay = TimeSpan.FromMilliseconds(200);

    readonly BrokerConfig config;
    readonly IGroupLog log;
    readonly Func<int> partitionCount;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly GroupMachine machine;
    readonly GroupTimers timers;
    readonly GroupLoader loader;
    readonly Dictionary<int, OwnedPartition> owned = [];
    readonly CancellationTokenSource stopping = new();
    readonly Mailbox<Action> work;
    readonly Mailbox<OwnedPartition> toLoad;
    readonly Alarm alarm;
    Task running = Task.CompletedTask;

    /// <param name="partitionCount">How many partitions __consumer_offsets has, or will have.</param>
    public GroupCoordinator(
        BrokerConfig config, IGroupLog log, Func<int> partitionCount, TimeProvider time, PauseGate gate, ILoggerFactory loggers)
    {
        this.config = config;
        this.log = log;
        this.partitionCount = partitionCount;
        this.time = time;
        logger = loggers.CreateLogger<GroupCoordinator>();
        timers = new GroupTimers(time);
        machine = new GroupMachine(config, time, timers, this, logger);
        loader = new GroupLoader(log, logger);
        work = new Mailbox<Action>(QueueLength, gate);
        toLoad = new Mailbox<OwnedPartition>(MostToLoad, gate);

        // refused when it is full: then work is at hand, and what is due is seen to after it
        alarm = new Alarm(time, () => work.TryPost(static () => { }));
    }

    public Task StartAsync()
    {
        ScheduleExpiry(); // before the loop, which owns the timers from then on
        running = Task.WhenAll(work.RunAsync(Guard, AfterRun, stopping.Token), toLoad.RunAsync(LoadAsync, stopping.Token));
        work.TryPost(static () => { }); // sets the alarm
        return Task.CompletedTask;
    }

    /// <summary>
    /// Waiting clients are sent to another coordinator; then the loop ends. Call it while connections can still be answered.
    /// </summary>
    public async Task StopAsync()
    {
        if (!stopping.IsCancellationRequested && !running.IsCompleted)
        {
            await AskAsync(() =>
            {
                foreach (var partition in owned.Values.ToList())
                {
                    Unload(partition);
                }

                return true;
            }).ConfigureAwait(false);
        }

        Kill();
        await running.ConfigureAwait(false);
    }

    /// <summary>From now on nothing is answered.</summary>
    public void Kill()
    {
        stopping.Cancel();
        work.Complete();
        toLoad.Complete();
        alarm.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await running.ConfigureAwait(false);
        stopping.Dispose();
    }

    public async Task BecameLeaderAsync(TopicPartition partition, int leaderEpoch)
    {
        if (partition.Topic == InternalTopics.ConsumerOffsets
            && await AskAsync(() => TakeOver(partition.Partition, leaderEpoch)).ConfigureAwait(false) is { } taken)
        {
            // not read here: the notifier waits for this call, and the roles of other partitions with it
            await toLoad.PostAsync(taken, stopping.Token).ConfigureAwait(false);
        }
    }

    /// <summary>The partition to be loaded; null when this broker has led it all the time, so that what is in memory is right.</summary>
    OwnedPartition? TakeOver(int partition, int leaderEpoch)
    {
        if (owned.TryGetValue(partition, out var known))
        {
            known.Epoch = Math.Max(known.Epoch, leaderEpoch);
            return null;
        }

        var taken = new OwnedPartition(partition, leaderEpoch);
        owned.Add(partition, taken);
        return taken;
    }

    public Task ResignedAsync(TopicPartition partition, int leaderEpoch) =>
        partition.Topic != InternalTopics.ConsumerOffsets ? Task.CompletedTask : AskAsync(() => Resign(partition.Partition, leaderEpoch));

    bool Resign(int partition, int leaderEpoch)
    {
        if (owned.TryGetValue(partition, out var known) && leaderEpoch >= known.Epoch)
        {
            LogUnloaded(partition, known.Groups.Count);
            Unload(known);
        }

        return true;
    }

    /// <summary>Runs on the loop. Cancelled when the broker ends.</summary>
    Task<T> AskAsync<T>(Func<T> function) => AskAsync<T>(answer => answer(function()));

    /// <summary>Runs on the loop; the answer may come later, from there.</summary>
    async Task<T> AskAsync<T>(Action<Action<T>> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(() =>
        {
            try
            {
                function(answer => done.TrySetResult(answer));
            }
            catch (Exception e)
            {
                // whatever it was belongs to the caller
                done.TrySetException(e);
            }
        }).ConfigureAwait(false);
        try
        {
            return await done.Task.WaitAsync(stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (done.Task.IsCompletedSuccessfully)
        {
            return await done.Task.ConfigureAwait(false); // answered by the stop itself
        }
    }

    async ValueTask PostAsync(Action action)
    {
        if (!await work.PostAsync(action, stopping.Token).ConfigureAwait(false))
        {
            throw new OperationCanceledException("The group coordinator has stopped.");
        }
    }

    /// <summary>A mistake in one group's request must not end all groups.</summary>
    void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    void AfterRun()
    {
        Guard(timers.FireDue);
        if (timers.Next is { } next)
        {
            alarm.Set(next);
        }
    }

    /// <summary>Reads a partition that was taken over, beside the loop, one after the other.</summary>
    async Task LoadAsync(OwnedPartition partition)
    {
        var groups = TryLoad(partition);
        for (var attempt = 1; groups is null && partition.IsCurrent && attempt < LoadAttempts; attempt++)
        {
            // the cleaner may have taken a segment from under the reader
            await Task.Delay(loadRetryDelay, time, stopping.Token).ConfigureAwait(false);
            groups = TryLoad(partition);
        }

        await PostAsync(() => Install(partition, groups)).ConfigureAwait(false);
    }

    /// <summary>Null when it cannot be read: that must not keep the partitions behind it from being loaded.</summary>
    Dictionary<string, ClassicGroup>? TryLoad(OwnedPartition partition)
    {
        try
        {
            return loader.Load(partition.Partition, stopping.Token);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(e);
            return null;
        }
    }

    void Install(OwnedPartition partition, Dictionary<string, ClassicGroup>? groups)
    {
        if (!partition.IsCurrent)
        {
            return;
        }

        if (groups is null)
        {
            Unload(partition); // without its log there is nothing to coordinate: clients ask elsewhere
            return;
        }

        partition.Groups = groups;
        partition.IsLoading = false;
        foreach (var group in groups.Values)
        {
            machine.Loaded(group);
        }
    }

    void Unload(OwnedPartition partition)
    {
        partition.IsCurrent = false;
        owned.Remove(partition.Partition);
        foreach (var group in partition.Groups.Values)
        {
            machine.Unload(group);
        }
    }

    /// <summary>Whether this broker answers for the group. <paramref name="partition"/> is set only when it does.</summary>
    ErrorCode Check(string groupId, bool mayBeEmpty, out OwnedPartition partition)
    {
        partition = null!;
        return groupId.Length == 0 && !mayBeEmpty ? ErrorCode.InvalidGroupId
            : !owned.TryGetValue(GroupPartitions.Of(groupId, partitionCount()), out partition!) ? ErrorCode.NotCoordinator
            : partition.IsLoading ? ErrorCode.CoordinatorLoadInProgress
            : ErrorCode.None;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "__consumer_offsets-{Partition}: no longer led here, {Groups} groups let go")]
    partial void LogUnloaded(int partition, int groups);

    [LoggerMessage(Level = LogLevel.Error, Message = "The group coordinator failed at one step")]
    partial void LogFailed(Exception exception);
}
