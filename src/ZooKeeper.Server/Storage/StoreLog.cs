using Microsoft.Extensions.Logging;

namespace ZooKeeper.Server.Storage;

/// <summary>Log messages of the store.</summary>
static partial class StoreLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Snapshot of zxid 0x{Zxid:x} written, {Bytes} bytes")]
    public static partial void SnapshotWritten(ILogger logger, long zxid, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Snapshot {Path} skipped: {Problem}")]
    public static partial void SnapshotSkipped(ILogger logger, string path, string problem);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Transaction log {Path}: torn tail cut off at byte {Position}, {Bytes} bytes removed ({Problem})")]
    public static partial void TailCut(ILogger logger, string path, long position, long bytes, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Restored up to zxid 0x{Zxid:x}: {Nodes} znodes, {Sessions} sessions")]
    public static partial void Restored(ILogger logger, long zxid, int nodes, int sessions);

    [LoggerMessage(Level = LogLevel.Information, Message = "Purged {Path}")]
    public static partial void Purged(ILogger logger, string path);
}
