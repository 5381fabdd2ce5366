using Microsoft.Extensions.Logging;

namespace Kafka.Client;

/// <summary>
/// The connections to one address. A broker works on one request of a connection at a time, so a slow one would hold up, and by its
/// deadline end, what others asked behind it: each caller has a connection to itself while it uses it. Connections are opened when none is
/// free, one after the other: <see cref="KafkaClientOptions.UsualConnections"/>, and at most <see
/// cref="KafkaClientOptions.MaxConnections"/> while callers are held up; past that callers wait for one, as part of their deadline. After
/// a failed attempt calls fail at once for a pause that grows. Thread safe: all state is behind one lock, nothing is awaited or called back
/// within it.
/// </summary>
sealed partial class BrokerLink(string host, int port, KafkaClientOptions options, ILogger logger) : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly Stack<KafkaConnection> free = new(); // the last used first: what is not needed grows idle, and is closed for that
    readonly HashSet<KafkaConnection> used = [];
    readonly List<TaskCompletionSource<KafkaConnection>> waiting = []; // limited by the callers, each of which has a deadline
    readonly CancellationTokenSource disposed = new();
    Task connecting = Task.CompletedTask;
    bool isConnecting;
    bool isDisposed;
    volatile bool wasReached;
    KafkaException? failure;
    int failures;
    long retryAt;

    /// <summary>The last thing asked was not answered in time.</summary>
    bool isSilent;

    /// <summary>A caller that waits now has waited for long.</summary>
    bool isHeldUp;

    /// <summary>When one had to last.</summary>
    long heldUpAt;

    /// <summary>To follow "HOST:PORT is unreachable: ".</summary>
    internal const string Closed = "the client is closed";

    internal string Host { get; } = host;

    internal int Port { get; } = port;

    /// <summary>Connected now.</summary>
    internal bool IsConnected
    {
        get
        {
            lock (gate)
            {
                return used.Concat(free).Any(connection => !connection.IsClosed);
            }
        }
    }

    /// <summary>There was a connection once.</summary>
    internal bool WasReached => wasReached;

    /// <summary>The last attempt failed, or the last call was not answered.</summary>
    internal bool HasFailed
    {
        get
        {
            lock (gate)
            {
                return failures > 0 || isSilent;
            }
        }
    }

    internal LinkStatus Status(int? brokerId)
    {
        lock (gate)
        {
            var left = options.Time.GetElapsedTime(options.Time.GetTimestamp(), retryAt);
            return new LinkStatus(
                Host,
                Port,
                brokerId,
                used.Concat(free).Count(connection => !connection.IsClosed),
                failures,
                failure is not null && left > TimeSpan.Zero ? left : null,
                failure);
        }
    }

    /// <summary>
    /// Does something on a connection that is used by nothing else meanwhile; while the link pauses after a failure, that failure again.
    /// Waiting for the connection counts as part of the deadline. A call that is not answered in time, or whose caller leaves, ends its own
    /// connection alone.
    /// </summary>
    internal async Task<T> UseAsync<T>(Func<KafkaConnection, TimeSpan, Task<T>> use, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var start = options.Time.GetTimestamp();
        var connection = await TakeAsync(deadline, cancellationToken).ConfigureAwait(false);
        try
        {
            var left = deadline - options.Time.GetElapsedTime(start);
            var answer = await use(connection, left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(false);
            NoteAnswer();
            return answer;
        }
        catch (KafkaTimeoutException e)
        {
            GiveUp(connection, e.Message);
            throw;
        }
        catch (KafkaAuthenticationException e)
        {
            Failed(e, endsAttempt: false); // a listener that wants a login after all, or a login that could not be renewed
            throw;
        }
        catch (OperationCanceledException)
        {
            // the broker is still at work on it, and would hold up the next caller of this connection
            connection.Abort("its caller did not wait for the answer");
            throw;
        }
        finally
        {
            GiveBack(connection);
        }
    }

    /// <summary>Drops every connection with a reset, and calls under way with them.</summary>
    internal void Abort(string reason)
    {
        foreach (var connection in All())
        {
            connection.Abort(reason);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            // before connecting is awaited: no further attempt begins then
            isDisposed = true;
        }

        await disposed.CancelAsync().ConfigureAwait(false);
        await connecting.ConfigureAwait(false);
        foreach (var connection in All())
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        disposed.Dispose();
    }

    KafkaConnection[] All()
    {
        lock (gate)
        {
            return [.. used, .. free];
        }
    }

    async Task<KafkaConnection> TakeAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        var waiter = new TaskCompletionSource<KafkaConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        TimeSpan patience;
        lock (gate)
        {
            if (TryTakeFree() is { } connection)
            {
                return connection;
            }

            ThrowIfClosedOrPausing();
            waiting.Add(waiter);
            ConnectForWaiting();
            // after ConnectForWaiting, which decides whether there is an attempt to wait for
            patience = isConnecting && isSilent && options.SilentPatience < deadline ? options.SilentPatience : deadline;
        }

        try
        {
            // too short a wait to be noted as held up
            if (patience <= options.HeldUpAfter)
            {
                return await waiter.Task.WaitAsync(patience, options.Time, cancellationToken).ConfigureAwait(false);
            }

            var start = options.Time.GetTimestamp();
            await ((Task)waiter.Task).WaitAsync(options.HeldUpAfter, options.Time, cancellationToken)
                // whatever came of it is seen below, where the rest of the patience is spent
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            NoteHeldUp(waiter);
            var left = patience - options.Time.GetElapsedTime(start);
            return await waiter.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, options.Time, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            Leave(waiter);
            throw e is OperationCanceledException ? e : NoConnection(patience);
        }
    }

    void NoteHeldUp(TaskCompletionSource<KafkaConnection> waiter)
    {
        lock (gate)
        {
            // served or failed in between, it is no reason for one more connection
            if (waiting.Contains(waiter))
            {
                (isHeldUp, heldUpAt) = (true, options.Time.GetTimestamp());
                ConnectForWaiting();
            }
        }
    }

    KafkaConnection? TryTakeFree()
    {
        while (free.TryPop(out var connection))
        {
            if (!connection.IsClosed)
            {
                used.Add(connection);
                return connection;
            }
        }

        return null;
    }

    void ThrowIfClosedOrPausing()
    {
        if (isDisposed)
        {
            throw new KafkaUnreachableException(Host, Port, Closed);
        }

        // not while an attempt is under way: its outcome is newer than the last failure
        if (failure is not null && !isConnecting && options.Time.GetTimestamp() < retryAt)
        {
            throw failure;
        }
    }

    /// <summary>A connection that came at this very moment goes to the next.</summary>
    void Leave(TaskCompletionSource<KafkaConnection> waiter)
    {
        lock (gate)
        {
            waiting.Remove(waiter);
        }

        // not cancelled any more: the connection was given in the moment after the lock, and would be lost as used
        if (!waiter.TrySetCanceled() && waiter.Task.IsCompletedSuccessfully)
        {
            GiveBack(waiter.Task.Result);
        }
    }

    KafkaTimeoutException NoConnection(TimeSpan patience)
    {
        lock (gate)
        {
            // two different faults: the address does not answer, or the broker is slow with what others asked
            return isConnecting
                ? new KafkaTimeoutException(Host, Port, KafkaTimeoutException.Attempt, patience)
                : KafkaTimeoutException.Busy(Host, Port, used.SelectMany(connection => connection.Unanswered).Distinct(), patience);
        }
    }

    void NoteAnswer()
    {
        lock (gate)
        {
            isSilent = false;
        }
    }

    /// <summary>Idle connections go with it: on a broker that fell silent each would cost its next caller a deadline.</summary>
    void GiveUp(KafkaConnection connection, string reason)
    {
        connection.Abort(reason);
        lock (gate)
        {
            isSilent = true;
            while (free.TryPop(out var other))
            {
                other.Abort(reason);
            }
        }
    }

    void GiveBack(KafkaConnection connection)
    {
        lock (gate)
        {
            used.Remove(connection);
            if (!connection.IsClosed)
            {
                Offer(connection);
            }

            ConnectForWaiting();
        }
    }

    /// <summary>To the caller that has waited longest.</summary>
    void Offer(KafkaConnection connection)
    {
        while (waiting.Count > 0)
        {
            var waiter = waiting[0];
            waiting.RemoveAt(0);
            // false: this waiter has just left, and the connection is the next one's
            if (waiter.TrySetResult(connection))
            {
                used.Add(connection);
                return;
            }
        }

        // kept for a while: who was held up once is likely to be so again, and opening one costs a handshake
        if (used.Count + free.Count < options.UsualConnections || options.Time.GetElapsedTime(heldUpAt) < options.SurplusKept)
        {
            free.Push(connection);
        }
        else
        {
            // not awaited: this is within the lock, and disposing waits for the read loop
            _ = Task.Run(() => connection.DisposeAsync().AsTask());
        }
    }
}
