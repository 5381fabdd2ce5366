namespace Dashboard.Nodes;

/// <summary>The hosted cluster cannot be started at all; the message says why and what to do.</summary>
public sealed class HostingException(string message) : Exception(message);

/// <summary>An action on a hosted node is not possible; the message says which and why.</summary>
public sealed class NodeActionException(string message) : Exception(message);

/// <summary>A node that is a process of its own ended, or cannot be one now; the message says why.</summary>
public sealed class NodeProcessException(string message) : Exception(message);
