using System.Threading.Channels;
using Kafka.Broker.Registration;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Controller;

/// <summary>
/// The controller of a cluster in ZooKeeper mode, as each broker carries one: it stands for election and, when elected, watches ZooKeeper and tells the
/// brokers who leads what. One loop (<see cref="RunAsync"/>) owns all state; watches, answers and handlers put events into its channel.
/// </summary>
public sealed partial class KafkaController : IControlAnswers, IAsyncDisposable
{
    readonly Channel<ControllerEvent> events = Channel.CreateUnbounded<ControllerEvent>(new UnboundedChannelOptions { SingleReader = true });
    readonly CancellationTokenSource stopping = new();
    readonly ControllerOptions options;
    readonly ControllerStore store;
    readonly Func<IBrokerChannels> openChannels;
    readonly TimeProvider time;
    readonly PauseGate gate;
    readonly ILogger<KafkaController> logger;
    ControllerTerm? term;
    Task loop = Task.CompletedTask;

    internal KafkaController(
        ControllerOptions options, Func<IZooKeeper> zooKeeper, Func<IBrokerChannels> openChannels, TimeProvider time, PauseGate gate, ILoggerFactory loggers)
    {
        this.options = options;
        store = new ControllerStore(zooKeeper);
        this.openChannels = openChannels;
        this.time = time;
        this.gate = gate;
        logger = loggers.CreateLogger<KafkaController>();
    }

    /// <summary>This broker is controller, as far as it knows.</summary>
    public bool IsActive => Volatile.Read(ref term) is not null;

    /// <summary>Stands for election; called once the broker is registered.</summary>
    public void Start()
    {
        loop = Task.Run(RunAsync, CancellationToken.None);
        Post("stand for election", ElectAsync);
    }

    /// <summary>The ZooKeeper session is over, and with it the office. Ends when nothing more is written in its name.</summary>
    public Task ExpireAsync() => CompleteAsync("session expired", async _ =>
    {
        await EndTermAsync("the ZooKeeper session expired").ConfigureAwait(false);
        return true;
    });

    /// <summary>Stands again, in a new session.</summary>
    public void Reelect() => Post("stand for election again", ElectAsync);

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
        events.Writer.TryComplete();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (term is { } last)
        {
            Volatile.Write(ref term, null);
            await last.DisposeAsync().ConfigureAwait(false);
        }
    }

    void Post(string name, Func<CancellationToken, Task> run) => events.Writer.TryWrite(new ControllerEvent(name, run));

    /// <summary>Runs only while this broker is controller; what it leaves in the batch is sent.</summary>
    void PostInTerm(string name, Func<ControllerTerm, CancellationToken, Task> run) => Post(name, async token =>
    {
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
        Post(name, async token =>
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
        return await outcome.Task.WaitAsync(stopping.Token).ConfigureAwait(false);
    }

    async Task RunAsync()
    {
        await foreach (var next in events.Reader.ReadAllAsync(stopping.Token).ConfigureAwait(false))
        {
            try
            {
                await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
                await next.Run(stopping.Token).ConfigureAwait(false);
            }
            catch (ControllerMovedException e)
            {
                await EndTermAsync(e.Message).ConfigureAwait(false);
                Reelect();
            }
            catch (ZooKeeperException e) when (e.Code is ZooKeeperError.SessionExpired or ZooKeeperError.ConnectionLoss or ZooKeeperError.OperationTimeout)
            {
                // the session is over: whoever owns it says so next (ExpireAsync)
                LogSessionOver(next.Name, e.Message);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e, next.Name);
            }
        }
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
