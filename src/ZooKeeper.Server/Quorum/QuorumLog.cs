using Microsoft.Extensions.Logging;

namespace ZooKeeper.Server.Quorum;

/// <summary>What a member of an ensemble says.</summary>
static partial class QuorumLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Server {Server}: {Text}")]
    public static partial void Step(ILogger logger, long server, string text);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Server {Server}: a connection on the election port failed: {Problem}")]
    public static partial void ElectionConnectionFailed(ILogger logger, long server, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Server {Server}: server {Other} does not answer on its election port: {Problem}")]
    public static partial void ElectionUnreachable(ILogger logger, long server, long other, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Server {Server}: the election connection with server {Other} ended: {Problem}")]
    public static partial void ElectionConnectionEnded(ILogger logger, long server, long other, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Server {Server}: the connection of learner {Remote} is closed: {Reason}")]
    public static partial void LearnerClosed(ILogger logger, long server, string remote, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Server {Server}: no leader for {Seconds:0} s; it takes {Majority} of {Voters} servers. Not reached: {Unreached}")]
    public static partial void NoLeader(ILogger logger, long server, double seconds, int majority, int voters, string unreached);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Server {Server}: the leader {Leader} does not answer on its quorum port: {Problem}")]
    public static partial void LeaderUnreachable(ILogger logger, long server, long leader, string problem);
}
