using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Logging;

/// <summary>
/// The loggers of one broker and from which level on each logs, changeable while it runs (KIP-412, resource type BROKER_LOGGER). A logger
/// without a level of its own has that of the nearest name above it ("Kafka.Broker" for "Kafka.Broker.KafkaBroker"), at last the root's. As
/// in Kafka, a restart forgets changes. Any thread.
/// </summary>
sealed class BrokerLoggers(ILoggerFactory inner) : ILoggerFactory
{
    public const string Root = "root";
    readonly ConcurrentDictionary<string, LeveledLogger> loggers = [];
    readonly ConcurrentDictionary<string, LogLevel> levels = new() { [Root] = LogLevel.Information };

    /// <summary>Every logger that was made, and the root, with the level that holds.</summary>
    public IEnumerable<(string Name, LogLevel Level)> All =>
        loggers.Keys.Append(Root).Order(StringComparer.Ordinal).Select(name => (name, LevelOf(name)));

    public bool Has(string name) => name == Root || loggers.ContainsKey(name);

    /// <summary>Null takes a logger's own level away; the root's cannot be.</summary>
    public void Set(string name, LogLevel? level)
    {
        if (level is { } own)
        {
            levels[name] = own;
        }
        else if (name != Root)
        {
            levels.TryRemove(name, out _);
        }

        foreach (var (each, logger) in loggers)
        {
            logger.Level = LevelOf(each);
        }
    }

    public ILogger CreateLogger(string categoryName)
    {
        var logger = loggers.GetOrAdd(categoryName, name => new LeveledLogger(inner.CreateLogger(name)));
        logger.Level = LevelOf(categoryName); // read after it is in the table: a change in between is not missed
        return logger;
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // the inner factory is its maker's
    }

    LogLevel LevelOf(string name)
    {
        for (var at = name; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOf('.'))])
        {
            if (levels.TryGetValue(at, out var level))
            {
                return level;
            }
        }

        return levels[Root];
    }

    sealed class LeveledLogger(ILogger inner) : ILogger
    {
        volatile LogLevel level = LogLevel.Information;

        public LogLevel Level
        {
            set => level = value;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= level && inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= level)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
