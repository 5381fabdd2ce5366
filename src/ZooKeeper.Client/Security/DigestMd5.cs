using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Wire;

namespace ZooKeeper.Client.Security;

/// <summary>
/// The client's side of SASL DIGEST-MD5 (RFC 2831), which is the mechanism of ZooKeeper's users with a password. Only qop=auth: ZooKeeper
/// neither signs nor encrypts with it. The server proves that it knows the password, too.
/// </summary>
sealed partial class DigestMd5(DigestLogin login, Func<string> nonce)
{
    /// <summary>What the servers' Java names itself, whatever its host.</summary>
    const string Uri = "zookeeper/zk-sasl-md5";

    const string Count = "00000001"; // a nonce is used once, so the count never goes on

    string? expected;

    /// <summary>Of a real connection: a nonce is used once.</summary>
    public DigestMd5(DigestLogin login)
        : this(login, () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)))
    {
    }

    /// <summary>Whether the server has proved who it is.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The answer to a challenge; empty to the last one.</summary>
    /// <exception cref="CodedFormatException">The challenge makes no sense, or the server does not know the password.</exception>
    public byte[] Answer(ReadOnlySpan<byte> challenge)
    {
        var fields = Fields(Encoding.UTF8.GetString(challenge));
        if (expected is not null)
        {
            IsDone = fields.GetValueOrDefault("rspauth") == expected
                ? true
                : throw new CodedFormatException(CodedText.Of("ServerKnowsNot", $"it does not know the password itself"));
            return [];
        }

        if (!fields.TryGetValue("nonce", out var theirs))
        {
            throw new CodedFormatException(CodedText.Of("ServerNoNonce", $"its DIGEST-MD5 challenge has no nonce"));
        }

        var (realm, ours) = (fields.GetValueOrDefault("realm", ""), nonce());
        var key = Key(realm, theirs, ours);
        // RFC 2831, section 2.1.3: the server's proof has no AUTHENTICATE before the URI
        expected = Proof(key, theirs, ours, $":{Uri}");
        var text = $"charset=utf-8,username=\"{Quoted(login.User)}\",realm=\"{Quoted(realm)}\",nonce=\"{Quoted(theirs)}\",nc={Count},"
            + $"cnonce=\"{ours}\",digest-uri=\"{Uri}\",maxbuf=65536,response={Proof(key, theirs, ours, $"AUTHENTICATE:{Uri}")},qop=auth";
        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>HEX(H(A1)) of the RFC, for md5-sess.</summary>
    string Key(string realm, string theirs, string ours)
    {
        var secret = Md5([.. Secret(login.User), (byte)':', .. Secret(realm), (byte)':', .. Secret(login.Password)]);
        return Hex(Md5([.. secret, .. Bytes($":{theirs}:{ours}")]));
    }

    static string Proof(string key, string theirs, string ours, string action) =>
        Hex(Md5(Bytes($"{key}:{theirs}:{Count}:{ours}:auth:{Hex(Md5(Bytes(action)))}")));

    /// <summary>The RFC keeps the hashes that older servers stored: what fits into ISO 8859-1 is hashed in it, also within UTF-8.</summary>
    static byte[] Secret(string text) => text.All(c => c <= 0xFF) ? Encoding.Latin1.GetBytes(text) : Encoding.UTF8.GetBytes(text);

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    [SuppressMessage("Security", "CA5351", Justification = "The mechanism is what it is; TLS keeps it private.")]
    static byte[] Md5(byte[] bytes) => MD5.HashData(bytes);

    static string Quoted(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    static Dictionary<string, string> Fields(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match field in Field().Matches(text))
        {
            var quoted = field.Groups["quoted"];
            // the first counts: a server may offer several realms
            fields.TryAdd(field.Groups["key"].Value, quoted.Success ? Escaped().Replace(quoted.Value, "$1") : field.Groups["plain"].Value);
        }

        return fields;
    }

    [GeneratedRegex("""(?<key>[\w-]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^,\s]*))""", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escaped();
}
