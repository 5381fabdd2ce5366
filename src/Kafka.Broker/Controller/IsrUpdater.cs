using Kafka.Broker.Replication;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Loops;

namespace Kafka.Broker.Controller;

/// <summary>
/// Sends leaders' ISR changes to the controller as AlterPartition: one request at a time with all that gathered meanwhile, as Kafka does.
/// What the controller could not take for reasons of its own (it moved, it does not know this broker's epoch yet) is sent again. One loop
/// owns what is under way.
/// </summary>
sealed partial class IsrUpdater : IIsrUpdater, IAsyncDisposable
{
    /// <summary>
    /// A leader has one change under way for each partition, so this many partitions may change while the controller is away. Past it a
    /// change is refused at once, and its leader comes again after a while as after any other refusal.
    /// </summary>
    const int MostWaiting = 20_000;

    /// <summary>As Kafka's: a controller that has just been elected takes a moment to know this broker's epoch.</summary>
    static readonly TimeSpan backOff = TimeSpan.FromMilliseconds(50);

    /// <summary>After it the leaders decide anew what they wish: the change may be long out of date.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    readonly Mailbox<Pending> queue = new(MostWaiting);
    readonly Dictionary<TopicPartition, Pending> batch = [];
    readonly CancellationTokenSource stopping = new();
    readonly Func<AlterPartitionRequest, CancellationToken, Task<AlterPartitionResponse>> send;
    readonly int brokerId;
    readonly Func<long> brokerEpoch;
    readonly TimeProvider time;
    readonly PauseGate gate;
    readonly ILogger<IsrUpdater> logger;
    readonly Task loop;

    public IsrUpdater(
        Func<AlterPartitionRequest, CancellationToken, Task<AlterPartitionResponse>> send,
        int brokerId,
        Func<long> brokerEpoch,
        TimeProvider time,
        PauseGate gate,
        ILoggerFactory loggers)
    {
        this.send = send;
        this.brokerId = brokerId;
        this.brokerEpoch = brokerEpoch;
        this.time = time;
        this.gate = gate;
        logger = loggers.CreateLogger<IsrUpdater>();
        loop = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>BrokerNotAvailable at once when too many wait, and when the broker ends.</summary>
    public async Task<IsrUpdateResult> SubmitAsync(IsrUpdate update, CancellationToken cancellationToken)
    {
        var outcome = new TaskCompletionSource<IsrUpdateResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!queue.TryPost(new Pending(update, outcome)))
        {
            return new IsrUpdateResult(ErrorCode.BrokerNotAvailable);
        }

        return await outcome.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task RunAsync()
    {
        try
        {
            await queue.RunBatchesAsync(SendBatchAsync, stopping.Token).ConfigureAwait(false);
        }
        finally
        {
            foreach (var pending in batch.Values)
            {
                Refuse(pending);
            }

            while (queue.TryTake(out var left))
            {
                Refuse(left);
            }
        }
    }

    async ValueTask SendBatchAsync()
    {
        // a second change of the same partition waits: it may depend on the first one's outcome
        while (queue.TryPeek(out var next) && !batch.ContainsKey(next.Update.TopicPartition) && queue.TryTake(out next))
        {
            batch[next.Update.TopicPartition] = next;
        }

        await SendAsync([.. batch.Values]).ConfigureAwait(false);
        batch.Clear();
    }

    static void Refuse(Pending pending) => pending.Outcome.TrySetResult(new IsrUpdateResult(ErrorCode.BrokerNotAvailable));

    /// <summary>Until every one has its outcome.</summary>
    async Task SendAsync(IReadOnlyList<Pending> pending)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
            var error = await TryAsync(pending).ConfigureAwait(false);
            if (error is null)
            {
                return;
            }

            if (time.GetElapsedTime(started) > patience)
            {
                LogGaveUp(pending.Count, error);
                foreach (var item in pending)
                {
                    item.Outcome.TrySetResult(new IsrUpdateResult(ErrorCode.RequestTimedOut));
                }

                return;
            }

            await Task.Delay(backOff, time, stopping.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Null when all have their outcome, else why the whole request has to be sent again.</summary>
    async Task<string?> TryAsync(IReadOnlyList<Pending> pending)
    {
        try
        {
            var answer = await send(Request(pending), stopping.Token).ConfigureAwait(false);
            if ((ErrorCode)answer.ErrorCode != ErrorCode.None)
            {
                return ErrorCodes.Describe(answer.ErrorCode).Name;
            }

            Complete(pending, answer);
            return null;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // an answer that makes no sense must not end the loop: what it does not settle is sent again
            return e.Message;
        }
    }

    AlterPartitionRequest Request(IReadOnlyList<Pending> pending) => new()
    {
        BrokerId = brokerId,
        BrokerEpoch = brokerEpoch(),
        Topics = [.. pending.GroupBy(item => item.Update.TopicId).Select(topic => new AlterPartitionRequest.TopicData
        {
            TopicName = topic.First().Update.TopicPartition.Topic,
            TopicId = topic.Key,
            Partitions = [.. topic.Select(item => new AlterPartitionRequest.PartitionData
            {
                PartitionIndex = item.Update.TopicPartition.Partition,
                LeaderEpoch = item.Update.LeaderEpoch,
                // their epochs stay -1, which a controller does not check (KIP-903)
                NewIsrWithEpochs = [.. item.Update.Isr.Select(id => new AlterPartitionRequest.BrokerState { BrokerId = id })],
                PartitionEpoch = item.Update.PartitionEpoch,
            })],
        })],
    };

    static void Complete(IReadOnlyList<Pending> pending, AlterPartitionResponse answer)
    {
        var results = answer.Topics
            .SelectMany(topic => topic.Partitions.Select(partition => (Key: (topic.TopicId, partition.PartitionIndex), partition)))
            .ToDictionary(item => item.Key, item => item.partition);
        foreach (var item in pending)
        {
            item.Outcome.TrySetResult(results.TryGetValue((item.Update.TopicId, item.Update.TopicPartition.Partition), out var result)
                ? new IsrUpdateResult((ErrorCode)result.ErrorCode, result.LeaderId, result.LeaderEpoch, result.Isr, result.PartitionEpoch)
                : new IsrUpdateResult(ErrorCode.UnknownServerError));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} changes of ISR could not be sent to the controller: {Reason}")]
    partial void LogGaveUp(int count, string reason);

    sealed record Pending(IsrUpdate Update, TaskCompletionSource<IsrUpdateResult> Outcome);
}
