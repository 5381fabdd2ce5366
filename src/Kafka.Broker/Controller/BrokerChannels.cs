using System.Collections.Concurrent;
using Kafka.Client;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Loops;

namespace Kafka.Broker.Controller;

/// <summary>
/// One <see cref="BrokerChannel"/> for each registered broker. Changed by the controller's loop only. <paramref name="missed"/> is called
/// when a broker took nothing for so long that a request to it had to be dropped: what it knows then is not what this term said.
/// </summary>
sealed class BrokerChannels(string listener, KafkaClientOptions options, PauseGate gate, ILogger logger, Action missed) : IBrokerChannels
{
    readonly ConcurrentDictionary<int, BrokerChannel> channels = [];

    public void Add(LiveBroker broker)
    {
        Remove(broker.Id); // what waited for its earlier life is void: the broker has lost its roles
        if (broker.Node.Endpoint(listener) is { } endpoint)
        {
            channels[broker.Id] = new BrokerChannel(broker.Id, endpoint.Host, endpoint.Port, options, gate, logger);
        }
    }

    public void Remove(int broker)
    {
        if (channels.TryRemove(broker, out var channel))
        {
            channel.Stop();
        }
    }

    public void Send<TResponse>(int broker, IKafkaRequest<TResponse> request, Action<TResponse>? answered = null)
        where TResponse : class, IKafkaResponse
    {
        if (channels.TryGetValue(broker, out var channel) && !channel.Send(request, answered))
        {
            missed();
        }
    }

    public void Abort()
    {
        foreach (var channel in channels.Values)
        {
            channel.Stop();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Abort();
        await Task.WhenAll(channels.Values.Select(channel => channel.Completion)).ConfigureAwait(false);
        channels.Clear();
    }
}

/// <summary>
/// The queue to one broker: one request at a time, the next when it is answered, again after 100 ms when it could not be delivered, until
/// the broker's session is gone (<see cref="Stop"/>). One loop owns the connection.
/// </summary>
sealed partial class BrokerChannel
{
    /// <summary>A broker that takes none of so many requests is as good as gone, long before ZooKeeper ends its session.</summary>
    public const int MostWaiting = 10_000;

    /// <summary>As Kafka's controller pauses before it sends again.</summary>
    static readonly TimeSpan backOff = TimeSpan.FromMilliseconds(100);

    readonly Mailbox<Func<KafkaConnection, CancellationToken, Task>> queue;
    readonly CancellationTokenSource stopping = new();
    readonly int broker;
    readonly string host;
    readonly int port;
    readonly KafkaClientOptions options;
    readonly PauseGate gate;
    readonly ILogger logger;

    public BrokerChannel(int broker, string host, int port, KafkaClientOptions options, PauseGate gate, ILogger logger)
    {
        this.broker = broker;
        this.host = host;
        this.port = port;
        this.options = options;
        this.gate = gate;
        this.logger = logger;
        queue = new Mailbox<Func<KafkaConnection, CancellationToken, Task>>(MostWaiting, gate);
        Completion = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Ends after <see cref="Stop"/>, never with an error.</summary>
    public Task Completion { get; }

    /// <summary>False when too many wait; true once it is stopped, when nothing is sent any more.</summary>
    public bool Send<TResponse>(IKafkaRequest<TResponse> request, Action<TResponse>? answered)
        where TResponse : class, IKafkaResponse =>
        queue.TryPost(async (connection, token) =>
        {
            var answer = await connection.SendAsync(request, token).ConfigureAwait(false);
            answered?.Invoke(answer);
        }) || stopping.IsCancellationRequested;

    public void Stop()
    {
        stopping.Cancel();
        queue.Complete();
    }

    async Task RunAsync()
    {
        KafkaConnection? connection = null;
        try
        {
            await queue.RunAsync(
                async send => connection = await DeliverAsync(connection, send).ConfigureAwait(false),
                stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogEnded(e, broker);
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The connection that delivered it.</summary>
    async Task<KafkaConnection> DeliverAsync(KafkaConnection? connection, Func<KafkaConnection, CancellationToken, Task> send)
    {
        var logged = false;
        while (true)
        {
            await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
            try
            {
                connection = connection is { IsClosed: false } open
                    ? open
                    : await KafkaConnection.ConnectAsync(host, port, options, stopping.Token).ConfigureAwait(false);
                await send(connection, stopping.Token).ConfigureAwait(false);
                return connection;
            }
            catch (KafkaException e)
            {
                // once a request: a broker may be away for the whole of its session timeout
                if (!logged)
                {
                    LogUndelivered(broker, host, port, e.Message);
                    logged = true;
                }

                if (connection is not null)
                {
                    await connection.DisposeAsync().ConfigureAwait(false);
                    connection = null;
                }

                await Task.Delay(backOff, options.Time, stopping.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (connection is not null && !stopping.IsCancellationRequested)
            {
                // sent again it would fail again, and keep all that follows from the broker
                LogPassedOver(e, broker);
                return connection;
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Controller: broker {Broker} at {Host}:{Port} did not take a request, trying again until its session ends: {Reason}")]
    partial void LogUndelivered(int broker, string host, int port, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Controller: a request to broker {Broker} could not be made or its answer not be used; it is passed over")]
    partial void LogPassedOver(Exception exception, int broker);

    [LoggerMessage(Level = LogLevel.Error, Message = "Controller: the channel to broker {Broker} ended")]
    partial void LogEnded(Exception exception, int broker);
}
