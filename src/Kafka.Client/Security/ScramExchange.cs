using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kafka.Client.Security;

/// <summary>One login by SCRAM (RFC 5802): proves the password without sending it, and has the server prove that it knows it too.</summary>
/// <param name="nonce">Random unless a test of the RFC's vectors gives it.</param>
sealed class ScramExchange(
    string mechanism, HashAlgorithmName hash, string username, string password, bool isToken, string? nonce = null) : ISaslExchange
{
    /// <summary>Apache's: with fewer a false server could try passwords cheaply against the proof.</summary>
    const int MinIterations = 4096;

    /// <summary>No broker of Apache's stores credentials with more than 16384; far more would only keep this machine busy.</summary>
    const int MaxIterations = 1_000_000;

    /// <summary>No channel binding, no other identity.</summary>
    const string Gs2Header = "n,,";

    // base64 has no comma, which would end the field (RFC 5802, section 5.1)
    readonly string clientNonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
    byte[]? serverSignature;

    string FirstBare =>
        // "=" first, or the one of "=2C" would be escaped again
        $"n={username.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal)},r={clientNonce}"
        + (isToken ? ",tokenauth=true" : "");

    public byte[] First() => Encoding.UTF8.GetBytes(Gs2Header + FirstBare);

    public byte[]? Next(ReadOnlySpan<byte> challenge)
    {
        var text = Encoding.UTF8.GetString(challenge);
        if (serverSignature is null)
        {
            return Final(text);
        }

        Verify(text);
        return null;
    }

    public void Dispose()
    {
        if (serverSignature is not null)
        {
            CryptographicOperations.ZeroMemory(serverSignature);
        }
    }

    byte[] Final(string serverFirst)
    {
        var fields = Fields(serverFirst);
        // RFC 5802, section 5.1: a client must fail on a mandatory extension that it does not know
        if (fields.GetValueOrDefault('m') is not null)
        {
            throw Wrong("the server demands an extension of SCRAM that is not known");
        }

        if (fields.GetValueOrDefault('r') is not { } both
            || both.Length <= clientNonce.Length // the server's part is missing: the login could be replayed
            || !both.StartsWith(clientNonce, StringComparison.Ordinal))
        {
            throw Wrong("the server does not answer with this login's nonce");
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(password), Salt(fields), Iterations(fields), hash, HMACLength(hash));
        // c= repeats the header that was sent, so that the signatures cover it as well
        var withoutProof = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(Gs2Header))},r={both}";
        var message = Encoding.UTF8.GetBytes($"{FirstBare},{serverFirst},{withoutProof}");

        var clientKey = CryptographicOperations.HmacData(hash, salted, "Client Key"u8);
        var proof = CryptographicOperations.HmacData(hash, CryptographicOperations.HashData(hash, clientKey), message);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        serverSignature = CryptographicOperations.HmacData(
            hash, CryptographicOperations.HmacData(hash, salted, "Server Key"u8), message);
        // these two are as good as the password for this user's logins
        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(clientKey);
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    void Verify(string serverFinal)
    {
        var fields = Fields(serverFinal);
        if (fields.GetValueOrDefault('e') is { } error)
        {
            throw new SaslException($"the server ends it: {error} ({mechanism})");
        }

        // without this a false server would learn nothing of the password, but could play the cluster
        if (!CryptographicOperations.FixedTimeEquals(Base64(fields.GetValueOrDefault('v')), serverSignature))
        {
            throw Wrong("the server does not prove that it knows the password; something else may stand in for the broker");
        }
    }

    byte[] Salt(Dictionary<char, string> fields) =>
        Base64(fields.GetValueOrDefault('s')) is { Length: > 0 } salt ? salt : throw Wrong("the server sends no salt");

    int Iterations(Dictionary<char, string> fields) =>
        !int.TryParse(fields.GetValueOrDefault('i'), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            ? throw Wrong("the server sends no number of iterations")
            : iterations is >= MinIterations and <= MaxIterations
                ? iterations
                : throw Wrong($"the server wants {iterations} iterations; {MinIterations} to {MaxIterations} are taken");

    static byte[] Base64(string? text)
    {
        var bytes = new byte[(text?.Length ?? 0) * 3 / 4];
        return Convert.TryFromBase64String(text ?? "", bytes, out var length) ? bytes[..length] : [];
    }

    static int HMACLength(HashAlgorithmName hash) =>
        hash == HashAlgorithmName.SHA512 ? HMACSHA512.HashSizeInBytes : HMACSHA256.HashSizeInBytes;

    /// <summary>"r=…,s=…,i=…": the first of a name counts; a value may have '='.</summary>
    static Dictionary<char, string> Fields(string text)
    {
        var fields = new Dictionary<char, string>();
        foreach (var field in text.Split(','))
        {
            if (field is [var name, '=', ..])
            {
                fields.TryAdd(name, field[2..]);
            }
        }

        return fields;
    }

    SaslException Wrong(string what) => new($"{what} ({mechanism})");
}
