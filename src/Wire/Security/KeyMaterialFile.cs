using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wire.Security;

/// <summary>
/// Reads certificates and keys. Java says "JKS" of files that have been PKCS#12 since Java 9, so the content decides what a file is.
/// </summary>
static class KeyMaterialFile
{
    /// <summary>Far more than all the world's authorities; a wrong path must not fill the memory.</summary>
    const long MaxLength = 8 << 20;

    /// <summary>The first bytes of the keystore format that Java had before version 9.</summary>
    static ReadOnlySpan<byte> JksMagic => [0xFE, 0xED, 0xFE, 0xED];

    /// <summary>The certificates to trust, at least one.</summary>
    /// <exception cref="TlsException">It cannot be read, or has none.</exception>
    internal static X509Certificate2Collection Trusted(KeyMaterial material)
    {
        var certificates = Load(material, Certificates, bytes => Pkcs12(bytes, material.Password));
        return certificates.Count > 0 ? certificates : throw Wrong(material, CodedText.Of("StoreEmpty", $"it holds no certificate"));
    }

    /// <summary>The certificate with its key, and those that lead from it to its authority.</summary>
    /// <exception cref="TlsException">It cannot be read, or has no key.</exception>
    internal static (X509Certificate2 Certificate, X509Certificate2Collection Chain) Own(KeyMaterial material)
    {
        var all = Load(material, text => WithKey(material, text), bytes => Pkcs12(bytes, material.Password));
        var own = all.FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw Wrong(material, CodedText.Of("StoreWithoutKey", $"it holds no private key with its certificate"));
        all.Remove(own);
        return (own, all);
    }

    /// <exception cref="TlsException">It cannot be read.</exception>
    internal static bool IsPkcs12(KeyMaterial material)
    {
        try
        {
            return material.Path is { } path && IsDer(Read(material, path));
        }
        catch (Exception e) when (e is IOException and not TlsException or UnauthorizedAccessException or ArgumentException)
        {
            throw Wrong(material, e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>0x30 opens a DER sequence, as every PKCS#12 file begins; PEM is text and may begin with a comment.</summary>
    static bool IsDer(byte[] bytes) => bytes is [0x30, ..];

    static X509Certificate2Collection Load(
        KeyMaterial material, Func<string, X509Certificate2Collection> pem, Func<byte[], X509Certificate2Collection> pkcs12)
    {
        try
        {
            if (material.Path is null)
            {
                return pem(material.Pem ?? "");
            }

            var bytes = Read(material, material.Path);
            if (bytes.AsSpan().StartsWith(JksMagic))
            {
                throw Wrong(
                    material,
                    CodedText.Of(
                        "StoreOfOldJava",
                        $"it is in Java's old format JKS, which cannot be read here; convert it with "
                        + $"keytool -importkeystore -srckeystore OLD.jks -destkeystore NEW.p12 -deststoretype PKCS12"));
            }

            return IsDer(bytes) ? pkcs12(bytes) : pem(System.Text.Encoding.UTF8.GetString(bytes));
        }
        catch (CryptographicException e)
        {
            // a wrong password and a damaged file look the same: the integrity check fails in both
            var why = e.Message.TrimEnd('.');
            throw Wrong(
                material,
                material.Password is null
                    ? CodedText.Of("StorePasswordMissing", $"is a password missing? ({why})")
                    : CodedText.Of("StorePasswordWrong", $"is its password right? ({why})"),
                e);
        }
        catch (Exception e) when (e is IOException and not TlsException or UnauthorizedAccessException or ArgumentException)
        {
            throw Wrong(material, e.Message.TrimEnd('.'), e);
        }
    }

    static byte[] Read(KeyMaterial material, string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > MaxLength)
        {
            throw Wrong(material, CodedText.Of("StoreTooLong", $"it has {file.Length} bytes, and is no store of keys"));
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    static X509Certificate2Collection Certificates(string text)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(text);
        return certificates;
    }

    /// <summary>As Kafka has it: the key and the certificates in one text, the own certificate first.</summary>
    static X509Certificate2Collection WithKey(KeyMaterial material, string text)
    {
        var chain = Certificates(text);
        if (chain.Count == 0)
        {
            throw Wrong(material, CodedText.Of(
                "PemWithoutCertificate",
                $"it holds no certificate; a client's key and certificates stand in one file, as cat client.key client.crt makes it"));
        }

        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw Wrong(material, CodedText.Of(
                "PemWithoutKey",
                $"it holds no private key; a client's key and certificates stand in one file, as cat client.key client.crt makes it"));
        }

        if (PemKey.IsEncryptedInOldForm(text))
        {
            throw Wrong(
                material,
                CodedText.Of(
                    "PemOfOldOpenSsl",
                    $"its key is encrypted in OpenSSL's old form; convert it with openssl pkcs8 -topk8 -in OLD.pem -out NEW.pem"));
        }

        using var own = chain[0];
        chain.RemoveAt(0);
        chain.Insert(0, PemKey.IsEncryptedPkcs8(text)
            ? X509Certificate2.CreateFromEncryptedPem(text, text, material.Password ?? "")
            : WithOpenKey(material, text));
        return chain;
    }

    static X509Certificate2 WithOpenKey(KeyMaterial material, string text)
    {
        try
        {
            return X509Certificate2.CreateFromPem(text, text);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // no password is at fault where the key has none
            throw Wrong(
                material,
                CodedText.Of(
                    "PemOtherKey",
                    $"its key does not go with its first certificate, which is to be the key's own ({e.Message.TrimEnd('.')})"),
                e);
        }
    }

    static X509Certificate2Collection Pkcs12(byte[] bytes, string? password) =>
        X509CertificateLoader.LoadPkcs12Collection(bytes, password, X509KeyStorageFlags.Exportable);

    static TlsException Wrong(KeyMaterial material, CodedText why, Exception? inner = null)
    {
        var setting = material.Setting;
        var (told, problem) = material.Path is { } path
            ? (
                CodedText.Of("StoreUnusable", $"{$"{setting}={path}"} cannot be used: {why}."),
                CodedText.Of("Unusable", $"{path} cannot be used: {why}"))
            : (CodedText.Of("StoreUnusable", $"{setting} cannot be used: {why}."), CodedText.Of("TextUnusable", $"cannot be used: {why}"));
        return new(TlsFailure.Settings, told, inner) { Setting = setting, Problem = problem };
    }
}
