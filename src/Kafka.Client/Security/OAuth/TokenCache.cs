namespace Kafka.Client.Security.OAuth;

/// <summary>
/// The token of all connections of a client: fetched when a login first needs one, again when a login comes after the time to refresh it.
/// While a new one cannot be had, the old one serves to its end. One caller fetches, the others wait for it. Thread safe.
/// </summary>
public sealed class TokenCache(TokenSource source, TokenRefresh refresh, TimeProvider? time = null)
{
    /// <summary>After a failed refresh, with the old token still good: not with every login.</summary>
    static readonly TimeSpan retryDelay = TimeSpan.FromSeconds(10);

    readonly TimeProvider clock = time ?? TimeProvider.System;
    readonly SemaphoreSlim turn = new(1);
    volatile BearerToken? current;
    DateTimeOffset refreshAt;

    /// <summary>For messages: where tokens come from.</summary>
    public string Source => source.Description;

    /// <summary>Subject of the token, or the client that asks for it.</summary>
    public string? Whom => current?.Subject ?? source.ClientId;

    /// <exception cref="SaslException">There is no token.</exception>
    internal async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        // one at a time: issuers limit how often they are asked, and all connections can use one token
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = clock.GetUtcNow();
            if (current is { } good && now < refreshAt && now < good.Expires)
            {
                return good.Value;
            }

            return (await RefreshAsync(now, cancellationToken).ConfigureAwait(false)).Value;
        }
        finally
        {
            turn.Release();
        }
    }

    async Task<BearerToken> RefreshAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var fresh = await source.FetchAsync(cancellationToken).ConfigureAwait(false);
            // a file that its agent has stopped to renew: the broker's refusal would not say that
            if (fresh.Expires <= now)
            {
                throw new SaslException($"{source.Description} gave a token that ended at {fresh.Expires:yyyy-MM-dd HH:mm:ss} UTC");
            }

            refreshAt = refresh.At(fresh.Issued, fresh.Expires, Random.Shared.NextDouble());
            current = fresh;
            return fresh;
        }
        catch (SaslException) when (current is { } old && now < old.Expires)
        {
            refreshAt = now + retryDelay;
            return old;
        }
    }
}
