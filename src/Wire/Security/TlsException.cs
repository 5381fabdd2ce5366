namespace Wire.Security;

/// <summary>No TLS connection: the message is a sentence that names the peer, what is wrong and the way out. Never a secret.</summary>
public sealed class TlsException(TlsFailure failure, CodedText told, Exception? inner = null)
    : IOException(told.English, inner), ICodedFault
{
    public CodedText Told { get; } = told;

    CodedText? ICodedFault.Told => Told;

    public TlsFailure Failure { get; } = failure;

    /// <summary>The setting of this side that cannot be used; null for any other failure.</summary>
    public string? Setting { get; init; }

    /// <summary>What is wrong with it, for whoever names the setting by its place: "FILE cannot be used: …". Null as the setting.</summary>
    public CodedText? Problem { get; init; }
}

public enum TlsFailure
{
    /// <summary>A file or setting of this side cannot be used.</summary>
    Settings,

    /// <summary>No trusted authority issued the peer's certificate.</summary>
    Untrusted,

    /// <summary>The certificate is past its time, or before it.</summary>
    OutOfDate,

    /// <summary>The certificate is for other names.</summary>
    WrongName,

    /// <summary>The peer wants a certificate of this side, or does not take the one it got.</summary>
    ClientCertificate,

    /// <summary>The peer speaks something else than TLS.</summary>
    NotTls,

    /// <summary>No protocol version or cipher suite in common, or another refusal.</summary>
    Handshake,
}
