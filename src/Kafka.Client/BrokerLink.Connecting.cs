using Microsoft.Extensions.Logging;

namespace Kafka.Client;

/// <summary>How it connects: when, one attempt at a time, and how long it pauses after one that failed.</summary>
sealed partial class BrokerLink
{
    void ConnectForWaiting()
    {
        // once no one waits the surplus is no longer needed
        isHeldUp &= waiting.Count > 0;
        var most = isHeldUp ? options.MaxConnections : Math.Min(options.UsualConnections, options.MaxConnections);
        // one attempt at a time: a dead address is tried once, and not by each caller
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
                // one attempt serves one caller: others may wait for the next
                ConnectForWaiting();
            }
        }
        catch (Exception e)
        {
            LogFailed(logger, Host, Port, e.Message);
            if (e is not KafkaUnreachableException { OtherCluster: not null })
            {
                options.Cluster?.Forget(Host, Port);
            }

            // any exception: one that got away would leave isConnecting set, and every later caller waiting
            Failed(e as KafkaException ?? new KafkaUnreachableException(Host, Port, e.Message, e), endsAttempt: true);
        }
    }

    /// <summary>What failed is another cluster's, and that is the expected one now.</summary>
    internal void Forgive()
    {
        lock (gate)
        {
            (failure, failures) = (null, 0);
        }
    }

    void Failed(KafkaException error, bool endsAttempt)
    {
        lock (gate)
        {
            isConnecting &= !endsAttempt;
            (failure, isSilent) = (error, error is KafkaTimeoutException);
            retryAt = options.Time.GetTimestamp() + (long)(Backoff(++failures, error).TotalSeconds * options.Time.TimestampFrequency);
            // all of them: each would only repeat the attempt that has just failed
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
        // 16 doublings pass every maximum; without a limit the product overflows after a night without a broker
        var doubled = first * Math.Pow(2, Math.Min(count - 1, 16));
        return doubled < most ? doubled : most;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connected to {Host}:{Port}")]
    static partial void LogConnected(ILogger logger, string host, int port);

    [LoggerMessage(Level = LogLevel.Debug, Message = "No connection to {Host}:{Port}: {Reason}")]
    static partial void LogFailed(ILogger logger, string host, int port, string reason);
}
