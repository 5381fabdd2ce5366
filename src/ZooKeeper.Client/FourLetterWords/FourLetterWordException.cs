using Wire;

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
public class FourLetterWordException(FourLetterWordFailure failure, CodedText told, Exception? inner = null)
    : Exception(told.English, inner), ICodedFault
{
    public CodedText? Told { get; } = told;

    public FourLetterWordFailure Failure { get; } = failure;
}
