namespace ZooKeeper.Client.FourLetterWords;

public enum FourLetterWordFailure
{
    /// <summary>No connection, or it broke.</summary>
    Unreachable,

    /// <summary>
    /// Connected or not, there was no whole answer in time: a paused server is one that takes connections and says nothing.
    /// </summary>
    TimedOut,
    NotWhitelisted,

    /// <summary>The server runs and has no quorum.</summary>
    NotServing,
}

/// <summary>A four-letter word was not answered; the message names server and word.</summary>
public class FourLetterWordException(FourLetterWordFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public FourLetterWordFailure Failure { get; } = failure;
}
