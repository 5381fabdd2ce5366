using Microsoft.Extensions.Logging;

namespace ZooKeeper.Server.Commands.Http;

/// <summary>Log messages of the AdminServer.</summary>
static partial class AdminLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{What} could not be answered; the server goes on")]
    public static partial void CommandFailed(ILogger logger, string what, Exception cause);
}
