using Wire.Security;

namespace ZooKeeper.Client;

/// <summary>How a client shows who it is, and how the connection is kept private.</summary>
public sealed record ZooKeeperSecurity
{
    /// <summary>Plain, and known by the address alone (scheme ip).</summary>
    public static ZooKeeperSecurity None { get; } = new();

    /// <summary>For servers' secureClientPort; null: plain.</summary>
    public TlsClient? Tls { get; init; }

    /// <summary>SASL DIGEST-MD5; null: no SASL.</summary>
    public DigestLogin? Sasl { get; init; }

    /// <summary>Identities that each session begins with.</summary>
    public IReadOnlyList<AuthIdentity> Identities { get; init; } = [];
}

/// <summary>User and password for SASL.</summary>
public sealed record DigestLogin(string User, string Password)
{
    public override string ToString() => User;
}

/// <summary>An identity of addauth: the scheme "digest" with the bytes of user:password.</summary>
public sealed record AuthIdentity(string Scheme, ReadOnlyMemory<byte> Auth)
{
    public override string ToString() => Scheme;
}
