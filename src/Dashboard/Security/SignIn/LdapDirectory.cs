using System.DirectoryServices.Protocols;
using System.Globalization;
using System.Net;
using System.Text;
using Dashboard.Security.Identity;

namespace Dashboard.Security.SignIn;

/// <summary>
/// A directory that is asked over LDAP (RFC 4511): the password is right when the directory lets the person in by it (a simple bind). Each
/// sign-in has a connection of its own, at most <see cref="AtOnce"/> at a time, since the library's calls hold a thread.
/// </summary>
sealed class LdapDirectory(LdapSettings settings) : IPasswordDirectory, IDisposable
{
    const int Version = 3;

    /// <summary>Result code of RFC 4511; the library's list leaves it out.</summary>
    const int InvalidCredentials = 49;

    const int AtOnce = 4;
    const int StartTlsTries = 10;

    /// <summary>Groups of one person that are taken; the rest is left out.</summary>
    const int MostGroups = 500;

    static readonly TimeSpan deadline = TimeSpan.FromSeconds(10);

    /// <summary>From one try to start TLS to the next.</summary>
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(20);

    readonly Uri url = new(settings.Url!);

    /// <summary>With a directory that says nothing.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    bool IsTls => url.Scheme == "ldaps";

    int Port => url.Port > 0 ? url.Port : IsTls ? 636 : 389;

    readonly SemaphoreSlim turn = new(AtOnce);

    public async Task<DirectoryPerson?> FindAsync(string name, string password, CancellationToken cancellationToken)
    {
        // the library blocks a thread for each: a directory that hangs must not take all threads
        if (!await turn.WaitAsync(deadline, cancellationToken))
        {
            throw new DirectoryException($"{settings.Url} is slow: {AtOnce} sign-ins wait for it already.");
        }

        try
        {
            await LdapSilence.RequireNoneAsync(url.Host, Port, IsTls, Patience, cancellationToken);
            return await Task.Run(() => Find(name, password), cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new DirectoryException($"{settings.Url}: {e.Message}", e);
        }
        catch (Exception e) when (IsOfDirectory((e as DirectoryException)?.InnerException ?? e))
        {
            throw await ToldAsync(e);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    /// <summary>Of a directory that the library cannot reach for a reason of TLS: that reason.</summary>
    async Task<DirectoryException> ToldAsync(Exception e) =>
        (IsTls || settings.StartTls) && await LdapTls.FaultAsync(settings, url.Host, Port, Patience) is { } fault
            ? new DirectoryException($"{settings.Url}: {fault}", e)
            : e as DirectoryException ?? new DirectoryException($"{settings.Url}: {Reason(e)}", e);

    /// <summary>What stands in a filter is text, whatever it holds (RFC 4515, section 3).</summary>
    internal static string InFilter(string text)
    {
        var escaped = new StringBuilder();
        foreach (var sign in text)
        {
            _ = sign is '*' or '(' or ')' or '\\' or '\0'
                ? escaped.Append(CultureInfo.InvariantCulture, $"\\{(int)sign:x2}")
                : escaped.Append(sign);
        }

        return escaped.ToString();
    }

    /// <summary>And so in a distinguished name (RFC 4514, section 2.4).</summary>
    internal static string InName(string text)
    {
        var escaped = new StringBuilder();
        foreach (var (at, sign) in text.Index())
        {
            var isEdge = (at == 0 && sign is ' ' or '#') || (at == text.Length - 1 && sign == ' ');
            _ = sign == '\0' ? escaped.Append("\\00")
                : isEdge || sign is '"' or '+' or ',' or ';' or '<' or '>' or '\\' or '=' ? escaped.Append('\\').Append(sign)
                : escaped.Append(sign);
        }

        return escaped.ToString();
    }

    DirectoryPerson? Find(string name, string password)
    {
        if (DnOf(name) is not { } dn)
        {
            return null;
        }

        using var asPerson = Connect();
        try
        {
            asPerson.Bind(new NetworkCredential(dn, password));
        }
        catch (LdapException e) when (e.ErrorCode == InvalidCredentials)
        {
            return null;
        }

        return new DirectoryPerson(name, GroupsOf(asPerson, dn, name));
    }

    /// <summary>Null: there is no such name, or more than one.</summary>
    string? DnOf(string name)
    {
        if (settings.UserDnPattern is { } pattern)
        {
            return pattern.Replace("{0}", InName(name), StringComparison.Ordinal);
        }

        using var connection = ConnectAsReader();
        var filter = settings.SearchFilter.Replace("{0}", InFilter(name), StringComparison.Ordinal);
        // 1.1 is no attributes (RFC 4511, 4.5.1.8); two entries are enough to know that there is more than one
        var request = new SearchRequest(settings.SearchBase, filter, SearchScope.Subtree, "1.1") { SizeLimit = 2 };
        try
        {
            var found = (SearchResponse)connection.SendRequest(request, deadline);
            RequireHere(found, nameof(settings.SearchBase), settings.SearchBase);
            // of two entries with that name it is unknown whose password it would be
            return found.Entries.Count == 1 ? found.Entries[0].DistinguishedName : null;
        }
        catch (DirectoryOperationException e) when (e.Response?.ResultCode == ResultCode.SizeLimitExceeded)
        {
            return null;
        }
        catch (Exception e) when (IsOfDirectory(e))
        {
            throw At(nameof(settings.SearchBase), settings.SearchBase, e);
        }
    }

    List<string> GroupsOf(LdapConnection asPerson, string dn, string name)
    {
        if (settings.GroupBase is null)
        {
            return [];
        }

        using var reader = settings.BindDn is null ? null : ConnectAsReader();
        var filter = settings.GroupFilter.Replace("{0}", InFilter(dn), StringComparison.Ordinal)
            .Replace("{1}", InFilter(name), StringComparison.Ordinal);
        var request = new SearchRequest(settings.GroupBase, filter, SearchScope.Subtree, settings.GroupAttribute);
        SearchResponse found;
        try
        {
            found = (SearchResponse)(reader ?? asPerson).SendRequest(request, deadline);
        }
        catch (Exception e) when (IsOfDirectory(e))
        {
            throw At(nameof(settings.GroupBase), settings.GroupBase, e);
        }

        RequireHere(found, nameof(settings.GroupBase), settings.GroupBase);
        return
        [
            .. found.Entries.Cast<SearchResultEntry>()
                .SelectMany(group => group.Attributes[settings.GroupAttribute]?.GetValues(typeof(string)) ?? [])
                .Cast<string>().Distinct(StringComparer.Ordinal).Take(MostGroups),
        ];
    }

    LdapConnection ConnectAsReader()
    {
        var connection = Connect();
        try
        {
            if (settings.BindDn is { } dn)
            {
                var password = settings.BindPasswordFile is { } file ? File.ReadAllText(file).Trim() : settings.BindPassword;
                connection.Bind(new NetworkCredential(dn, password));
            }

            return connection;
        }
        catch (LdapException e) when (e.ErrorCode == InvalidCredentials)
        {
            connection.Dispose();
            throw At(nameof(settings.BindDn), settings.BindDn, e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    LdapConnection Connect()
    {
        var server = new LdapDirectoryIdentifier(url.Host, Port, fullyQualifiedDnsHostName: true, connectionless: false);
        var connection = new LdapConnection(server)
        {
            AuthType = AuthType.Basic,
            AutoBind = false,
            Timeout = deadline,
        };
        connection.SessionOptions.ProtocolVersion = Version;
        // a referral would have the password sent to a server that the settings do not name
        connection.SessionOptions.ReferralChasing = ReferralChasingOptions.None;
        if (IsTls || settings.StartTls)
        {
            LdapTrust.Use(settings.Ca);
        }

        if (IsTls)
        {
            connection.SessionOptions.SecureSocketLayer = true;
        }
        else if (settings.StartTls)
        {
            StartTls(connection);
        }

        return connection;
    }

    /// <summary>A directory that does not want it ends the sign-in: no name and no password is sent without TLS.</summary>
    static void StartTls(LdapConnection connection)
    {
        try
        {
            Reach(connection);
            for (var tries = 1; !IsStarted(connection, isLast: tries == StartTlsTries); tries++)
            {
                Thread.Sleep(pause);
            }
        }
        catch (Exception e) when (IsOfDirectory(e))
        {
            connection.Dispose();
            throw new LdapException($"TLS cannot be started: {e.Message}", e);
        }
    }

    /// <summary>
    /// No operation may be under way when TLS starts (RFC 4511, section 4.14.1), and slapd answers one before it has put it away.
    /// </summary>
    static bool IsStarted(LdapConnection connection, bool isLast)
    {
        try
        {
            connection.SessionOptions.StartTransportLayerSecurity(null);
            return true;
        }
        catch (TlsOperationException e) when (!isLast && e.Response?.ResultCode is (null or ResultCode.OperationsError))
        {
            return false;
        }
    }

    /// <summary>The framework connects with the first request, and StartTLS is none to it: the root may be asked for before.</summary>
    static void Reach(LdapConnection connection)
    {
        try
        {
            connection.SendRequest(new SearchRequest("", "(objectClass=*)", SearchScope.Base, "1.1"), deadline);
        }
        catch (DirectoryOperationException)
        {
            // it says no, and is reached all the same
        }
    }

    static bool IsOfDirectory(Exception e) =>
        e is LdapException or DirectoryOperationException or DllNotFoundException or TypeInitializationException;

    /// <summary>The library's words do not say what of the settings they are about.</summary>
    DirectoryException At(string key, string? value, Exception e) => new($"{settings.Url}, {key} {value}: {Reason(e)}", e);

    /// <summary>A part of the tree that another server has would look empty, and whoever is in it unknown.</summary>
    void RequireHere(SearchResponse found, string key, string? value)
    {
        if (found.ResultCode == ResultCode.Referral || (found.Entries.Count == 0 && found.References.Count > 0))
        {
            throw new DirectoryException(
                $"{settings.Url}, {key} {value}: another server has it, and no password is sent to servers that the settings do not name.");
        }
    }

    static string Reason(Exception e) => e is DllNotFoundException or TypeInitializationException
        ? "the library libldap is not installed (Debian: libldap-2.5-0)."
        : e is LdapException { ServerErrorMessage: { Length: > 0 } words } ? $"{e.Message} {words}"
        : e.Message;
}
