using Dashboard.Addresses;

namespace Dashboard.Security.Identity;

/// <summary>
/// Section Castellan:SignIn of appsettings.json, CASTELLAN_SIGNIN__… in the environment. While nothing of it says how to sign in,
/// no sign-in is asked for, and pages are served on loopback only.
/// </summary>
public sealed class SignInOptions
{
    public const string Section = "Castellan:SignIn";
    const int MostSessionHours = 720;

    /// <summary>With accounts of this server.</summary>
    public bool Local { get; set; }

    public OidcSettings? Oidc { get; set; }

    public LdapSettings? Ldap { get; set; }

    public ProxySettings? Proxy { get; set; }

    /// <summary>Names by which browsers reach it, beside those of this machine and the addresses of --urls.</summary>
    public string[] Hosts { get; set; } = [];

    /// <summary>From signing in to having to again, whatever is done in between.</summary>
    public int SessionHours { get; set; } = 8;

    /// <summary>A PEM file with the server's certificate and those between it and its authority.</summary>
    public string? Certificate { get; set; }

    /// <summary>A PEM file with its key; without it, the key is in <see cref="Certificate"/>.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>Other machines may come over http: a proxy in front does TLS.</summary>
    public bool AllowPlainHttp { get; set; }

    /// <summary>Whether sign-in is asked for.</summary>
    public bool IsConfigured => Local || Oidc is not null || Ldap is not null || Proxy?.Header is not null;

    /// <summary>Whether the sign-in page asks for a name and a password.</summary>
    internal bool TakesPasswords => Local || Ldap is not null;

    /// <summary>Whether people may still come from there: sessions and tokens outlive a restart, what was configured may not.</summary>
    internal bool Takes(IdentitySource source) => source switch
    {
        IdentitySource.Local => Local,
        IdentitySource.Oidc => Oidc is not null,
        IdentitySource.Ldap => Ldap is not null,
        IdentitySource.Proxy => Proxy?.Header is not null,
        _ => false,
    };

    internal TimeSpan SessionLength => TimeSpan.FromHours(SessionHours);

    /// <summary>A misspelt key would otherwise leave open what was meant to be shut.</summary>
    string? unknown;

    /// <exception cref="InvalidOperationException">A value is not of its kind; names it.</exception>
    public static SignInOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (!section.Exists())
        {
            return new();
        }

        var options = section.Get<SignInOptions>() ?? new();
        // a misspelt key would leave a setting at its default, and a server open that was to be closed
        options.unknown = Unknown(section, typeof(SignInOptions));
        // the binder takes no lists with commas, which an environment variable has, and adds to defaults instead of replacing
        options.Hosts = List(section.GetSection(nameof(Hosts)), options.Hosts);
        if (options.Oidc is { } oidc)
        {
            oidc.Scopes = List(section.GetSection($"{nameof(Oidc)}:{nameof(oidc.Scopes)}"), oidc.Scopes);
        }

        if (options.Proxy is { } proxy)
        {
            proxy.TrustedAddresses = List(section.GetSection($"{nameof(Proxy)}:{nameof(proxy.TrustedAddresses)}"), proxy.TrustedAddresses);
        }

        return options;
    }

    /// <summary>One sentence a person can act on, which names the key; or null.</summary>
    /// <param name="urls">Where the pages are to be served.</param>
    public string? Problem(string urls)
    {
        IEnumerable<(string Key, string Problem)> problems =
        [
            .. unknown is null ? [] : ((string, string)[])[(unknown, "is not known; eng/run.sh --help and the README say what there is.")],
            .. Of(nameof(Oidc), Oidc?.Problems()),
            .. Of(nameof(Ldap), Ldap?.Problems()),
            .. Of(nameof(Proxy), Proxy?.Problems()),
            .. Own(),
        ];
        return problems.Select(one => $"{Section}:{one.Key}: {one.Problem}").FirstOrDefault()
            ?? ServedUrls.Problem(urls, new(IsConfigured, Certificate is not null, AllowPlainHttp));
    }

    IEnumerable<(string Key, string Problem)> Own()
    {
        if (SessionHours is < 1 or > MostSessionHours)
        {
            yield return (nameof(SessionHours), $"{SessionHours} is not within 1 to {MostSessionHours}.");
        }

        foreach (var host in Hosts.Where(host => Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown))
        {
            yield return (nameof(Hosts), $"\"{host}\" is no host name; it stands without scheme and port: castellan.example.org.");
        }

        if (CertificateKey is not null && Certificate is null)
        {
            yield return (nameof(Certificate), "names no file, but CertificateKey does.");
        }

        foreach (var (key, file) in ((string, string?)[])[(nameof(Certificate), Certificate), (nameof(CertificateKey), CertificateKey)])
        {
            if (file is not null && !File.Exists(file))
            {
                yield return (key, $"{file}: there is no such file.");
            }
        }
    }

    static IEnumerable<(string Key, string Problem)> Of(string part, IEnumerable<(string Key, string Problem)>? problems) =>
        (problems ?? []).Select(one => ($"{part}:{one.Key}", one.Problem));

    /// <summary>A list, or one value with commas between, since a shell has no lists; without either, as it was.</summary>
    static string[] List(IConfigurationSection section, string[] otherwise) => section switch
    {
        { Value.Length: > 0 } => section.Value.Split(
            [',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        _ when section.Exists() => [.. section.GetChildren().Select(one => one.Value).OfType<string>()],
        _ => otherwise,
    };

    static string? Unknown(IConfigurationSection section, Type type)
    {
        foreach (var child in section.GetChildren())
        {
            var property = type.GetProperties().FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                return child.Key;
            }

            if (property.PropertyType.Namespace == type.Namespace && Unknown(child, property.PropertyType) is { } within)
            {
                return $"{property.Name}:{within}";
            }
        }

        return null;
    }
}
