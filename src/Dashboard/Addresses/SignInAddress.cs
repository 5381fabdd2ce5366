namespace Dashboard.Addresses;

/// <summary>Where one signs in and out, from the base as pages have it: with a slash in front it is an address of the server.</summary>
public static class SignInAddress
{
    public const string Page = "sign-in";

    /// <summary>Where the first administrator sets a password, by a link that is good once.</summary>
    public const string First = "sign-in/first";

    /// <summary>Leads to the issuer.</summary>
    public const string Oidc = "sign-in/oidc";

    /// <summary>Where the issuer leads back to; it is registered there.</summary>
    public const string OidcBack = "sign-in/oidc/back";

    public const string Out = "sign-out";

    public const string Accounts = "settings/accounts";

    /// <summary>Told on the page, in its own words: nothing that an address says is shown.</summary>
    public const string OidcFault = "oidc";

    /// <summary>The same, of an issuer that does not answer.</summary>
    public const string OidcSilent = "oidc-silent";

    /// <summary>The sign-in page, which leads back.</summary>
    /// <param name="back">The page's address here, with its query.</param>
    /// <param name="ended">A session has just ended.</param>
    public static string Of(string? back, bool ended = false, string? fault = null)
    {
        string[] query =
        [
            .. back is null or "/" ? [] : (string[])[$"returnUrl={Uri.EscapeDataString(back)}"],
            .. ended ? (string[])["ended=1"] : [],
            .. fault is null ? [] : (string[])[$"fault={fault}"],
        ];
        return query.Length == 0 ? Page : $"{Page}?{string.Join('&', query)}";
    }

    /// <summary>
    /// Only addresses of this site, told from its base: "/…", and neither "//host" nor "/\host". Any other leads to the first page.
    /// </summary>
    public static string Local(string? url) =>
        url is ['/', ..] && url is not ['/', '/' or '\\', ..] && !url.Any(char.IsControl) ? url : "/";
}
