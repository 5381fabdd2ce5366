using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>Keeps what was logged.</summary>
sealed class CapturedLog : ILoggerFactory, ILogger
{
    readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;

    public void Clear() => lines.Clear();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{DateTime.UtcNow:mm:ss.fff} {formatter(state, exception)}");

    public void Dispose()
    {
    }
}
