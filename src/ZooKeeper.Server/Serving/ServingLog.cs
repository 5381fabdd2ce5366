using Microsoft.Extensions.Logging;

namespace ZooKeeper.Server.Serving;

/// <summary>Log messages about clients, their sessions and requests.</summary>
static partial class ServingLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Not serving clients: {Reason}")]
    public static partial void NotServing(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session 0x{Session:x} expired after {Timeout} ms")]
    public static partial void SessionExpired(ILogger logger, long session, int timeout);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Session 0x{Session:x} of {Remote} opened, timeout {Timeout} ms")]
    public static partial void SessionOpened(ILogger logger, long session, string remote, int timeout);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection failed: {Problem}")]
    public static partial void ConnectionFailed(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connection of {Remote} closed: {Reason}")]
    public static partial void ConnectionClosed(ILogger logger, string remote, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "What {Remote} sent could not be handled; its connection is closed, the server goes on")]
    public static partial void ClientFailed(ILogger logger, string remote, Exception cause);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Request} could not be prepared and is refused; the server goes on")]
    public static partial void RequestFailed(ILogger logger, string request, Exception cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Quota exceeded: {Text}")]
    public static partial void QuotaExceeded(ILogger logger, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} connections, the most that maxCnxns allows: {Remote} is refused")]
    public static partial void ServerFull(ILogger logger, string remote, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} connections from {Remote}, the most that maxClientCnxns allows: refused")]
    public static partial void TooManyConnections(ILogger logger, string remote, int count);
}
