using System.Globalization;

namespace Dashboard.Messages.Bytes;

/// <summary>Bytes that are not what they are read as. Thrown inside decoders, whose answer then says it as the body's trouble.</summary>
public sealed class UndecodableException : Exception
{
    /// <param name="message">What is wrong, for a sentence after the place.</param>
    /// <param name="at">Which byte, from 0.</param>
    public UndecodableException(string message, long at)
        : base(string.Create(CultureInfo.InvariantCulture, $"byte {at}: {message}"))
    {
    }

    /// <param name="message">What is wrong where no byte is to blame.</param>
    public UndecodableException(string message)
        : base(message)
    {
    }
}
