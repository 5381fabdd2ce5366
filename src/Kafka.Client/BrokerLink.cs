using Microsoft.Extensions.Logging;

namespace Kafka.Client;

/// <summary>
/// The connection to one address: opened when first wanted, opened again when lost, with a pause between attempts that fail. Thread safe:
/// the only state is which attempt is the current one, exchanged atomically.
/// </summary>
sealed partial class BrokerLink(string host, int port, KafkaClientOptions options, ILogger logger) : IAsyncDisposable
{
    sealed class Attempt(int failuresBefore)
    {
        internal readonly TaskCompletionSource<KafkaConnection> Done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal int Failures { get; set; } = failuresBefore;

        /// <summary>When a failed attempt may be followed by another.</summary>
        internal long RetryAt { get; set; }
    }

    readonly CancellationTokenSource disposed = new();
    Attempt? current;

    internal string Host { get; } = host;

    internal int Port { get; } = port;

    /// <summary>Connected now.</summary>
    internal bool IsConnected => Volatile.Read(ref current) is { Done.Task.IsCompletedSuccessfully: true } attempt && !attempt.Done.Task.Result.IsClosed;

    /// <summary>The last attempt failed, or its connection was given up.</summary>
    internal bool HasFailed => Volatile.Read(ref current) is { Failures: > 0 };

    /// <summary>
    /// Does something on the open connection, or on a new one; while it pauses after a failure, that failure again. Connecting counts as part of
    /// the deadline.
    /// </summary>
    internal async Task<T> UseAsync<T>(Func<KafkaConnection, TimeSpan, Task<T>> use, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var start = options.Time.GetTimestamp();
        var attempt = CurrentAttempt();
        KafkaConnection connection;
        try
        {
            connection = await attempt.Done.Task.WaitAsync(deadline, options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new KafkaTimeoutException(Host, Port, "the connection attempt", deadline);
        }

        try
        {
            var left = deadline - options.Time.GetElapsedTime(start);
            return await use(connection, left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(false);
        }
        catch (KafkaTimeoutException e)
        {
            // what follows on this socket would wait for the same answer
            attempt.Failures = 1;
            connection.Abort(e);
            throw;
        }
    }

    /// <summary>Drops the connection with a reset, and calls under way with it.</summary>
    internal void Abort(string reason)
    {
        if (Volatile.Read(ref current) is { Done.Task.IsCompletedSuccessfully: true } attempt)
        {
            attempt.Done.Task.Result.Abort(reason);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync().ConfigureAwait(false);
        if (Volatile.Read(ref current) is { } attempt)
        {
            try
            {
                await (await attempt.Done.Task.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is KafkaException or OperationCanceledException)
            {
                // there was no connection
            }
        }

        disposed.Dispose();
    }

    Attempt CurrentAttempt()
    {
        var attempt = Volatile.Read(ref current);
        if (attempt is not null && !NeedsAnother(attempt))
        {
            return attempt;
        }

        var next = new Attempt(attempt?.Failures ?? 0);
        var winner = Interlocked.CompareExchange(ref current, next, attempt);
        if (winner != attempt)
        {
            return winner!;
        }

        _ = ConnectAsync(next);
        return next;
    }

    bool NeedsAnother(Attempt attempt)
    {
        var done = attempt.Done.Task;
        if (done.IsCompletedSuccessfully)
        {
            return done.Result.IsClosed;
        }

        return done.IsCompleted && options.Time.GetTimestamp() >= attempt.RetryAt;
    }

    async Task ConnectAsync(Attempt attempt)
    {
        try
        {
            var connection = await KafkaConnection.ConnectAsync(Host, Port, options, disposed.Token).ConfigureAwait(false);
            attempt.Failures = 0;
            LogConnected(logger, Host, Port);
            attempt.Done.SetResult(connection);
        }
        catch (Exception e)
        {
            attempt.Failures++;
            attempt.RetryAt = options.Time.GetTimestamp() + (long)(Backoff(attempt.Failures).TotalSeconds * options.Time.TimestampFrequency);
            LogFailed(logger, Host, Port, e.Message);
            attempt.Done.SetException(e is KafkaException ? e : new KafkaUnreachableException(Host, Port, e.Message, e));
            _ = attempt.Done.Task.Exception; // observed: nobody may be waiting any more
        }
    }

    TimeSpan Backoff(int failures)
    {
        var doubled = options.ReconnectBackoff * Math.Pow(2, Math.Min(failures - 1, 16));
        return doubled < options.MaxReconnectBackoff ? doubled : options.MaxReconnectBackoff;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connected to {Host}:{Port}")]
    static partial void LogConnected(ILogger logger, string host, int port);

    [LoggerMessage(Level = LogLevel.Debug, Message = "No connection to {Host}:{Port}: {Reason}")]
    static partial void LogFailed(ILogger logger, string host, int port, string reason);
}
