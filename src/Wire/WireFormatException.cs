namespace Wire;

/// <summary>
/// The peer sent bytes that the protocol does not allow. The connection it came from is closed; nothing else is affected.
/// </summary>
public sealed class WireFormatException(string message) : Exception(message);
