using System.Security.Claims;
using Wire;

namespace Dashboard.Security.Identity;

/// <summary>
/// What users do with accounts, tokens and sessions: whether they may, and into the audit log. All have their own tokens, sessions
/// and password; those of others, and who has which role, are the administrators'. The pages and REST go through here alone.
/// </summary>
sealed class AccountDesk(
    IdentityStore store, LocalAccounts accounts, ApiTokens tokens, OpenSessions sessions, IAdministrators administrators,
    Passwords passwords, SignInAttempts attempts, IdentityAudit audit)
{
    /// <summary>Raised after each change, on no particular thread.</summary>
    public event Action? Changed
    {
        add => store.Changed += value;
        remove => store.Changed -= value;
    }

    /// <summary>Raised after each entry of the audit log, on no particular thread.</summary>
    public event Action? Noted
    {
        add => audit.Noted += value;
        remove => audit.Noted -= value;
    }

    /// <summary>Somebody was not let do what an exception says; into the audit log.</summary>
    public Task RefusedAsync(ClaimsPrincipal who, string what, string why) => audit.RefusedAsync(who, what, why);

    public bool IsAdministrator(ClaimsPrincipal who) => administrators.IsAdministrator(who);

    /// <summary>The account by which the user has signed in; null: known from elsewhere.</summary>
    public LocalAccount? Own(ClaimsPrincipal who) =>
        who.HasClaim(Principals.SourceClaim, nameof(IdentitySource.Local)) ? accounts.Find(who.Identity!.Name!) : null;

    /// <summary>All that can be given.</summary>
    public IReadOnlyList<string> KnownRoles => administrators.Roles;

    /// <exception cref="IdentityException">Only administrators may.</exception>
    public IReadOnlyList<LocalAccount> List(ClaimsPrincipal who)
    {
        RequireAdministrator(who, CodedText.Of("SeeAccounts", $"see accounts"));
        return accounts.All;
    }

    /// <summary>One's own; an administrator sees all.</summary>
    public IReadOnlyList<ApiToken> Tokens(ClaimsPrincipal who) =>
        [.. tokens.All.Where(token => IsOwn(who, token.Owner, token.OwnerSource) || IsAdministrator(who))];

    /// <summary>One's own; an administrator sees all.</summary>
    public IReadOnlyList<SignInSession> Sessions(ClaimsPrincipal who) =>
        [.. sessions.Open.Where(session => IsOwn(who, session.Name, session.Source) || IsAdministrator(who))];

    /// <param name="dryRun">It is asked whether that can be, and nothing is changed; so of all that follow.</param>
    /// <exception cref="IdentityException">He may not, or it cannot be.</exception>
    public async Task<LocalAccount> AddAsync(
        ClaimsPrincipal who, string? name, string? password, IReadOnlyList<string> roles, CancellationToken cancellationToken,
        bool dryRun = false)
    {
        RequireAdministrator(who, CodedText.Of("AddAccounts", $"add accounts"));
        RequireKnown(roles, []);
        var account = accounts.Add(name, password, roles, dryRun);
        if (!dryRun)
        {
            await audit.DoneAsync(who, "account.add", account.Name, "", cancellationToken, after: Roles(account.Roles));
        }

        return account;
    }

    /// <param name="present">The password that one's own is changed from: a page that was left open must not lead to more.</param>
    /// <param name="password">Null: it stays. A token changes not even its owner's: one that was lost must not lead to more.</param>
    /// <param name="roles">Null: they stay.</param>
    /// <exception cref="IdentityException">He may not, or it cannot be.</exception>
    public async Task ChangeAsync(
        ClaimsPrincipal who, string name, string? present, string? password, IReadOnlyList<string>? roles,
        CancellationToken cancellationToken, bool dryRun = false)
    {
        // as one signs in by it: an address that spells it otherwise names the same account
        name = LocalAccounts.Normal(name);
        if (roles is not null || !IsOwn(who, name, IdentitySource.Local))
        {
            RequireAdministrator(who, CodedText.Of("ChangeAccounts", $"change accounts of others, or roles"));
        }

        if (password is not null && IsOwn(who, name, IdentitySource.Local))
        {
            // an open browser is not enough to take an account over
            await RequirePasswordAsync(name, present, cancellationToken);
        }

        var before = accounts.Find(name)?.Roles ?? [];
        RequireKnown(roles ?? [], before);
        if (password is not null)
        {
            // all of it is looked at before the first of it is done
            accounts.SetPassword(name, password, null, dryRun: true);
        }

        if (roles is not null && accounts.SetRoles(name, roles, dryRun) && !dryRun)
        {
            await audit.DoneAsync(who, "account.roles", name, "", cancellationToken, Roles(before), Roles(roles));
        }

        if (password is not null && !dryRun)
        {
            accounts.SetPassword(name, password, who.FindFirst(Principals.SessionClaim)?.Value);
            await audit.DoneAsync(who, "account.password", name, "", cancellationToken);
        }
    }

    /// <exception cref="IdentityException">He may not, or it cannot be.</exception>
    public async Task<LocalAccount> RemoveAsync(
        ClaimsPrincipal who, string name, CancellationToken cancellationToken, bool dryRun = false)
    {
        RequireAdministrator(who, CodedText.Of("RemoveAccounts", $"remove accounts"));
        name = LocalAccounts.Normal(name);
        var removed = accounts.Remove(name, dryRun);
        if (!dryRun)
        {
            await audit.DoneAsync(who, "account.remove", name, "", cancellationToken, before: Roles(removed.Roles));
        }

        return removed;
    }

    /// <summary>For oneself.</summary>
    /// <exception cref="IdentityException">It cannot be.</exception>
    public async Task<(ApiToken Token, string Secret)> IssueAsync(
        ClaimsPrincipal who, string name, IReadOnlyList<string> roles, IReadOnlyList<string> clusters, int days,
        CancellationToken cancellationToken, bool dryRun = false)
    {
        RequireKnown(roles, []);
        var issued = tokens.Issue(who, name, roles, clusters, days, dryRun);
        if (!dryRun)
        {
            var after = $"{Roles(roles)}; clusters: {(clusters.Count == 0 ? "*" : Words(clusters))}; ends: {issued.Token.Ends:u}";
            await audit.DoneAsync(who, "token.make", name, "", cancellationToken, after: after);
        }

        return issued;
    }

    /// <exception cref="IdentityException">There is none that he may revoke.</exception>
    public async Task<ApiToken> RevokeAsync(
        ClaimsPrincipal who, string id, CancellationToken cancellationToken, bool dryRun = false)
    {
        // of one that he may not see he does not learn that it is there
        var token = Tokens(who).FirstOrDefault(token => token.Id == id) ?? throw ApiTokens.None(id);
        if (!dryRun)
        {
            tokens.Revoke(token.Id);
            await audit.DoneAsync(who, "token.revoke", token.Name, $"of {token.Owner}", cancellationToken);
        }

        return token;
    }

    /// <exception cref="IdentityException">There is none that he may end.</exception>
    public async Task<SignInSession> EndAsync(
        ClaimsPrincipal who, string id, CancellationToken cancellationToken, bool dryRun = false)
    {
        var session = Sessions(who).FirstOrDefault(session => session.Id == id) ?? throw OpenSessions.None(id);
        if (!dryRun)
        {
            sessions.End(session.Id);
            await audit.DoneAsync(who, "session.end", session.Name, $"since {session.Made:u}", cancellationToken);
        }

        return session;
    }

    async Task RequirePasswordAsync(string name, string? present, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(present))
        {
            throw new IdentityException(
                IdentityFault.Invalid,
                CodedText.Of("PresentPassword", $"Your own password is changed with the present one beside the new one."));
        }

        var (left, until) = attempts.Begin(name);
        if (until is not null || !await passwords.IsRightAsync(accounts.Find(name), present, cancellationToken))
        {
            var minutes = (int)SignInAttempts.Wait.TotalMinutes;
            throw new IdentityException(IdentityFault.Invalid, left == 0
                ? CodedText.Of(
                    "PresentPasswordWait",
                    $"The present password is not right: nothing was changed. None is looked at for {minutes} minutes.")
                : CodedText.Of("PresentPasswordWrong", $"The present password is not right: nothing was changed."));
        }

        attempts.Succeeded(name);
    }

    /// <summary>A misspelt role would give nothing, and nobody would be told; one that an account has may have gone since.</summary>
    void RequireKnown(IEnumerable<string> roles, IReadOnlyList<string> before)
    {
        var known = administrators.Roles;
        if (LocalAccounts.Checked(roles).FirstOrDefault(role => !known.Contains(role) && !before.Contains(role)) is { } unknown)
        {
            throw new IdentityException(
                IdentityFault.Invalid, CodedText.Of("NoSuchRole", $"There is no role {unknown}; there are {Words(known)}."));
        }
    }

    void RequireAdministrator(ClaimsPrincipal who, CodedText what)
    {
        if (!IsAdministrator(who))
        {
            var (name, role) = (who.Identity?.Name, LocalAccounts.AdministratorRole);
            throw new IdentityException(
                IdentityFault.Forbidden, CodedText.Of("NeedsAdministrator", $"{name} may not {what}: it takes the role {role}."));
        }
    }

    public static bool IsOwn(ClaimsPrincipal who, LocalAccount account) => IsOwn(who, account.Name, IdentitySource.Local);

    /// <summary>People of one name that are known from two places are two; a token is not its owner.</summary>
    static bool IsOwn(ClaimsPrincipal who, string name, IdentitySource source) =>
        who.Identity?.Name == name && who.HasClaim(Principals.SourceClaim, source.ToString());

    static string Roles(IReadOnlyList<string> roles) => roles.Count == 0 ? "no role" : $"roles: {Words(roles)}";

    static string Words(IEnumerable<string> names) => string.Join(", ", names);
}
