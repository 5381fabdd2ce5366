using System.Collections.Concurrent;
using System.Threading.Channels;
using Kafka.Client;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker.Controller;

/// <summary>One <see cref="BrokerChannel"/> for each registered broker. Changed by the controller's loop only.</summary>
sealed class BrokerChannels(string listener, KafkaClientOptions options, PauseGate gate, ILogger logger) : IBrokerChannels
{
    readonly ConcurrentDictionary<int, BrokerChannel> channels = [];

    public void Add(LiveBroker broker)
    {
        Remove(broker.Id);
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
        if (channels.TryGetValue(broker, out var channel))
        {
            channel.Send(request, answered);
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
/// The queue to one broker: one request at a time, the next when it is answered, again after 100 ms when it could not be delivered, until the
/// broker's session is gone (<see cref="Stop"/>). One loop owns the connection.
/// </summary>
sealed partial class BrokerChannel
{
    static readonly TimeSpan backOff = TimeSpan.FromMilliseconds(100);
    readonly Channel<Func<KafkaConnection, CancellationToken, Task>> queue =
        Channel.CreateUnbounded<Func<KafkaConnection, CancellationToken, Task>>(new UnboundedChannelOptions { SingleReader = true });

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
        Completion = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Ends after <see cref="Stop"/>, never with an error.</summary>
    public Task Completion { get; }

    public void Send<TResponse>(IKafkaRequest<TResponse> request, Action<TResponse>? answered)
        where TResponse : class, IKafkaResponse =>
        queue.Writer.TryWrite(async (connection, token) =>
        {
            var answer = await connection.SendAsync(request, token).ConfigureAwait(false);
            answered?.Invoke(answer);
        });

    public void Stop()
    {
        stopping.Cancel();
        queue.Writer.TryComplete();
    }

    async Task RunAsync()
    {
        KafkaConnection? connection = null;
        try
        {
            await foreach (var send in queue.Reader.ReadAllAsync(stopping.Token).ConfigureAwait(false))
            {
                connection = await DeliverAsync(connection, send).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // stopped
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
        var told = false;
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
                if (!told)
                {
                    LogUndelivered(broker, host, port, e.Message);
                    told = true;
                }

                if (connection is not null)
                {
                    await connection.DisposeAsync().ConfigureAwait(false);
                    connection = null;
                }

                await Task.Delay(backOff, options.Time, stopping.Token).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Controller: broker {Broker} at {Host}:{Port} did not take a request, trying again until its session ends: {Reason}")]
    partial void LogUndelivered(int broker, string host, int port, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Controller: the channel to broker {Broker} ended")]
    partial void LogEnded(Exception exception, int broker);
}
