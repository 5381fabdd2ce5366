using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Dashboard.Nodes.Logs;

/// <summary>
/// The last lines of every hosted node's log, in memory. Written by any thread of any node, read by pages; a short lock guards each ring.
/// </summary>
sealed class NodeLogs(TimeProvider time)
{
    public const int LinesKept = 2000;

    readonly Lock gate = new();
    readonly Dictionary<string, Queue<NodeLogLine>> lines = [];
    long version;

    public long Version => Interlocked.Read(ref version);

    public void Add(string node, NodeLogLevel level, string text)
    {
        var line = new NodeLogLine(time.GetUtcNow(), node, level, text);
        lock (gate)
        {
            if (!lines.TryGetValue(node, out var ring))
            {
                lines[node] = ring = new Queue<NodeLogLine>();
            }

            if (ring.Count == LinesKept)
            {
                ring.Dequeue();
            }

            ring.Enqueue(line);
        }

        Interlocked.Increment(ref version);
    }

    public ImmutableArray<NodeLogLine> Tail(string? node)
    {
        lock (gate)
        {
            var all = node is null ? lines.Values.SelectMany(ring => ring) : lines.GetValueOrDefault(node, new Queue<NodeLogLine>());
            // stable: lines of the same tick stay in their order
            return [.. all.OrderBy(line => line.At).TakeLast(LinesKept)];
        }
    }

    /// <summary>
    /// A logger factory whose loggers write here under the node's name. <paramref name="forward"/> gets errors as well. A broker has levels
    /// of its own, which can be changed while it runs: its <paramref name="minimum"/> is the lowest.
    /// </summary>
    public ILoggerFactory FactoryFor(string node, ILogger forward, LogLevel minimum = LogLevel.Information) =>
        LoggerFactory.Create(builder => builder.SetMinimumLevel(minimum).AddProvider(new Provider(this, node, forward)));

    sealed class Provider(NodeLogs logs, string node, ILogger forward) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new NodeLogger(logs, node, forward);

        public void Dispose()
        {
        }
    }

    sealed class NodeLogger(NodeLogs logs, string node, ILogger forward) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, exception);
            if (exception is not null)
            {
                // no stack: these lines are for people who host, and each of a thousand would be twenty
                text += ": " + exception.Message;
            }

            logs.Add(node, Level(logLevel), text);
            if (logLevel >= LogLevel.Error)
            {
                forward.Log(logLevel, eventId, "{Node}: {Text}", node, text);
            }
        }

        static NodeLogLevel Level(LogLevel level) => level switch
        {
            >= LogLevel.Error => NodeLogLevel.Error,
            LogLevel.Warning => NodeLogLevel.Warn,
            LogLevel.Information => NodeLogLevel.Info,
            _ => NodeLogLevel.Debug,
        };
    }
}
