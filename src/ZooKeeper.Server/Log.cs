using Microsoft.Extensions.Logging;
using ZooKeeper.Server.Serving;

namespace ZooKeeper.Server;

/// <summary>Log messages of a server as a whole.</summary>
static partial class Log
{
    [LoggerMessage(Level = LogLevel.Critical, Message = "The server ends: {Reason}")]
    public static partial void Failed(ILogger logger, string reason, Exception? cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "Serving clients on {Endpoint} as {State}")]
    public static partial void Serving(ILogger logger, string endpoint, ServerState state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Configuration: {Warning}")]
    public static partial void ConfigurationWarning(ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Warning, Message = "AdminServer does not start, the node goes on: {Problem}")]
    public static partial void AdminServerFailed(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "AdminServer on {Url}")]
    public static partial void AdminServerStarted(ILogger logger, string url);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Purging failed: {Problem}")]
    public static partial void PurgeFailed(ILogger logger, string problem);
}
