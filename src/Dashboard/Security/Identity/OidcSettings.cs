namespace Dashboard.Security.Identity;

/// <summary>An OpenID Connect issuer, asked with the authorization code flow and PKCE (RFC 7636).</summary>
public sealed class OidcSettings
{
    /// <summary>What the button on the sign-in page calls it; without it, the issuer's host.</summary>
    public string? Name { get; set; }

    /// <summary>The issuer's address: what stands before /.well-known/openid-configuration.</summary>
    public string? Authority { get; set; }

    public string? ClientId { get; set; }

    public string? ClientSecret { get; set; }

    /// <summary>A file with the secret alone, in place of it.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>A PEM file of the authorities that are trusted; without it, the system's.</summary>
    public string? Ca { get; set; }

    /// <summary>Signing out here signs out at the issuer, too, where that offers it (OpenID Connect RP-Initiated Logout).</summary>
    public bool SignOut { get; set; } = true;

    public string[] Scopes { get; set; } = ["openid", "profile"];

    /// <summary>The claim that lists a person's groups, in the id token or the answer of the userinfo endpoint.</summary>
    public string GroupsClaim { get; set; } = "groups";

    /// <summary>
    /// The claim that names a person. Choose one that people cannot change by themselves, since rules may name them. Without it:
    /// preferred_username, email, sub, the first that is there.
    /// </summary>
    public string? NameClaim { get; set; }

    internal string Shown => Name ?? (Uri.TryCreate(Authority, UriKind.Absolute, out var issuer) ? issuer.Host : "OpenID Connect");

    internal IEnumerable<(string Key, string Problem)> Problems()
    {
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("https" or "http"))
        {
            yield return (nameof(Authority), $"\"{Authority}\" is not an address of the form https://login.example.org/realm.");
        }
        else if (issuer is { Scheme: "http", IsLoopback: false })
        {
            yield return (nameof(Authority), $"{Authority}: an issuer that is not on this machine is asked over https only.");
        }

        if (string.IsNullOrWhiteSpace(ClientId))
        {
            yield return (nameof(ClientId), "names no client; it is the one that was registered at the issuer.");
        }

        foreach (var (key, file) in ((string, string?)[])[(nameof(ClientSecretFile), ClientSecretFile), (nameof(Ca), Ca)])
        {
            if (file is not null && !File.Exists(file))
            {
                yield return (key, $"{file}: there is no such file.");
            }
        }

        if (!Scopes.Contains("openid"))
        {
            yield return (nameof(Scopes), "openid is not among them, without which an issuer names nobody.");
        }
    }
}
