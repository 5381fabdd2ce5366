using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Wire;

namespace Dashboard.Security.Identity;

/// <summary>
/// Tokens for programs, at most <see cref="MostOfOne"/> of one owner and <see cref="Most"/> in all; one more is refused. When one was last
/// used is kept in memory and written at most every <see cref="writeUses"/>: a crash forgets some minutes of that.
/// </summary>
sealed partial class ApiTokens(IdentityStore store, SessionEndings endings, SignInOptions options, TimeProvider time) : IDisposable
{
    public const string Scheme = "Token";

    /// <summary>By which a token that lies somewhere is known for what it is.</summary>
    public const string Prefix = "cst_";

    public const int Most = 2_000;
    public const int MostOfOne = 50;
    public const int MostDays = 366;
    const int MostClusters = 50;
    const int SecretBytes = 32;

    // "last used" is not worth writing the file at each request
    static readonly TimeSpan writeUses = TimeSpan.FromMinutes(10);

    /// <summary>Ended ones stay in the list for that long, so that their owner sees what happened.</summary>
    static readonly TimeSpan keepEnded = TimeSpan.FromDays(30);

    readonly ConcurrentDictionary<string, DateTimeOffset> uses = new(StringComparer.Ordinal);
    long written = time.GetTimestamp();

    /// <summary>The newest first.</summary>
    public IReadOnlyList<ApiToken> All =>
    [
        .. store.Current.Tokens.Values.OrderByDescending(token => token.Made)
            .Select(token => uses.TryGetValue(token.Id, out var used) ? token with { Used = used } : token),
    ];

    /// <summary>The token itself is in the answer and nowhere else.</summary>
    /// <exception cref="IdentityException">Something of it cannot be taken, or there are too many.</exception>
    public (ApiToken Token, string Secret) Issue(
        ClaimsPrincipal owner, string? name, IEnumerable<string> roles, IEnumerable<string> clusters, int days, bool dryRun = false)
    {
        if (owner.FindFirst(Principals.SourceClaim)?.Value is not { } source || source == nameof(IdentitySource.Token))
        {
            throw new IdentityException(
                IdentityFault.Forbidden,
                CodedText.Of("TokenMakesNone", $"A token makes no tokens, or one that was lost would never end: sign in as its owner."));
        }

        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var now = time.GetUtcNow();
        var token = new ApiToken(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), HashOf(secret), CheckedName(name), owner.Identity!.Name!,
            Enum.Parse<IdentitySource>(source), [.. owner.FindAll(Principals.GroupClaim).Select(group => group.Value)],
            LocalAccounts.Checked(roles), CheckedClusters(clusters), now, now.AddDays(CheckedDays(days)), null);
        if (token.Roles.IsEmpty)
        {
            throw new IdentityException(
                IdentityFault.Invalid, CodedText.Of("TokenNoRole", $"A token has at least one role, such as viewer."));
        }

        store.Change(state => Room(state, token, now), dryRun);
        return (token, secret);
    }

    public static IdentityException None(string id) =>
        new(IdentityFault.Unknown, CodedText.Of("NoToken", $"There is no token {id}."));

    /// <exception cref="IdentityException">There is no such token.</exception>
    public void Revoke(string id)
    {
        store.Change(state => state.Tokens.ContainsKey(id)
            ? state with { Tokens = state.Tokens.Remove(id) }
            : throw None(id));
        uses.TryRemove(id, out _);
        endings.End(id);
    }

    /// <summary>Whose token it is, as of now; notes that it was used.</summary>
    /// <param name="problem">Why there is none; names no secret.</param>
    public ClaimsPrincipal? Find(string secret, out string? problem)
    {
        // compared by hash: how long the comparison takes says nothing of the secret
        var hash = HashOf(secret);
        var token = store.Current.Tokens.Values.FirstOrDefault(token => token.Hash == hash);
        problem = token is null ? "The token is not known here: it was revoked, or never made."
            : token.Ends <= time.GetUtcNow() ? $"The token {token.Name} ended at {token.Ends:u}."
            : OwnerOf(token) is null ? $"The token {token.Name} is of {token.Owner}, who cannot sign in here any longer."
            : null;
        if (problem is not null)
        {
            return null;
        }

        Note(token!);
        return Principals.Of(
            Scheme, token!.Name, IdentitySource.Token, null, token.Roles,
            [
                new Claim(Principals.OwnerClaim, token.Owner),
                new Claim(Principals.SessionClaim, token.Id),
                .. token.Clusters.Select(pattern => new Claim(Principals.ClusterClaim, pattern)),
            ]);
    }

    /// <summary>
    /// The owner of the token by which this principal was known, with the roles of his account as they are now, or the groups he had at his
    /// last sign-in: what a token may is what both may. Null: it is no token's, or its owner is gone.
    /// </summary>
    public ClaimsPrincipal? OwnerOf(ClaimsPrincipal principal) =>
        principal.FindFirst(Principals.OwnerClaim) is not null && principal.FindFirst(Principals.SessionClaim)?.Value is { } id
            && store.Current.Tokens.TryGetValue(id, out var token)
            ? OwnerOf(token)
            : null;

    /// <summary>A person with an account of this server, as it is now; null when it is gone. Others as they are.</summary>
    public ClaimsPrincipal? AsOfNow(ClaimsPrincipal person) =>
        person.FindFirst(Principals.SourceClaim)?.Value != nameof(IdentitySource.Local) ? person
        : store.Current.Accounts.GetValueOrDefault(person.Identity?.Name ?? "") is { } account
            ? Principals.Of(Scheme, account.Name, IdentitySource.Local, null, account.Roles)
        : null;

    /// <summary>Why a token or an account of this server by which a user was known is there no longer; null: it is, or is none.</summary>
    public string? WhyEnded(ClaimsPrincipal known)
    {
        var name = known.Identity?.Name ?? "";
        return known.FindFirst(Principals.SourceClaim)?.Value switch
        {
            nameof(IdentitySource.Local) when !store.Current.Accounts.ContainsKey(name) => $"The account {name} was removed.",
            nameof(IdentitySource.Token) => WhyTokenEnded(known, name),
            _ => null,
        };
    }

    /// <summary>Writes what is known of uses, once more at the end.</summary>
    public void Dispose()
    {
        try
        {
            WriteUses();
        }
        catch (IOException)
        {
            // some minutes of "last used" are lost
        }
    }

    ClaimsPrincipal? OwnerOf(ApiToken token)
    {
        var account = token.OwnerSource == IdentitySource.Local ? store.Current.Accounts.GetValueOrDefault(token.Owner) : null;
        return !options.Takes(token.OwnerSource) || (account is null && token.OwnerSource == IdentitySource.Local)
            ? null
            : Principals.Of(Scheme, token.Owner, token.OwnerSource, token.OwnerGroups, account?.Roles);
    }

    string? WhyTokenEnded(ClaimsPrincipal known, string name)
    {
        var token = store.Current.Tokens.GetValueOrDefault(known.FindFirst(Principals.SessionClaim)?.Value ?? "");
        return token is null
                ? $"The token {name} of {known.FindFirst(Principals.OwnerClaim)?.Value} was revoked, or went with its owner's account."
            : token.Ends <= time.GetUtcNow() ? $"The token {name} of {token.Owner} ended at {token.Ends:u}."
            : OwnerOf(token) is null ? $"The token {name} is of {token.Owner}, who cannot sign in here any longer."
            : null;
    }

    void Note(ApiToken token)
    {
        uses[token.Id] = time.GetUtcNow();
        var last = Volatile.Read(ref written);
        if (time.GetElapsedTime(last) > writeUses && Interlocked.CompareExchange(ref written, time.GetTimestamp(), last) == last)
        {
            try
            {
                WriteUses();
            }
            catch (IOException)
            {
                // tried again with the next
            }
        }
    }

    void WriteUses() => store.Change(state =>
    {
        var changed = state.Tokens.Values.Where(token => uses.TryGetValue(token.Id, out var used) && token.Used != used)
            .Select(token => KeyValuePair.Create(token.Id, token with { Used = uses[token.Id] })).ToList();
        return changed.Count == 0 ? state : state with { Tokens = state.Tokens.SetItems(changed) };
    });

    static IdentityState Room(IdentityState state, ApiToken added, DateTimeOffset now)
    {
        var old = state.Tokens.Values.Where(token => token.Ends + keepEnded < now).Select(token => token.Id);
        var kept = state.Tokens.RemoveRange(old);
        var own = kept.Values.Where(token => token.Owner == added.Owner && token.OwnerSource == added.OwnerSource).ToList();
        return own.Any(token => token.Name == added.Name)
                ? throw new IdentityException(
                    IdentityFault.Conflict, CodedText.Of("TokenThere", $"{added.Owner} has a token {added.Name} already."))
            : own.Count >= MostOfOne || kept.Count >= Most
                ? throw new IdentityException(
                    IdentityFault.Limit,
                    CodedText.Of("TokensFull", $"One owner has at most {MostOfOne} tokens, all together {Most}: revoke some first."))
            : state with { Tokens = kept.Add(added.Id, added) };
    }

    static string CheckedName(string? name) => NameForm.IsMatch(name ?? "")
        ? name!
        : throw new IdentityException(
            IdentityFault.Invalid,
            CodedText.Of("NoTokenName", $"\"{name}\" is no name of a token: 1 to 64 letters, digits, dots, hyphens or underscores."));

    static ImmutableArray<string> CheckedClusters(IEnumerable<string?> clusters)
    {
        ImmutableArray<string> patterns = [.. clusters.Select(pattern => pattern?.Trim() ?? "").Distinct(StringComparer.Ordinal)];
        return patterns.FirstOrDefault(pattern => !PatternForm.IsMatch(pattern)) is { } wrong
                ? throw new IdentityException(
                    IdentityFault.Invalid, CodedText.Of("NoClusterPattern", $"\"{wrong}\" is no pattern of cluster ids, such as prod-*."))
            : patterns.Length > MostClusters
                ? throw new IdentityException(
                    IdentityFault.Limit, CodedText.Of("ClusterPatternsMany", $"At most {MostClusters} patterns of clusters can be given."))
            : patterns;
    }

    static int CheckedDays(int days) => days is >= 1 and <= MostDays
        ? days
        : throw new IdentityException(
            IdentityFault.Invalid, CodedText.Of("TokenDays", $"A token lasts 1 to {MostDays} days, not {days}."));

    static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex NameForm { get; }

    [GeneratedRegex(@"^[A-Za-z0-9._*-]{1,100}\z")]
    private static partial Regex PatternForm { get; }
}
