using Microsoft.Extensions.Logging;

namespace Dashboard.Nodes.Runtimes;

/// <summary>What a configuration file holds that nobody here understands: worth a line in the node's log, no reason not to start.</summary>
static partial class ConfigWarnings
{
    public static void Log(ILoggerFactory loggers, IEnumerable<string> warnings)
    {
        var logger = loggers.CreateLogger("Configuration");
        foreach (var warning in warnings)
        {
            LogWarning(logger, warning);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    static partial void LogWarning(ILogger logger, string warning);
}
