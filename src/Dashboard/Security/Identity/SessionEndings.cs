using System.Collections.Concurrent;

namespace Dashboard.Security.Identity;

/// <summary>
/// Says to what serves a session, or a token, that it has ended: by sign-out, by being revoked, or by its time. One entry for each that is
/// watched, taken out as it ends, so that there are never more than sessions and tokens.
/// </summary>
sealed class SessionEndings(TimeProvider time) : IDisposable
{
    readonly ConcurrentDictionary<string, CancellationTokenSource> watched = new(StringComparer.Ordinal);

    /// <param name="id">The session claim's value.</param>
    /// <param name="ends">When it ends by itself.</param>
    public CancellationToken Watch(string id, DateTimeOffset ends)
    {
        var left = ends - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            return new CancellationToken(canceled: true);
        }

        return watched.GetOrAdd(id, _ =>
        {
            var ending = new CancellationTokenSource(left, time);
            ending.Token.UnsafeRegister(_ => watched.TryRemove(id, out var _), null);
            return ending;
        }).Token;
    }

    /// <summary>Not disposed: what serves the session may still hold it, and its timer ends with it.</summary>
    public void End(string id)
    {
        if (watched.TryRemove(id, out var ending))
        {
            ending.Cancel();
        }
    }

    public void Dispose()
    {
        foreach (var ending in watched.Values)
        {
            ending.Dispose();
        }
    }
}
