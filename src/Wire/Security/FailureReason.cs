namespace Wire.Security;

/// <summary>What kind of trouble ended a call or a connection: what a person has to look at.</summary>
public enum FailureReason
{
    /// <summary>No connection: the address, the network, or the server is down.</summary>
    Unreachable,

    /// <summary>Certificates, or TLS spoken to one that does not.</summary>
    Tls,

    /// <summary>Who this client is was not believed.</summary>
    Authentication,

    /// <summary>This client may not.</summary>
    Authorization,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The peer speaks another protocol, or what it said makes no sense.</summary>
    Protocol,
}
