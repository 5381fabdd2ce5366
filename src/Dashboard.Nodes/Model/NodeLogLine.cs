namespace Dashboard.Nodes;

public sealed record NodeLogLine(DateTimeOffset At, string Node, NodeLogLevel Level, string Text);

public enum NodeLogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}
