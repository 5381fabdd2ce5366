namespace Wire.Security;

/// <summary>Whether a private key in PEM takes a password.</summary>
public static class PemKey
{
    /// <summary>In PKCS #8 (RFC 7468), which .NET decrypts.</summary>
    public static bool IsEncryptedPkcs8(string pem) => pem.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);

    /// <summary>By headers within the text (RFC 1421), as OpenSSL did before its version 1.0: .NET does not read that.</summary>
    public static bool IsEncryptedInOldForm(string pem) => pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);
}
