using Wire;

namespace ZooKeeper.Client.Configuration;

/// <summary>What a client's properties come to.</summary>
/// <param name="Connect">zookeeper.connect, where it was given.</param>
/// <param name="Warnings">Of settings that have no effect, a sentence each.</param>
public sealed record ZooKeeperConfiguration(ZooKeeperSecurity Security, string? Connect, IReadOnlyList<CodedText> Warnings)
{
    /// <summary>zookeeper.request.timeout; null: not given.</summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>zookeeper.session.timeout.ms as Kafka names it, or zookeeper.session.timeout; null: not given.</summary>
    public TimeSpan? SessionTimeout { get; init; }

    /// <summary>zookeeper.admin.serverPort, a server's own setting: here it says where to ask. 0: nowhere.</summary>
    public int? AdminPort { get; init; }

    /// <summary>These settings on top of others.</summary>
    public ZooKeeperClientOptions Apply(ZooKeeperClientOptions options) => options with
    {
        Security = Security,
        RequestTimeout = RequestTimeout ?? options.RequestTimeout,
        SessionTimeout = SessionTimeout ?? options.SessionTimeout,
        AdminPort = AdminPort ?? options.AdminPort,
    };
}

/// <summary>Settings that cannot be taken.</summary>
/// <param name="key">The setting; null for the whole file.</param>
/// <param name="told">Names file and line, where it is one. Never a value.</param>
public sealed class ZooKeeperPropertiesException(string? key, CodedText told, Exception? inner = null) : CodedFormatException(told, inner)
{
    /// <summary>The setting; null when it is about the whole file.</summary>
    public string? Key { get; } = key;
}
