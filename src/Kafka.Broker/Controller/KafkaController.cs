using Kafka.Broker.ZooKeeper;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Loops;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Controller;

/// <summary>
/// The controller of a cluster in ZooKeeper mode, as each broker carries one: it takes part in the election and, when elected, watches
/// ZooKeeper and sends the brokers who leads what. One loop owns all state; watches, answers and handlers put events into its mailbox.
/// </summary>
sealed partial class KafkaController : IControlAnswers, IAsyncDisposable
{
    /// <summary>
    /// Requests wait for room. Watches and answers cannot: those past the limit are missed, and the controller makes it good by a new term,
    /// which reads the cluster anew.
    /// </summary>
    internal const int MostEvents = 100_000;

    readonly Mailbox<ControllerEvent> events;
    readonly CancellationTokenSource stopping = new();
    readonly ControllerOptions options;
    readonly ControllerStore store;
    readonly Func<Action, IBrokerChannels> openChannels;
    readonly TimeProvider time;
    readonly ILogger<KafkaController> logger;
    /// <summary>Null while another broker is controller. Written by the loop alone; other threads only look whether there is one.</summary>
    ControllerTerm? term;
    /// <summary>A watch or an answer found the mailbox full, or a channel its queue.</summary>
    bool missed;
    Task loop = Task.CompletedTask;

    internal KafkaController(
        ControllerOptions options,
        Func<IZooKeeper> zooKeeper,
        Func<Action, IBrokerChannels> openChannels,
        TimeProvider time,
        PauseGate gate,
        ILoggerFactory loggers)
    {
        this.options = options;
        store = new ControllerStore(zooKeeper);
        this.openChannels = openChannels;
        this.time = time;
        events = new Mailbox<ControllerEvent>(MostEvents, gate);
        logger = loggers.CreateLogger<KafkaController>();
    }

    /// <summary>This broker is controller, as far as it knows.</summary>
    public bool IsActive => Volatile.Read(ref term) is not null;

    /// <summary>Whether this broker is controller, and in the term of that controller epoch.</summary>
    public bool IsTermOf(int epoch) => Volatile.Read(ref term)?.Context.Epoch == epoch;

    /// <summary>Takes part in the election; called once the broker is registered.</summary>
    public void Start()
    {
        loop = Task.Run(() => events.RunAsync(TakeAsync, stopping.Token), CancellationToken.None);
        Post("take part in the election", ElectAsync);
    }

    /// <summary>The ZooKeeper session is over, and with it the office. Ends when nothing more is written in its name.</summary>
    public Task ExpireAsync() => CompleteAsync("session expired", async _ =>
    {
        await EndTermAsync("the ZooKeeper session expired").ConfigureAwait(false);
        return true;
    });

    /// <summary>Takes part again, in a new session.</summary>
    public void Reelect() => Post("take part in the election again", ElectAsync);

    void IControlAnswers.LeaderAndIsr(int broker, LeaderAndIsrRequest request, LeaderAndIsrResponse answer) =>
        PostInTerm("LeaderAndIsr answered", (current, token) => LeaderAndIsrAnsweredAsync(current, broker, request, answer, token));

    void IControlAnswers.StopReplica(int broker, StopReplicaRequest request, StopReplicaResponse answer) =>
        PostInTerm("StopReplica answered", async (current, token) =>
        {
            current.Deletion.Answered(broker, request, answer);
            await current.Deletion.ContinueAsync(token).ConfigureAwait(false);
        });

    /// <summary>Ends at once: no event is finished, no queued request sent.</summary>
    public void Abort()
    {
        stopping.Cancel();
        Volatile.Read(ref term)?.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (term is { } last)
        {
            Volatile.Write(ref term, null);
            await last.DisposeAsync().ConfigureAwait(false);
        }
    }

    void Post(string name, Func<CancellationToken, Task> run)
    {
        if (!events.TryPost(new ControllerEvent(name, run)))
        {
            Volatile.Write(ref missed, true);
        }
    }

    /// <summary>Runs only while this broker is controller; what it leaves in the batch is sent.</summary>
    void PostInTerm(string name, Func<ControllerTerm, CancellationToken, Task> run) => Post(name, async token =>
    {
        // perhaps a later term than the one that posted it: what a watch announced is read anew, and an answer is true in any term
        if (term is { } current)
        {
            await run(current, token).ConfigureAwait(false);
            current.Batch.Send();
        }
    });

    /// <summary>An event with an outcome.</summary>
    async Task<T> CompleteAsync<T>(string name, Func<CancellationToken, Task<T>> run)
    {
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new ControllerEvent(name, async token =>
        {
            try
            {
                outcome.TrySetResult(await run(token).ConfigureAwait(false));
            }
            catch (Exception e)
            {
                outcome.TrySetException(e);
                throw;
            }
        });
        if (!await events.PostAsync(asked, stopping.Token).ConfigureAwait(false))
        {
            throw new OperationCanceledException("The controller has ended.");
        }

        return await outcome.Task.WaitAsync(stopping.Token).ConfigureAwait(false);
    }

    /// <summary>One event. What fails in it does not end the loop: the next events may well succeed.</summary>
    async Task TakeAsync(ControllerEvent next)
    {
        try
        {
            await next.Run(stopping.Token).ConfigureAwait(false);
            // only now: the event may have been one of those that made the mailbox full
            if (Interlocked.Exchange(ref missed, false))
            {
                await BeginAnewAsync().ConfigureAwait(false);
            }
        }
        catch (ControllerMovedException e)
        {
            await EndTermAsync(e.Message).ConfigureAwait(false);
            Reelect();
        }
        catch (ZooKeeperException e) when (e.Code
            is ZooKeeperError.SessionExpired
            or ZooKeeperError.ConnectionLoss
            or ZooKeeperError.OperationTimeout)
        {
            // the session is over: its owner says so next (ExpireAsync)
            LogSessionOver(next.Name, e.Message);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(e, next.Name);
        }
    }

    /// <summary>What the missed events said is not known: another term, of this broker or of another, reads it.</summary>
    async Task BeginAnewAsync()
    {
        if (term is not null)
        {
            await EndTermAsync("events came faster than it took them").ConfigureAwait(false);
            await store.ResignAsync(stopping.Token).ConfigureAwait(false);
        }

        Reelect();
    }

    async Task EndTermAsync(string reason)
    {
        if (term is { } ending)
        {
            LogResigned(options.BrokerId, ending.Context.Epoch, reason);
            Volatile.Write(ref term, null);
            await ending.DisposeAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Broker {Broker} is controller no more (epoch {Epoch}): {Reason}")]
    partial void LogResigned(int broker, int epoch, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Controller: '{Event}' failed")]
    partial void LogFailed(Exception exception, string @event);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Controller: '{Event}' was cut short: {Reason}")]
    partial void LogSessionOver(string @event, string reason);
}

/// <summary>One thing for the controller's loop to do.</summary>
sealed record ControllerEvent(string Name, Func<CancellationToken, Task> Run);
