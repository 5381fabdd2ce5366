namespace ZooKeeper.Server;

/// <summary>A configuration that a server cannot run with. The message names the file, and the line and the key where there are some.</summary>
public sealed class ConfigException(string message) : Exception(message);
