using System.Security.Claims;

namespace Dashboard.Security.Identity;

/// <summary>Where a person or a program was known from.</summary>
public enum IdentitySource
{
    /// <summary>An account of this server.</summary>
    Local,

    Oidc,
    Ldap,

    /// <summary>A header of a trusted reverse proxy.</summary>
    Proxy,

    /// <summary>An API token; its name is the token's, its owner stands beside it.</summary>
    Token,
}

/// <summary>
/// What every way of signing in makes: a name, where it is from, and what roles are found by. What one may is not in it: that is worked out
/// at each request from the rules as they are then, so that a changed rule holds at once.
/// </summary>
public static class Principals
{
    const int LongestName = 256;
    public const string NameClaim = "name";
    public const string SourceClaim = "source";

    /// <summary>A group of the company's directory; rules give it roles. Any number.</summary>
    public const string GroupClaim = "group";

    /// <summary>A role given directly: of a local account, or of a token. Any number.</summary>
    public const string RoleClaim = "role";

    /// <summary>A pattern of cluster ids that a token is limited to. None: not limited.</summary>
    public const string ClusterClaim = "cluster";

    /// <summary>Whose token it is: it may never do more than its owner.</summary>
    public const string OwnerClaim = "owner";

    /// <summary>The session, by which it can be revoked.</summary>
    public const string SessionClaim = "session";

    /// <summary>Whether a name from elsewhere can be taken: it stands in lists, logs and the audit log, one line each.</summary>
    public static bool IsName(string? name) =>
        name?.Length is > 0 and <= LongestName && !string.IsNullOrWhiteSpace(name)
        && !name.Any(sign => char.IsControl(sign) || sign is '\u2028' or '\u2029');

    public static ClaimsPrincipal Of(
        string scheme, string name, IdentitySource source, IEnumerable<string>? groups = null, IEnumerable<string>? roles = null,
        IEnumerable<Claim>? more = null)
    {
        Claim[] claims =
        [
            new(NameClaim, name),
            new(SourceClaim, source.ToString()),
            .. (groups ?? []).Select(group => new Claim(GroupClaim, group)),
            .. (roles ?? []).Select(role => new Claim(RoleClaim, role)),
            .. more ?? [],
        ];
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, NameClaim, RoleClaim));
    }
}
