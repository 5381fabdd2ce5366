namespace Wire;

/// <summary>What kind of failure a call to a server ended with, whatever protocol it speaks.</summary>
public enum FailureReason
{
    /// <summary>No connection, or it was lost.</summary>
    Unreachable,

    /// <summary>No TLS with the server: a certificate, or one side that speaks it and one that does not.</summary>
    Tls,

    /// <summary>The server does not believe who this client is.</summary>
    Authentication,

    /// <summary>The server knows who this client is, and does not allow it what it asked for.</summary>
    Authorization,

    /// <summary>No answer within the deadline.</summary>
    Timeout,

    /// <summary>The server answered, with an error of its own or with what cannot be understood.</summary>
    Protocol,
}
