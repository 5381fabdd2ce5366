using System.Threading.Channels;
using Kafka.Broker.Metadata;
using Kafka.Broker.Replication;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker.Groups;

/// <summary>
/// The coordinator of the groups whose partitions of __consumer_offsets this broker leads. One loop owns their state; every public method may be called from
/// anywhere. Nothing is answered before the ISR has what the answer promises; when an append fails, the state in memory stays as it is in the log and the client is
/// told to look for the coordinator again.
/// </summary>
public sealed partial class GroupCoordinator : IPartitionListener, IGroupStore, IAsyncDisposable
{
    const int QueueLength = 10_000;
    const int LoadAttempts = 5;
    static readonly TimeSpan loadRetryDelay = TimeSpan.FromMilliseconds(200);

    readonly BrokerConfig config;
    readonly IGroupLog log;
    readonly Func<int> partitionCount;
    readonly TimeProvider time;
    readonly PauseGate gate;
    readonly ILogger logger;
    readonly GroupMachine machine;
    readonly GroupTimers timers;
    readonly GroupLoader loader;
    readonly Dictionary<int, OwnedPartition> owned = [];
    readonly CancellationTokenSource stopping = new();
    readonly Channel<Action> work = Channel.CreateBounded<Action>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    readonly Channel<OwnedPartition> toLoad = Channel.CreateUnbounded<OwnedPartition>(new UnboundedChannelOptions { SingleReader = true });
    readonly ITimer alarm;
    readonly Action fireDue;
    long alarmAt = long.MaxValue;
    Task running = Task.CompletedTask;

    /// <param name="partitionCount">How many partitions __consumer_offsets has, or will have.</param>
    public GroupCoordinator(BrokerConfig config, IGroupLog log, Func<int> partitionCount, TimeProvider time, PauseGate gate, ILoggerFactory loggers)
    {
        this.config = config;
        this.log = log;
        this.partitionCount = partitionCount;
        this.time = time;
        this.gate = gate;
        logger = loggers.CreateLogger<GroupCoordinator>();
        timers = new GroupTimers(time);
        fireDue = timers.FireDue;
        machine = new GroupMachine(config, time, timers, this, logger);
        loader = new GroupLoader(log, logger);
        // a timer may ring a moment early: once rung, it has to be set anew, or what was due would wait for other work
        alarm = time.CreateTimer(_ => work.Writer.TryWrite(() => alarmAt = long.MaxValue), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Task StartAsync()
    {
        running = Task.WhenAll(RunAsync(), LoadAsync());
        ScheduleExpiry();
        return Task.CompletedTask;
    }

    /// <summary>Whoever waits is sent to another coordinator; then the loop ends. Call it while connections can still be answered.</summary>
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
        await alarm.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Nobody is answered any more.</summary>
    public void Kill()
    {
        stopping.Cancel();
        work.Writer.TryComplete();
        toLoad.Writer.TryComplete();
        alarm.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await running.ConfigureAwait(false);
        stopping.Dispose();
    }

    public Task BecameLeaderAsync(TopicPartition partition, int leaderEpoch) => partition.Topic != TopicName.ConsumerOffsets ? Task.CompletedTask : AskAsync(() =>
    {
        if (owned.TryGetValue(partition.Partition, out var known))
        {
            known.Epoch = Math.Max(known.Epoch, leaderEpoch); // it never stopped being the leader, so what is in memory stands
            return true;
        }

        var taken = new OwnedPartition(partition.Partition, leaderEpoch);
        owned.Add(partition.Partition, taken);
        return toLoad.Writer.TryWrite(taken);
    });

    public Task ResignedAsync(TopicPartition partition, int leaderEpoch) => partition.Topic != TopicName.ConsumerOffsets ? Task.CompletedTask : AskAsync(() =>
    {
        if (owned.TryGetValue(partition.Partition, out var known) && leaderEpoch >= known.Epoch)
        {
            LogUnloaded(partition.Partition, known.Groups.Count);
            Unload(known);
        }

        return true;
    });

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
#pragma warning disable CA1031 // whatever it was belongs to the caller
            catch (Exception e)
#pragma warning restore CA1031
            {
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
        try
        {
            await work.Writer.WriteAsync(action, stopping.Token).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new OperationCanceledException("The group coordinator has stopped.", e);
        }
    }

    async Task RunAsync()
    {
        try
        {
            while (await work.Reader.WaitToReadAsync(stopping.Token).ConfigureAwait(false))
            {
                while (!stopping.IsCancellationRequested && work.Reader.TryRead(out var action))
                {
                    await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
                    Guard(action);
                    Guard(fireDue);
                }

                SetAlarm();
            }
        }
        catch (OperationCanceledException)
        {
            // the broker ends
        }
    }

    /// <summary>A mistake in one group's request must not end all groups.</summary>
    void Guard(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e);
        }
    }

    void SetAlarm()
    {
        var next = timers.Next ?? long.MaxValue;
        if (next != alarmAt || next <= timers.Now)
        {
            alarmAt = next;
            alarm.Change(
                next == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Clamp(next - timers.Now, 1, int.MaxValue)), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Reads taken-over partitions one after the other, beside the loop.</summary>
    async Task LoadAsync()
    {
        try
        {
            await foreach (var partition in toLoad.Reader.ReadAllAsync(stopping.Token).ConfigureAwait(false))
            {
                await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
                var groups = loader.Load(partition.Partition, stopping.Token);
                for (var attempt = 1; groups is null && partition.IsCurrent && attempt < LoadAttempts; attempt++)
                {
                    // the cleaner may have taken a segment from under the reader
                    await Task.Delay(loadRetryDelay, time, stopping.Token).ConfigureAwait(false);
                    groups = loader.Load(partition.Partition, stopping.Token);
                }

                await PostAsync(() => Install(partition, groups)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the broker ends
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
