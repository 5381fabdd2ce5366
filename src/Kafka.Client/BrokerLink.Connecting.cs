using Microsoft.Extensions.Logging;

namespace Kafka.Client;

/// <summary>How it connects: when, one attempt at a time, and how long it pauses after one that failed.</summary>
sealed partial class BrokerLink
{
    void ConnectForWaiting()
    {
        isHeldUp &= waiting.Count > 0;
        var most = isHeldUp ? options.MaxConnections : Math.Min(options.UsualConnections, options.MaxConnections);
        if (waiting.Count > 0 && !isConnecting && !isDisposed && used.Count < most)
        {
            isConnecting = true;
            connecting = Task.Run(ConnectAsync);
        }
    }

    async Task ConnectAsync()
    {
        try
        {
            var connection = await KafkaConnection.ConnectAsync(Host, Port, options, disposed.Token).ConfigureAwait(false);
            LogConnected(logger, Host, Port);
            wasReached = true;
            lock (gate)
            {
                (isConnecting, failure, failures, isSilent) = (false, null, 0, false);
                Offer(connection);
                ConnectForWaiting();
            }
        }
        catch (Exception e)
        {
            LogFailed(logger, Host, Port, e.Message);
            Failed(e as KafkaException ?? new KafkaUnreachableException(Host, Port, e.Message, e), endsAttempt: true);
        }
    }

    void Failed(KafkaException error, bool endsAttempt)
    {
        lock (gate)
        {
            isConnecting &= !endsAttempt;
            (failure, isSilent) = (error, error is KafkaTimeoutException);
            retryAt = options.Time.GetTimestamp() + (long)(Backoff(++failures, error).TotalSeconds * options.Time.TimestampFrequency);
            foreach (var waiter in waiting)
            {
                waiter.TrySetException(error);
            }

            waiting.Clear();
        }
    }

    TimeSpan Backoff(int count, KafkaException error)
    {
        var (first, most) = error is KafkaAuthenticationException
            ? (options.AuthenticationBackoff, options.MaxAuthenticationBackoff)
            : (options.ReconnectBackoff, options.MaxReconnectBackoff);
        var doubled = first * Math.Pow(2, Math.Min(count - 1, 16));
        return doubled < most ? doubled : most;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connected to {Host}:{Port}")]
    static partial void LogConnected(ILogger logger, string host, int port);

    [LoggerMessage(Level = LogLevel.Debug, Message = "No connection to {Host}:{Port}: {Reason}")]
    static partial void LogFailed(ILogger logger, string host, int port, string reason);
}
