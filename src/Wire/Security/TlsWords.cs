using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Wire.Security;

/// <summary>A TLS session in words: version, cipher suite, whose certificate it is and how long it lasts.</summary>
public static class TlsWords
{
    public static CodedText Of(SslStream tls, DateTimeOffset now)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.Export(X509ContentType.Cert));
        var until = certificate.NotAfter.ToUniversalTime();
        var days = (int)(until - now.UtcDateTime).TotalDays;
        var protocol = $"{tls.SslProtocol}".Replace("Tls1", "TLS 1.", StringComparison.Ordinal); // Tls13
        return CodedText.Of(
            "TlsSession",
            $"{protocol}, {tls.NegotiatedCipherSuite}; certificate {certificate.Subject}, "
            + $"issued by {certificate.Issuer}, until {until:yyyy-MM-dd} ({days} {(days == 1 ? "day" : "days")} left)");
    }
}
