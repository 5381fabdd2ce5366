namespace Wire.Security;

/// <summary>
/// What a failed handshake means. The reasons come as the words of OpenSSL's alerts (RFC 8446, section 6.2) within nested exceptions.
/// </summary>
public static class HandshakeFailures
{
    /// <param name="failure">Of the handshake, or of the first reading: TLS 1.3 refuses a client's certificate only then.</param>
    /// <param name="peer">HOST:PORT.</param>
    /// <param name="showedOwn">Whether this side has a certificate.</param>
    public static TlsException Explain(Exception failure, string peer, bool showedOwn)
    {
        var words = Words(failure);
        // the alerts about this side's certificate first: servers close right after them, and the words of that end match further down
        return IsAboutOwn(words)
                ? New(
                    TlsFailure.ClientCertificate,
                    showedOwn
                        ? CodedText.Of(
                            "CertificateNotTaken",
                            $"{peer} does not take this client's certificate: is its authority in the server's truststore, "
                            + $"is it still valid?")
                        : CodedText.Of(
                            "WantsCertificate",
                            $"{peer} wants a certificate of its clients (mutual TLS); name a keystore with certificate and key."))
            : Has(
                words, "frame size or a corrupted frame", "wrong version number", "unexpected EOF", "0 bytes from the transport",
                "packet length")
                ? New(
                    TlsFailure.NotTls,
                    CodedText.Of(
                        "SpeaksNoTls",
                        $"{peer} does not speak TLS: it closed the connection or answered with something else. "
                        + $"Is it a listener without TLS, or the port of another service?"))
            : Has(words, "protocol version", "unsupported protocol")
                ? New(TlsFailure.Handshake, CodedText.Of("NoTlsVersion", $"{peer} takes none of the TLS versions that are enabled here."))
            : Has(words, "handshake failure", "no shared cipher", "insufficient security")
                ? New(
                    TlsFailure.Handshake,
                    CodedText.Of("NoCipherSuite", $"{peer} has no cipher suite in common with this client, or misses a certificate of it."))
            : New(TlsFailure.Handshake, CodedText.Of("HandshakeFailed", $"The TLS handshake with {peer} failed: {words}"));

        TlsException New(TlsFailure kind, CodedText told) => new(kind, told, failure);
    }

    /// <summary>Whether a connection that worked so far was ended because of this side's certificate.</summary>
    public static bool IsAboutOwnCertificate(Exception failure) => IsAboutOwn(Words(failure));

    static bool IsAboutOwn(string words) => Has(
        words, "alert bad certificate", "certificate required", "alert certificate unknown", "alert unknown ca",
        "alert certificate expired",
        "alert access denied", "alert unsupported certificate");

    static bool Has(string words, params ReadOnlySpan<string> any)
    {
        foreach (var one in any)
        {
            if (words.Contains(one, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    static string Words(Exception failure)
    {
        var messages = new List<string>();
        // all of them: the alert is in the innermost (OpenSSL's), how the connection ended in an outer one
        for (var e = failure; e is not null; e = e.InnerException)
        {
            messages.Add(e.Message);
        }

        return string.Join(' ', messages);
    }
}
