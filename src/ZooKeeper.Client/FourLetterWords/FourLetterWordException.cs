using Wire;

namespace ZooKeeper.Client.FourLetterWords;

/// <summary>Why a word was not answered.</summary>
public enum FourLetterWordFailure
{
    /// <summary>No connection, or it broke.</summary>
    Unreachable,

    /// <summary>
    /// Connected or not, there was no whole answer in time: a paused server is one that takes connections and says nothing.
    /// </summary>
    TimedOut,
    /// <summary>The server answered that the word is not in its 4lw.commands.whitelist (only srvr is by default).</summary>
    NotWhitelisted,

    /// <summary>The server runs and has no quorum.</summary>
    NotServing,
}

/// <summary>A four-letter word was not answered; the message names server and word.</summary>
public class FourLetterWordException(FourLetterWordFailure failure, CodedText told, Exception? inner = null)
    : Exception(told.English, inner), ICodedFault
{
    /// <summary>The message, for pages in other languages.</summary>
    public CodedText? Told { get; } = told;

    /// <summary>Tells a server that is down from one that answers and refuses.</summary>
    public FourLetterWordFailure Failure { get; } = failure;
}
