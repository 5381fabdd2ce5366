namespace Wire;

/// <summary>
/// A configuration file that a node cannot run with. The message is for the person who wrote it: it names the file, and the line and the
/// key where there are some.
/// </summary>
public sealed class ConfigException(string message) : Exception(message);
