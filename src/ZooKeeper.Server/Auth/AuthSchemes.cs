using System.Security.Cryptography;
using System.Text;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Auth;

/// <summary>The schemes of identities.</summary>
static class AuthSchemes
{
    public const string World = "world";
    public const string Anyone = "anyone";
    public const string Auth = "auth";
    public const string Digest = "digest";
    public const string Ip = "ip";
    public const string Super = "super";

    /// <summary>The id that an ACL of scheme digest has: user:base64(SHA-1(user:password)).</summary>
    public static string DigestOf(string userAndPassword)
    {
        var user = userAndPassword.Split(':', 2)[0];
        return $"{user}:{Convert.ToBase64String(SHA1.HashData(Encoding.UTF8.GetBytes(userAndPassword)))}";
    }

    /// <summary>
    /// The identities that an auth packet proves; null for a scheme that is not known or credentials that are refused. digest accepts any
    /// user and password: the password only says which ACLs match.
    /// </summary>
    /// <param name="scheme">digest, or ip, which says nothing new.</param>
    /// <param name="credentials">For digest user:password.</param>
    /// <param name="superDigest">
    /// DigestAuthenticationProvider.superDigest: who has this digest may do everything. Null: there is no such user.
    /// </param>
    /// <param name="digestEnabled">False: digest is a scheme that is not known.</param>
    public static IReadOnlyList<Id>? Authenticate(
        string scheme, ReadOnlySpan<byte> credentials, string? superDigest, bool digestEnabled = true)
    {
        if (scheme == Ip)
        {
            return [];
        }

        if (scheme != Digest || !digestEnabled)
        {
            return null;
        }

        var digest = new Id { Scheme = Digest, Value = DigestOf(Encoding.UTF8.GetString(credentials)) };
        return digest.Value == superDigest ? [new Id { Scheme = Super, Value = "" }, digest] : [digest];
    }
}
