using System.Security.Claims;

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

    public bool IsAdministrator(ClaimsPrincipal who) => administrators.IsAdministrator(who);

    /// <summary>The account by which the user has signed in; null: known from elsewhere.</summary>
    public LocalAccount? Own(ClaimsPrincipal who) =>
        who.HasClaim(Principals.SourceClaim, nameof(IdentitySource.Local)) ? accounts.Find(who.Identity!.Name!) : null;

    /// <exception cref="IdentityException">Only administrators may.</exception>
    public IReadOnlyList<LocalAccount> List(ClaimsPrincipal who)
    {
        RequireAdministrator(who, "see accounts");
        return accounts.All;
    }

    /// <summary>One's own; an administrator sees all.</summary>
    public IReadOnlyList<ApiToken> Tokens(ClaimsPrincipal who) =>
        [.. tokens.All.Where(token => IsOwn(who, token.Owner, token.OwnerSource) || IsAdministrator(who))];

    /// <summary>One's own; an administrator sees all.</summary>
    public IReadOnlyList<SignInSession> Sessions(ClaimsPrincipal who) =>
        [.. sessions.Open.Where(session => IsOwn(who, session.Name, session.Source) || IsAdministrator(who))];

    /// <exception cref="IdentityException">He may not, or it cannot be.</exception>
    public async Task<LocalAccount> AddAsync(
        ClaimsPrincipal who, string? name, string? password, IReadOnlyList<string> roles, CancellationToken cancellationToken)
    {
        RequireAdministrator(who, "add accounts");
        var account = accounts.Add(name, password, roles);
        await audit.DoneAsync(who, "account.add", account.Name, $"roles: {Words(account.Roles)}", cancellationToken);
        return account;
    }

    /// <param name="present">The password that one's own is changed from: a page that was left open must not lead to more.</param>
    /// <param name="password">Null: it stays. A token changes not even its owner's: one that was lost must not lead to more.</param>
    /// <param name="roles">Null: they stay.</param>
    /// <exception cref="IdentityException">He may not, or it cannot be.</exception>
    public async Task ChangeAsync(
        ClaimsPrincipal who, string name, string? present, string? password, IReadOnlyList<string>? roles,
        CancellationToken cancellationToken)
    {
        if (roles is not null || !IsOwn(who, name, IdentitySource.Local))
        {
            RequireAdministrator(who, "change accounts of others, or roles");
        }

        if (password is not null && IsOwn(who, name, IdentitySource.Local))
        {
            // an open browser is not enough to take an account over
            await RequirePasswordAsync(name, present, cancellationToken);
        }

        if (roles is not null)
        {
            accounts.SetRoles(name, roles);
            await audit.DoneAsync(who, "account.roles", name, $"roles: {Words(roles)}", cancellationToken);
        }

        if (password is not null)
        {
            accounts.SetPassword(name, password, who.FindFirst(Principals.SessionClaim)?.Value);
            await audit.DoneAsync(who, "account.password", name, "", cancellationToken);
        }
    }

    /// <exception cref="IdentityException">He may not, or it cannot be.</exception>
    public async Task RemoveAsync(ClaimsPrincipal who, string name, CancellationToken cancellationToken)
    {
        RequireAdministrator(who, "remove accounts");
        accounts.Remove(name);
        await audit.DoneAsync(who, "account.remove", name, "", cancellationToken);
    }

    /// <summary>For oneself.</summary>
    /// <exception cref="IdentityException">It cannot be.</exception>
    public async Task<(ApiToken Token, string Secret)> IssueAsync(
        ClaimsPrincipal who, string name, IReadOnlyList<string> roles, IReadOnlyList<string> clusters, int days,
        CancellationToken cancellationToken)
    {
        var issued = tokens.Issue(who, name, roles, clusters, days);
        var details = $"roles: {Words(roles)}; clusters: {(clusters.Count == 0 ? "*" : Words(clusters))}; ends: {issued.Token.Ends:u}";
        await audit.DoneAsync(who, "token.make", name, details, cancellationToken);
        return issued;
    }

    /// <exception cref="IdentityException">There is none that he may revoke.</exception>
    public async Task RevokeAsync(ClaimsPrincipal who, string id, CancellationToken cancellationToken)
    {
        // of one that he may not see he does not learn that it is there
        var token = Tokens(who).FirstOrDefault(token => token.Id == id);
        tokens.Revoke(token?.Id ?? throw new IdentityException(IdentityFault.Unknown, $"There is no token {id}."));
        await audit.DoneAsync(who, "token.revoke", token.Name, $"of {token.Owner}", cancellationToken);
    }

    /// <exception cref="IdentityException">There is none that he may end.</exception>
    public async Task EndAsync(ClaimsPrincipal who, string id, CancellationToken cancellationToken)
    {
        var session = Sessions(who).FirstOrDefault(session => session.Id == id);
        sessions.End(session?.Id ?? throw new IdentityException(IdentityFault.Unknown, $"There is no session {id}."));
        await audit.DoneAsync(who, "session.end", session.Name, $"since {session.Made:u}", cancellationToken);
    }

    async Task RequirePasswordAsync(string name, string? present, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(present))
        {
            throw new IdentityException(IdentityFault.Invalid, "Your own password is changed with the present one beside the new one.");
        }

        var (left, until) = attempts.Begin(name);
        if (until is not null || !await passwords.IsRightAsync(accounts.Find(name), present, cancellationToken))
        {
            var wait = left == 0 ? $" None is looked at for {SignInAttempts.Wait.TotalMinutes:0} minutes." : "";
            throw new IdentityException(IdentityFault.Invalid, $"The present password is not right: nothing was changed.{wait}");
        }

        attempts.Succeeded(name);
    }

    void RequireAdministrator(ClaimsPrincipal who, string what)
    {
        if (!IsAdministrator(who))
        {
            throw new IdentityException(
                IdentityFault.Forbidden, $"{who.Identity?.Name} may not {what}: it takes the role {LocalAccounts.AdministratorRole}.");
        }
    }

    public static bool IsOwn(ClaimsPrincipal who, LocalAccount account) => IsOwn(who, account.Name, IdentitySource.Local);

    /// <summary>People of one name that are known from two places are two; a token is not its owner.</summary>
    static bool IsOwn(ClaimsPrincipal who, string name, IdentitySource source) =>
        who.Identity?.Name == name && who.HasClaim(Principals.SourceClaim, source.ToString());

    static string Words(IEnumerable<string> names) => string.Join(", ", names);
}
