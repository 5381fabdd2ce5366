using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dashboard.Security.Identity;
using Wire.Security;

namespace Dashboard.Security.SignIn;

/// <summary>
/// The certificate that pages are served with, read again when its files have changed: what renews it need not know of this program. Of a
/// pair that does not fit, as when one of two files is renewed yet, the one before stays.
/// </summary>
sealed class ServerCertificate
{
    static readonly TimeSpan lookAgain = TimeSpan.FromSeconds(10);
    static readonly TimeSpan soon = TimeSpan.FromDays(14);

    readonly SignInOptions options;
    readonly TimeProvider time;
    readonly Lock gate = new();
    SslStreamCertificateContext current;
    DateTime read;
    long looked;

    /// <exception cref="InvalidDataException">It cannot be read; names the key and the file.</exception>
    public ServerCertificate(SignInOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        (read, looked) = (Changed(), time.GetTimestamp());
        current = Read();
    }

    /// <summary>With what stands between it and its authority.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (gate)
            {
                if (time.GetElapsedTime(looked) >= lookAgain)
                {
                    looked = time.GetTimestamp();
                    ReadAgain();
                }

                return current;
            }
        }
    }

    /// <summary>What browsers will refuse, or soon will, one sentence; null: nothing.</summary>
    public string? Trouble
    {
        get
        {
            var (own, now) = (Current.TargetCertificate, time.GetUtcNow().UtcDateTime);
            var (from, until) = (own.NotBefore.ToUniversalTime(), own.NotAfter.ToUniversalTime());
            return until <= now ? $"The certificate in {options.Certificate} ended at {until:u}: browsers refuse it."
                : from > now ? $"The certificate in {options.Certificate} is not good before {from:u}: browsers refuse it."
                : until - now < soon ? $"The certificate in {options.Certificate} ends at {until:u}; a new one is taken when it is there."
                : null;
        }
    }

    void ReadAgain()
    {
        var changed = Changed();
        if (changed == read)
        {
            return;
        }

        try
        {
            // not disposed: a handshake may still use the one before
            (current, read) = (Read(), changed);
        }
        catch (InvalidDataException)
        {
            // written at this moment; looked at once more
        }
    }

    DateTime Changed() => ((string?[])[options.Certificate, options.CertificateKey]).OfType<string>().Max(File.GetLastWriteTimeUtc);

    SslStreamCertificateContext Read()
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.Certificate!);
            var own = X509Certificate2.CreateFromPemFile(options.Certificate!, options.CertificateKey);
            // offline: a start must not wait for the issuer's servers
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidDataException(
                $"{SignInOptions.Section}:{nameof(options.Certificate)}: {options.Certificate} with the key in "
                + $"{options.CertificateKey ?? options.Certificate} cannot be used: {(IsKeyEncrypted() ? Encrypted : e.Message)}", e);
        }
    }

    const string Encrypted = "the key is encrypted, and nobody is there to type its password at a start: write it without one "
        + "(openssl pkey -in KEY.pem -out NEW.pem), readable for this program's user alone.";

    /// <summary>In either form of PEM.</summary>
    bool IsKeyEncrypted()
    {
        try
        {
            var key = File.ReadAllText((options.CertificateKey ?? options.Certificate)!);
            return PemKey.IsEncryptedPkcs8(key) || PemKey.IsEncryptedInOldForm(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
