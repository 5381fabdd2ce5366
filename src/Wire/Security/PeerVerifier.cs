using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Wire.Security;

/// <summary>Decides about the certificate of one peer, and says why not.</summary>
sealed class PeerVerifier(TlsSettings settings, X509Certificate2Collection? trusted, string host, int port)
{
    /// <summary>Why the certificate was refused; null while it was not.</summary>
    internal TlsException? Refusal { get; private set; }

    internal bool Verify(object sender, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 peer)
        {
            Refusal = new TlsException(
                TlsFailure.Handshake, CodedText.Of("NoCertificate", $"{HostPort.Format(host, port)} showed no certificate."));
            return false;
        }

        // the most telling reason first: an expired certificate often fails the chain as well
        Refusal = Date(peer) ?? Chain(peer, sent) ?? Name(peer);
        return Refusal is null;
    }

    TlsException? Date(X509Certificate2 peer)
    {
        // the machine's clock, which X509Chain takes too: any other could contradict it
        var (now, from, until) = (DateTime.UtcNow, peer.NotBefore.ToUniversalTime(), peer.NotAfter.ToUniversalTime());
        return now > until
                ? Refuse(TlsFailure.OutOfDate, peer, CodedText.Of(
                    "Expired", $"expired on {until:yyyy-MM-dd HH:mm} UTC; the server needs a new one"))
            : now < from
                ? Refuse(TlsFailure.OutOfDate, peer, CodedText.Of(
                    "NotYetValid", $"is valid only from {from:yyyy-MM-dd HH:mm} UTC on; is this machine's clock right?"))
            : null;
    }

    /// <summary>
    /// As Java does it, each certificate of the trusted ones ends the search, be it an authority's or the server's own.
    /// </summary>
    TlsException? Chain(X509Certificate2 peer, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true; // a server sends its chain; a download could outlast every deadline
        // the intermediates that the peer sent; without them most public certificates lead nowhere
        foreach (var element in sent?.ChainPolicy.ExtraStore ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element);
        }

        if (trusted is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        if (chain.Build(peer))
        {
            return null;
        }

        var problems = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        const X509ChainStatusFlags endsElsewhere = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;
        // nothing is wrong but where the chain ends: a trusted certificate within it is enough then
        if ((problems & ~endsElsewhere) == 0)
        {
            return trusted is not null && chain.ChainElements.Any(element => trusted.Contains(element.Certificate))
                ? null
                : Refuse(TlsFailure.Untrusted, peer, Untrusted(peer));
        }

        var words = string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct());
        return Refuse(
            (problems & X509ChainStatusFlags.NotTimeValid) != 0 ? TlsFailure.OutOfDate : TlsFailure.Untrusted,
            peer,
            CodedText.Of("NotValid", $"is not valid: {words}"));
    }

    TlsException? Name(X509Certificate2 peer) =>
        !settings.VerifyHostName || peer.MatchesHostname(host.Trim('[', ']')) ? null : Refuse(
            TlsFailure.WrongName,
            peer,
            settings.VerifyHostNameSetting.Length > 0
                ? CodedText.Of(
                    "OtherName",
                    $"is for {Names(peer)}, not for {host}; connect by a name that it has, "
                    + $"or do not check names with {settings.VerifyHostNameSetting}")
                : CodedText.Of("OtherNameChecked", $"is for {Names(peer)}, not for {host}; connect by a name that it has"));

    CodedText Untrusted(X509Certificate2 peer) => settings.Trusted is { } ours
        ? CodedText.Of(
            "NotAmongAuthorities",
            $"was issued by {peer.Issuer}, which is not among the authorities of {ours}; add that authority there")
        : CodedText.Of(
            "NotTrustedHere",
            $"was issued by {peer.Issuer}, which this machine does not trust; name a store with the authority that issued it");

    static string Names(X509Certificate2 peer)
    {
        var names = peer.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(ip => ip.ToString())))
            // some certificates of load balancers have hundreds of names, and this is one sentence
            .Take(10)
            .ToList();
        return names.Count > 0 ? string.Join(", ", names) : peer.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }

    TlsException Refuse(TlsFailure failure, X509Certificate2 peer, CodedText why) =>
        new(failure, CodedText.Of("Certificate", $"The certificate of {HostPort.Format(host, port)} ({peer.Subject}) {why}."));
}
