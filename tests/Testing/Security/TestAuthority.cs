using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Testing.Security;

/// <summary>
/// A certificate authority for one test: issues certificates of servers and clients, and writes them as users have them, in PEM and in
/// PKCS#12. Keys are elliptic ones, which are made in no time.
/// </summary>
public sealed class TestAuthority : IDisposable
{
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <param name="name">Common name of the authority; two authorities need two names.</param>
    public TestAuthority(string name = "Castellan Test CA")
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(10));
    }

    TestAuthority(string name, TestAuthority above)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        using var issued = request.Create(
            above.Certificate, DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(5), RandomNumberGenerator.GetBytes(12));
        Certificate = issued.CopyWithPrivateKey(key);
    }

    /// <summary>An authority that this one vouches for: who trusts this one has to be shown its certificate.</summary>
    public TestAuthority Below(string name = "Castellan Test Intermediate") => new(name, this);

    /// <summary>The authority's own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The authority's certificate as text, for a truststore in PEM.</summary>
    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>For a server: for "localhost" and 127.0.0.1, and valid for a year from yesterday on, unless told otherwise.</summary>
    /// <param name="names">DNS names and addresses.</param>
    public IssuedCertificate Server(
        string commonName = "broker", IEnumerable<string>? names = null, DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        Issue(commonName, names ?? ["localhost", "127.0.0.1"], from, until);

    /// <summary>For a client, which servers know by its distinguished name.</summary>
    public IssuedCertificate Client(string commonName = "client", DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        Issue(commonName, [], from, until);

    /// <summary>A server's certificate that expired yesterday.</summary>
    public IssuedCertificate Expired(string commonName = "broker") =>
        Server(commonName, from: DateTimeOffset.UtcNow.AddDays(-30), until: DateTimeOffset.UtcNow.AddDays(-1));

    /// <summary>Writes the authority alone as a truststore in PEM.</summary>
    public string WritePem(string path)
    {
        File.WriteAllText(path, Pem);
        return path;
    }

    /// <summary>
    /// Writes the authority alone as a truststore in PKCS#12, for clients of .NET: Java trusts what stands in such a file only with a mark
    /// that keytool sets, so its servers get <see cref="WritePem"/>.
    /// </summary>
    public string WritePkcs12(string path, string password)
    {
        var alone = new X509Certificate2Collection { X509CertificateLoader.LoadCertificate(Certificate.RawData) };
        File.WriteAllBytes(path, alone.ExportPkcs12(IssuedCertificate.Encryption, password));
        return path;
    }

    public void Dispose()
    {
        Certificate.Dispose();
        key.Dispose();
    }

    IssuedCertificate Issue(string commonName, IEnumerable<string> names, DateTimeOffset? from, DateTimeOffset? until)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication), new Oid(ClientAuthentication)], critical: false));
        if (AlternativeNames(names) is { } alternatives)
        {
            request.CertificateExtensions.Add(alternatives);
        }

        using var issued = request.Create(
            Certificate,
            from ?? DateTimeOffset.UtcNow.AddDays(-1),
            until ?? DateTimeOffset.UtcNow.AddYears(1),
            RandomNumberGenerator.GetBytes(12));
        return new IssuedCertificate(issued.CopyWithPrivateKey(own), Certificate);
    }

    static X509Extension? AlternativeNames(IEnumerable<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        var any = false;
        foreach (var name in names)
        {
            any = true;
            if (IPAddress.TryParse(name, out var address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return any ? builder.Build() : null;
    }
}

/// <summary>A certificate with its key, as an authority issued it.</summary>
public sealed class IssuedCertificate(X509Certificate2 certificate, X509Certificate2 issuer) : IDisposable
{
    internal static PbeParameters Encryption { get; } = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2048);

    public X509Certificate2 Certificate => certificate;

    /// <summary>The certificate and its authority's, the own one first.</summary>
    public string ChainPem => certificate.ExportCertificatePem() + "\n" + issuer.ExportCertificatePem() + "\n";

    /// <summary>The key as PKCS#8 text, unencrypted.</summary>
    public string KeyPem
    {
        get
        {
            using var key = certificate.GetECDsaPrivateKey()!;
            return key.ExportPkcs8PrivateKeyPem() + "\n";
        }
    }

    /// <summary>The key as encrypted PKCS#8 text.</summary>
    public string EncryptedKeyPem(string password)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportEncryptedPkcs8PrivateKeyPem(password, Encryption) + "\n";
    }

    /// <summary>Writes a keystore as Kafka has it in PEM: the key, encrypted when there is a password, then the certificates.</summary>
    public string WritePem(string path, string? password = null)
    {
        File.WriteAllText(path, (password is null ? KeyPem : EncryptedKeyPem(password)) + ChainPem);
        return path;
    }

    /// <summary>Writes a keystore in PKCS#12, which Java and .NET read.</summary>
    public string WritePkcs12(string path, string password)
    {
        var chain = new X509Certificate2Collection { certificate, X509CertificateLoader.LoadCertificate(issuer.RawData) };
        File.WriteAllBytes(path, chain.ExportPkcs12(Encryption, password));
        return path;
    }

    public void Dispose() => certificate.Dispose();
}
