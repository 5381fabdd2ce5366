using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Logging;

/// <summary>Kafka's names of the levels (those of log4j).</summary>
static class LogLevels
{
    static readonly (string Name, LogLevel Level)[] all =
    [
        ("FATAL", LogLevel.Critical),
        ("ERROR", LogLevel.Error),
        ("WARN", LogLevel.Warning),
        ("INFO", LogLevel.Information),
        ("DEBUG", LogLevel.Debug),
        ("TRACE", LogLevel.Trace),
    ];

    public static IEnumerable<string> Names => all.Select(level => level.Name);

    public static string Name(LogLevel level) => all.First(each => each.Level == level).Name;

    /// <summary>Null for a name that Kafka does not have.</summary>
    public static LogLevel? Find(string name) =>
        all.Where(each => each.Name == name).Select(each => (LogLevel?)each.Level).FirstOrDefault();
}
