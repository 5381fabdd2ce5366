namespace Dashboard.Security.Identity;

/// <summary>A directory that checks passwords by a bind as the person (RFC 4513), over TLS.</summary>
public sealed class LdapSettings
{
    /// <summary>
    /// ldaps://HOST[:PORT], or ldap:// with <see cref="StartTls"/>; without it on this machine only, since passwords travel in it.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>Of ldap://: TLS begins on the open connection, before anything else is sent (RFC 4511, section 4.14).</summary>
    public bool StartTls { get; set; }

    /// <summary>The distinguished name of a person, {0} standing for the name typed: uid={0},ou=people,dc=example,dc=org.</summary>
    public string? UserDnPattern { get; set; }

    /// <summary>Instead of a pattern: where people are looked for.</summary>
    public string? SearchBase { get; set; }

    /// <summary>And by what, {0} standing for the name typed.</summary>
    public string SearchFilter { get; set; } = "(uid={0})";

    /// <summary>As whom people and groups are looked for; without it, anonymously, and groups as the person.</summary>
    public string? BindDn { get; set; }

    public string? BindPassword { get; set; }

    /// <summary>A file with the password alone, in place of it.</summary>
    public string? BindPasswordFile { get; set; }

    /// <summary>Where a person's groups are looked for; without it there are none.</summary>
    public string? GroupBase { get; set; }

    /// <summary>And by what: {0} stands for the person's distinguished name, {1} for the name typed.</summary>
    public string GroupFilter { get; set; } = "(|(member={0})(uniqueMember={0})(memberUid={1}))";

    /// <summary>Of a group, what rules call it.</summary>
    public string GroupAttribute { get; set; } = "cn";

    /// <summary>A PEM file of the authorities that are trusted; without it, the system's.</summary>
    public string? Ca { get; set; }

    internal IEnumerable<(string Key, string Problem)> Problems()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var server) || server.Scheme is not ("ldaps" or "ldap") || server.Host.Length == 0)
        {
            yield return (nameof(Url), $"\"{Url}\" is not an address of the form ldaps://ldap.example.org.");
        }
        else if (server is { Scheme: "ldap", IsLoopback: false } && !StartTls)
        {
            yield return (nameof(Url), $"{Url}: passwords are sent to another machine over ldaps:// only, or with StartTls.");
        }
        else if (server.Scheme == "ldaps" && StartTls)
        {
            yield return (nameof(StartTls), $"{Url} begins with TLS; StartTls is for ldap://.");
        }

        if (UserDnPattern is null == SearchBase is null)
        {
            yield return (
                nameof(UserDnPattern), "either this is given, or SearchBase (with SearchFilter), by which a person's entry is found.");
        }

        if (UserDnPattern?.Contains("{0}", StringComparison.Ordinal) == false)
        {
            yield return (nameof(UserDnPattern), $"{UserDnPattern}: {{0}} does not stand in it for the name typed.");
        }

        if (SearchBase is not null && !SearchFilter.Contains("{0}", StringComparison.Ordinal))
        {
            yield return (nameof(SearchFilter), $"{SearchFilter}: {{0}} does not stand in it for the name typed.");
        }

        foreach (var (key, file) in ((string, string?)[])[(nameof(Ca), Ca), (nameof(BindPasswordFile), BindPasswordFile)])
        {
            if (file is not null && !File.Exists(file))
            {
                yield return (key, $"{file}: there is no such file.");
            }
        }
    }
}
