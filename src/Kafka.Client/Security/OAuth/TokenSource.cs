namespace Kafka.Client.Security.OAuth;

/// <summary>Where tokens come from.</summary>
public abstract class TokenSource
{
    /// <summary>For messages: the token endpoint with its address, the file with its path.</summary>
    public abstract string Description { get; }

    /// <summary>The client that asks, where there is one.</summary>
    public virtual string? ClientId => null;

    /// <exception cref="SaslException">There is none; says where and why.</exception>
    internal abstract Task<BearerToken> FetchAsync(CancellationToken cancellationToken);
}
