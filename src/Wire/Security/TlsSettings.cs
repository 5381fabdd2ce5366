using System.Net.Security;
using System.Security.Authentication;

namespace Wire.Security;

/// <summary>How a client speaks TLS, whatever the names of its settings are.</summary>
public sealed record TlsSettings
{
    /// <summary>Certificates that are trusted; null: the authorities of this machine.</summary>
    public KeyMaterial? Trusted { get; init; }

    /// <summary>Certificate and key that this client shows when asked (mutual TLS); null: none.</summary>
    public KeyMaterial? Own { get; init; }

    /// <summary>Whether the server's certificate has to be for the name or address it was reached by.</summary>
    public bool VerifyHostName { get; init; } = true;

    /// <summary>How verification is turned off, for the message when it fails: "ssl.endpoint.identification.algorithm=".</summary>
    public string VerifyHostNameSetting { get; init; } = "";

    /// <summary>None: what the operating system thinks right.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.None;

    /// <summary>Null: the operating system's.</summary>
    public IReadOnlyList<TlsCipherSuite>? CipherSuites { get; init; }
}

/// <summary>Certificates, with or without a key: from a file, or as PEM text in a setting.</summary>
/// <param name="Setting">The setting that names it, for messages: "ssl.truststore.location".</param>
/// <param name="Path">A file in PEM or PKCS#12; what it is, is read from its content. Null for text.</param>
/// <param name="Pem">PEM text, certificates and for an own one the key; null for a file.</param>
/// <param name="Password">Of a PKCS#12 file, or of an encrypted PEM key; null for none.</param>
public sealed record KeyMaterial(string Setting, string? Path, string? Pem, string? Password)
{
    /// <summary>Whether it is a file in PKCS#12, whatever it is called.</summary>
    /// <exception cref="TlsException">It cannot be read.</exception>
    public bool IsPkcs12() => KeyMaterialFile.IsPkcs12(this);

    /// <summary>The certificates to trust as PEM, for a client that does TLS itself.</summary>
    /// <exception cref="TlsException">It cannot be read, or has none.</exception>
    public string TrustedPem() => KeyMaterialFile.Trusted(this).ExportCertificatePems();

    /// <summary>Without what may be secret.</summary>
    public override string ToString() => $"{Setting} ({Path ?? "PEM"})";
}
