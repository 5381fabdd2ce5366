using Microsoft.Extensions.Logging;

namespace Kafka.Client;

/// <summary>
/// The connection to one address: opened when first wanted, opened again when lost, with a pause between attempts that fail. While a broker that
/// fell silent is tried again, calls wait for it no longer than <see cref="SilentPatience"/>: whoever asks many brokers at once waits a whole deadline
/// for a silent one only once. Thread safe: the only state is which attempt is the current one, exchanged atomically.
/// </summary>
sealed partial class BrokerLink(string host, int port, KafkaClientOptions options, ILogger logger) : IAsyncDisposable
{
    /// <summary>Far longer than a broker that is well needs to take a new connection.</summary>
    static readonly TimeSpan SilentPatience = TimeSpan.FromMilliseconds(500);

    sealed class Attempt(int failuresBefore, KafkaTimeoutException? silence)
    {
        internal readonly TaskCompletionSource<KafkaConnection> Done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal int Failures { get; set; } = failuresBefore;

        /// <summary>What was not answered last, null once something was.</summary>
        internal KafkaTimeoutException? Silence { get; set; } = silence;

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
            var patience = attempt.Silence is null || deadline < SilentPatience ? deadline : SilentPatience;
            connection = await attempt.Done.Task.WaitAsync(patience, options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw attempt.Silence ?? new KafkaTimeoutException(Host, Port, "the connection attempt", deadline);
        }

        try
        {
            var left = deadline - options.Time.GetElapsedTime(start);
            return await use(connection, left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(false);
        }
        catch (KafkaTimeoutException e)
        {
            // what follows on this socket would wait for the same answer
            (attempt.Failures, attempt.Silence) = (1, e);
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

        var next = new Attempt(attempt?.Failures ?? 0, attempt?.Silence);
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
            (attempt.Failures, attempt.Silence) = (0, null);
            LogConnected(logger, Host, Port);
            attempt.Done.SetResult(connection);
        }
        catch (Exception e)
        {
            attempt.Failures++;
            attempt.Silence = e as KafkaTimeoutException;
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
