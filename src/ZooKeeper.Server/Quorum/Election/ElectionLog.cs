using Microsoft.Extensions.Logging;

namespace ZooKeeper.Server.Quorum.Election;

/// <summary>Log messages of the election port.</summary>
static partial class ElectionLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Server {Server}: a connection on the election port failed: {Problem}")]
    public static partial void ConnectionFailed(ILogger logger, long server, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Server {Server}: server {Other} does not answer on its election port: {Problem}")]
    public static partial void Unreachable(ILogger logger, long server, long other, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Server {Server}: the election connection with server {Other} ended: {Problem}")]
    public static partial void ConnectionEnded(ILogger logger, long server, long other, string problem);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Server {Server}: the vote of server {Other} could not be handled; its connection is closed, the server goes on")]
    public static partial void VoteFailed(ILogger logger, long server, long other, Exception cause);
}
