using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Wire.Security;

/// <summary>
/// Makes TLS connections with one set of settings. Files are read again once they have changed, so that certificates are renewed without a
/// restart; while a changed one cannot be read, the last good one serves on. Thread safe.
/// </summary>
public sealed class TlsClient(TlsSettings settings)
{
    readonly Lock gate = new();
    Material? material;

    /// <summary>Whether this side has a certificate to show.</summary>
    public bool ShowsCertificate => settings.Own is not null;

    /// <summary>Whether the certificate of the other side has to be for the name that was connected to.</summary>
    public bool VerifiesHostName => settings.VerifyHostName;

    /// <summary>Reads the files now, so that what is wrong with them is known before the first connection.</summary>
    /// <exception cref="TlsException">A file cannot be used.</exception>
    public void Check() => Current();

    /// <summary>Shakes hands on a connected socket.</summary>
    /// <param name="ownsSocket">Closing the stream closes the socket; otherwise it stays the caller's to close.</param>
    /// <exception cref="TlsException">The handshake failed; says why.</exception>
    public async Task<SslStream> AuthenticateAsync(
        Socket socket, string host, int port, CancellationToken cancellationToken, bool ownsSocket = false)
    {
        var now = Current();
        var verifier = new PeerVerifier(settings, now.Trusted, host, port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket), leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    EnabledSslProtocols = settings.Protocols,
                    CipherSuitesPolicy = Suites(),
                    ClientCertificateContext = now.Own,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck, // as Kafka's clients: their authorities are private ones
                    RemoteCertificateValidationCallback = verifier.Verify,
                },
                cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (e is AuthenticationException or IOException)
            {
                // of a certificate refused here SslStream says only that; the verifier knows which and why
                throw verifier.Refusal ?? HandshakeFailures.Explain(e, HostPort.Format(host, port), now.Own is not null);
            }

            throw;
        }
    }

    CipherSuitesPolicy? Suites() =>
        // on Windows the class throws: suites are a policy of the machine there
        settings.CipherSuites is { } suites && !OperatingSystem.IsWindows() ? new CipherSuitesPolicy(suites) : null;

    Material Current()
    {
        lock (gate)
        {
            // before reading: a file that changes meanwhile has another stamp than this, and is read again next time
            var stamps = Stamps();
            if (material is null || !material.Stamps.SequenceEqual(stamps))
            {
                try
                {
                    material = Read(stamps);
                }
                catch (TlsException) when (material is not null)
                {
                    // half written, most likely: looked at again with the next connection
                }
            }

            return material;
        }
    }

    Material Read(DateTime[] stamps)
    {
        var trusted = settings.Trusted is { } authorities ? KeyMaterialFile.Trusted(authorities) : null;
        if (settings.Own is null)
        {
            return new Material(trusted, null, stamps);
        }

        var (certificate, chain) = KeyMaterialFile.Own(settings.Own);
        // offline: no intermediate is fetched while a caller waits
        return new Material(trusted, SslStreamCertificateContext.Create(certificate, chain, offline: true), stamps);
    }

    DateTime[] Stamps() =>
    [
        .. new[] { settings.Trusted?.Path, settings.Own?.Path }.OfType<string>().Select(File.GetLastWriteTimeUtc),
    ];

    sealed record Material(X509Certificate2Collection? Trusted, SslStreamCertificateContext? Own, DateTime[] Stamps);
}
