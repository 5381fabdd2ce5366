namespace Dashboard.Nodes;

/// <summary>The hosted cluster cannot be started at all; the message says why and what to do.</summary>
public sealed class HostingException(string message) : Exception(message);

/// <summary>An action on a hosted node is not possible; the message says which and why.</summary>
public sealed class NodeActionException(string message) : Exception(message);
