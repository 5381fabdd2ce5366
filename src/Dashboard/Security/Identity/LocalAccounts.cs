using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Wire;

namespace Dashboard.Security.Identity;

/// <summary>The accounts of this server, at most <see cref="Most"/>; one more is refused.</summary>
sealed partial class LocalAccounts(IdentityStore store, Passwords passwords, OpenSessions sessions, TimeProvider time)
{
    public const int Most = 1_000;
    public const int MostRoles = 20;

    /// <summary>The one that a first start asks a password for.</summary>
    public const string First = "admin";

    public const string AdministratorRole = "admin";

    public IReadOnlyList<LocalAccount> All => [.. store.Current.Accounts.Values.OrderBy(account => account.Name, StringComparer.Ordinal)];

    public LocalAccount? Find(string name) => store.Current.Accounts.GetValueOrDefault(name);

    /// <summary>
    /// As names are kept and compared: people type theirs in any case. A directory takes other spellings for the same name too (RFC 4518:
    /// wide letters, more spaces than one): a person has to be one name here, for the tries that may be wrong, rules and the audit log.
    /// </summary>
    public static string Normal(string name)
    {
        try
        {
            name = name.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            // half a character: no name has one
            return "";
        }

        return string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
    }

    /// <param name="password">Null: no sign-in by it until it has one.</param>
    /// <exception cref="IdentityException">The name, the password or a role cannot be taken, or there are too many.</exception>
    /// <param name="dryRun">All is looked at, and nothing changed.</param>
    public LocalAccount Add(string? name, string? password, IEnumerable<string> roles, bool dryRun = false)
    {
        name = Normal(name ?? "");
        if (!NameForm.IsMatch(name))
        {
            throw new IdentityException(
                IdentityFault.Invalid,
                CodedText.Of(
                    "NoAccountName",
                    $"\"{name}\" is no name of an account: 1 to 64 letters, digits, dots, hyphens, underscores or @, "
                    + $"the first of them a letter or a digit."));
        }

        var account = new LocalAccount(name, password is null ? null : passwords.Hash(password), Checked(roles), time.GetUtcNow());
        store.Change(state => state switch
        {
            _ when state.Accounts.ContainsKey(name) =>
                throw new IdentityException(IdentityFault.Conflict, CodedText.Of("AccountThere", $"There is an account {name} already.")),
            { Accounts.Count: >= Most } =>
                throw new IdentityException(
                    IdentityFault.Limit, CodedText.Of("AccountsFull", $"There are {Most} accounts, the most there can be.")),
            _ => state with { Accounts = state.Accounts.Add(name, account) },
        }, dryRun);
        return account;
    }

    /// <summary>Ends the account's other sessions: a thief of the old password is out.</summary>
    /// <param name="keep">The session by which it was changed; null: none stays.</param>
    /// <exception cref="IdentityException">There is no such account, or the password cannot be taken.</exception>
    public void SetPassword(string name, string password, string? keep, bool dryRun = false)
    {
        // outside the store's lock: it takes a tenth of a second
        var hash = passwords.Hash(password);
        Replace(name, (_, account) => account with { Password = hash }, dryRun);
        if (!dryRun)
        {
            sessions.EndAllOf(name, IdentitySource.Local, keep);
        }
    }

    /// <summary>Ends the account's sessions: open pages hold the roles they were opened with.</summary>
    /// <exception cref="IdentityException">There is no such account, a role cannot be taken, or no administrator would be left.</exception>
    /// <returns>Whether they were others before.</returns>
    public bool SetRoles(string name, IEnumerable<string> roles, bool dryRun = false)
    {
        var wanted = Checked(roles);
        if (Find(name) is { } before && before.Roles.SequenceEqual(wanted))
        {
            return false;
        }

        Replace(name, (state, account) =>
        {
            RequireAnother(state, account, wanted);
            return account with { Roles = wanted };
        }, dryRun);
        if (!dryRun)
        {
            sessions.EndAllOf(name, IdentitySource.Local, null);
        }

        return true;
    }

    /// <summary>With its sessions and tokens.</summary>
    /// <exception cref="IdentityException">There is no such account, or no administrator would be left.</exception>
    /// <returns>As it was.</returns>
    public LocalAccount Remove(string name, bool dryRun = false)
    {
        var removed = (LocalAccount?)null;
        store.Change(state =>
        {
            removed = Required(state, name);
            RequireAnother(state, removed, []);
            var tokens = state.Tokens.Values.Where(token => token.OwnerSource == IdentitySource.Local && token.Owner == name);
            return state with
            {
                Accounts = state.Accounts.Remove(name),
                Tokens = state.Tokens.RemoveRange(tokens.Select(token => token.Id)),
            };
        }, dryRun);
        if (!dryRun)
        {
            sessions.EndAllOf(name, IdentitySource.Local, null);
        }

        return removed!;
    }

    /// <summary>The first administrator: made with its password, or given one, as long as it has none.</summary>
    /// <exception cref="IdentityException">Another one was faster, or the password cannot be taken.</exception>
    public void SetFirst(string password)
    {
        var account = new LocalAccount(First, passwords.Hash(password), [AdministratorRole], time.GetUtcNow());
        store.Change(state => state.Accounts.IsEmpty
            ? state with { Accounts = state.Accounts.Add(First, account) }
            : throw new IdentityException(
                IdentityFault.Conflict, CodedText.Of("AccountAlready", $"This server has an account already: sign in.")));
    }

    void Replace(string name, Func<IdentityState, LocalAccount, LocalAccount> change, bool dryRun) =>
        store.Change(state => state with { Accounts = state.Accounts.SetItem(name, change(state, Required(state, name))) }, dryRun);

    static LocalAccount Required(IdentityState state, string name) =>
        state.Accounts.GetValueOrDefault(name)
        ?? throw new IdentityException(IdentityFault.Unknown, CodedText.Of("NoAccount", $"There is no account {name}."));

    /// <summary>The last administrator stays one.</summary>
    static void RequireAnother(IdentityState state, LocalAccount account, ImmutableArray<string> roles)
    {
        if (IsAdministrator(account) && !roles.Contains(AdministratorRole)
            && !state.Accounts.Values.Any(other => other.Name != account.Name && IsAdministrator(other)))
        {
            throw new IdentityException(
                IdentityFault.Conflict,
                CodedText.Of("LastAdministrator", $"{account.Name} is the last administrator of this server: make another one first."));
        }

        // one without a password cannot sign in, and would leave the server without an administrator
        static bool IsAdministrator(LocalAccount account) => account.Password is not null && account.Roles.Contains(AdministratorRole);
    }

    /// <exception cref="IdentityException">One is no name, or there are too many.</exception>
    public static ImmutableArray<string> Checked(IEnumerable<string?> roles)
    {
        ImmutableArray<string> distinct = [.. roles.Select(role => role?.Trim() ?? "").Distinct(StringComparer.Ordinal)];
        return distinct.FirstOrDefault(role => !RoleForm.IsMatch(role)) is { } wrong
                ? throw new IdentityException(
                    IdentityFault.Invalid, CodedText.Of("NoRoleName", $"\"{wrong}\" is no name of a role, such as viewer."))
            : distinct.Length > MostRoles
                ? throw new IdentityException(
                    IdentityFault.Limit, CodedText.Of("RolesMany", $"At most {MostRoles} roles can be given."))
            : distinct;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._@-]{0,63}\z")]
    private static partial Regex NameForm { get; }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex RoleForm { get; }
}
