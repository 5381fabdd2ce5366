namespace Kafka.Client.Security.OAuth;

/// <summary>When a token is replaced before its end: sasl.login.refresh.* with Kafka's names, defaults and order of precedence.</summary>
public sealed record TokenRefresh
{
    /// <summary>Of the token's life, after which it is replaced.</summary>
    public double WindowFactor { get; init; } = 0.8;

    /// <summary>At most so much of its life is added at random, so that not all clients ask at the same time.</summary>
    public double WindowJitter { get; init; } = 0.05;

    /// <summary>Not before so long after it was fetched.</summary>
    public TimeSpan MinPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>So long before its end at the latest.</summary>
    public TimeSpan Buffer { get; init; } = TimeSpan.FromMinutes(5);

    /// <param name="random">0 to 1.</param>
    internal DateTimeOffset At(DateTimeOffset issued, DateTimeOffset expires, double random)
    {
        var life = expires - issued;
        var proposed = issued + (life * (WindowFactor + (WindowJitter * random)));
        if (life < MinPeriod + Buffer)
        {
            return proposed; // there is no room for both
        }

        var latest = expires - Buffer;
        var earliest = issued + MinPeriod;
        // the buffer before the minimum, as Apache's ExpiringCredentialRefreshingLogin has it
        return proposed > latest ? latest : proposed < earliest ? earliest : proposed;
    }
}
