namespace Wire;

/// <summary>
/// The peer sent bytes that the protocol does not allow. The connection it came from is closed; nothing else is affected.
/// </summary>
public class WireFormatException(string message) : Exception(message);

/// <summary>A frame that is longer than the connection takes; nothing of it was read.</summary>
/// <param name="length">Bytes that the peer announced.</param>
/// <param name="limit">Bytes that are taken at most.</param>
public sealed class FrameTooLongException(int length, int limit)
    : WireFormatException($"A frame of {length} bytes announced; at most {limit} are allowed.")
{
    /// <summary>As announced; of a peer that speaks another protocol, its first four bytes.</summary>
    public int Length => length;
}
