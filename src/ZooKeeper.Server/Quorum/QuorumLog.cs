using Microsoft.Extensions.Logging;

namespace ZooKeeper.Server.Quorum;

/// <summary>Log messages of a member of an ensemble.</summary>
static partial class QuorumLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Server {Server}: {Text}")]
    public static partial void Step(ILogger logger, long server, string text);

    [LoggerMessage(Level = LogLevel.Information, Message = "Server {Server}: the connection of learner {Remote} is closed: {Reason}")]
    public static partial void LearnerClosed(ILogger logger, long server, string remote, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Server {Server}: what {Sender} sent could not be handled; its connection is closed, the server goes on")]
    public static partial void PacketFailed(ILogger logger, long server, string sender, Exception cause);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Server {Server}: no leader for {Seconds:0} s; it takes {Majority} of {Voters} servers. Not reached: {Unreached}")]
    public static partial void NoLeader(ILogger logger, long server, double seconds, int majority, int voters, string unreached);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Server {Server}: the leader {Leader} does not answer on its quorum port: {Problem}")]
    public static partial void LeaderUnreachable(ILogger logger, long server, long leader, string problem);
}
