using Microsoft.Extensions.Logging;

namespace ZooKeeper.Server;

/// <summary>What a server says.</summary>
static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Snapshot of zxid 0x{Zxid:x} written, {Bytes} bytes")]
    public static partial void SnapshotWritten(ILogger logger, long zxid, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Snapshot {Path} skipped: {Problem}")]
    public static partial void SnapshotSkipped(ILogger logger, string path, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Transaction log {Path}: torn tail cut off at byte {Position}, {Bytes} bytes removed ({Problem})")]
    public static partial void TailCut(ILogger logger, string path, long position, long bytes, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Restored up to zxid 0x{Zxid:x}: {Nodes} znodes, {Sessions} sessions")]
    public static partial void Restored(ILogger logger, long zxid, int nodes, int sessions);

    [LoggerMessage(Level = LogLevel.Information, Message = "Purged {Path}")]
    public static partial void Purged(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The server ends: {Reason}")]
    public static partial void Failed(ILogger logger, string reason, Exception? cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "Serving clients on {Endpoint} as {State}")]
    public static partial void Serving(ILogger logger, string endpoint, Pipeline.ServerState state);

    [LoggerMessage(Level = LogLevel.Information, Message = "Not serving clients: {Reason}")]
    public static partial void NotServing(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session 0x{Session:x} expired after {Timeout} ms")]
    public static partial void SessionExpired(ILogger logger, long session, int timeout);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Session 0x{Session:x} of {Remote} opened, timeout {Timeout} ms")]
    public static partial void SessionOpened(ILogger logger, long session, string remote, int timeout);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connection of {Remote} closed: {Reason}")]
    public static partial void ConnectionClosed(ILogger logger, string remote, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} connections from {Remote}, the most that maxClientCnxns allows: refused")]
    public static partial void TooManyConnections(ILogger logger, string remote, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Configuration: {Warning}")]
    public static partial void ConfigurationWarning(ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Warning, Message = "AdminServer does not start, the node goes on: {Problem}")]
    public static partial void AdminServerFailed(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "AdminServer on {Url}")]
    public static partial void AdminServerStarted(ILogger logger, string url);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Purging failed: {Problem}")]
    public static partial void PurgeFailed(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection failed: {Problem}")]
    public static partial void ConnectionFailed(ILogger logger, string problem);
}
