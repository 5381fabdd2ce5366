using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Wire;

namespace Dashboard.Security.Identity;

/// <summary>
/// The open sessions. A browser's cookie holds a key of 256 random bits; what it stands for is here, so that it can be revoked, and
/// outlives a restart. At most <see cref="MostOfOne"/> of one person and <see cref="Most"/> in all: past that the oldest one, of the person
/// or of all, ends.
/// </summary>
sealed class OpenSessions(
    IdentityStore store, SessionEndings endings, SignInOptions options, IDataProtectionProvider protection, TimeProvider time)
    : ITicketStore
{
    public const string Scheme = "Session";
    public const int Most = 2_000;
    public const int MostOfOne = 20;

    const int KeyBytes = 32;

    /// <summary>Of an id token: it stands in an address when somebody signs out, and in a file until then.</summary>
    const int LongestToken = 4096;

    readonly IDataProtector protector = protection.CreateProtector("Castellan.Sessions.IdToken.v1");

    public IEnumerable<SignInSession> Open
    {
        get
        {
            var now = time.GetUtcNow();
            return store.Current.Sessions.Values.Where(session => session.Ends > now && options.Takes(session.Source))
                .OrderByDescending(session => session.Made);
        }
    }

    /// <summary>Who is signed in by it, as of now; null when it has ended or its account is gone.</summary>
    public ClaimsPrincipal? Find(string id) =>
        store.Current.Sessions.TryGetValue(id, out var session) && session.Ends > time.GetUtcNow() ? PrincipalOf(session) : null;

    /// <summary>Ends with the session of this person; already ended where it is not open, never where a person has none.</summary>
    public CancellationToken Ending(ClaimsPrincipal person) =>
        person.FindFirst(Principals.SessionClaim)?.Value is not { } id ? CancellationToken.None
        : store.Current.Sessions.TryGetValue(id, out var session) ? endings.Watch(id, session.Ends)
        : store.Current.Tokens.TryGetValue(id, out var token) ? endings.Watch(id, token.Ends)
        // ended between the check of the request and now
        : new CancellationToken(canceled: true);

    /// <summary>What the issuer gave at the sign-in; null: nothing, or it cannot be read any longer.</summary>
    public string? IdTokenOf(ClaimsPrincipal person)
    {
        var id = person.FindFirst(Principals.SessionClaim)?.Value;
        try
        {
            return id is not null && store.Current.Sessions.GetValueOrDefault(id)?.IdToken is { } kept ? protector.Unprotect(kept) : null;
        }
        catch (CryptographicException)
        {
            // the keys are others: the issuer will ask who it is
            return null;
        }
    }

    public static IdentityException None(string id) =>
        new(IdentityFault.Unknown, CodedText.Of("NoSession", $"There is no session {id}."));

    /// <exception cref="IdentityException">There is no such session.</exception>
    public void End(string id)
    {
        store.Change(state => state.Sessions.ContainsKey(id)
            ? state with { Sessions = state.Sessions.Remove(id) }
            : throw None(id));
        endings.End(id);
    }

    /// <summary>All of a person but one.</summary>
    public void EndAllOf(string name, IdentitySource source, string? except)
    {
        string[] ended = [];
        store.Change(state =>
        {
            ended =
            [
                .. state.Sessions.Values.Where(session => session.Name == name && session.Source == source && session.Id != except)
                    .Select(session => session.Id),
            ];
            return ended.Length == 0 ? state : state with { Sessions = state.Sessions.RemoveRange(ended) };
        });
        Array.ForEach(ended, endings.End);
    }

    public Task<string> StoreAsync(AuthenticationTicket ticket) => StoreAsync(ticket, null);

    Task<string> ITicketStore.StoreAsync(AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken) =>
        StoreAsync(ticket, httpContext.Connection.RemoteIpAddress?.ToString());

    /// <summary>A session does not last longer by being used.</summary>
    public Task RenewAsync(string key, AuthenticationTicket ticket) => Task.CompletedTask;

    public Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        var id = IdOf(key);
        return Task.FromResult(Find(id) is { } person
            ? new AuthenticationTicket(person, new AuthenticationProperties { AllowRefresh = false }, Scheme)
            : null);
    }

    public Task RemoveAsync(string key)
    {
        var id = IdOf(key);
        store.Change(state => state.Sessions.ContainsKey(id) ? state with { Sessions = state.Sessions.Remove(id) } : state);
        endings.End(id);
        return Task.CompletedTask;
    }

    Task<string> StoreAsync(AuthenticationTicket ticket, string? address)
    {
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        var now = time.GetUtcNow();
        var person = ticket.Principal;
        var session = new SignInSession(
            IdOf(key), person.Identity!.Name!, Enum.Parse<IdentitySource>(person.FindFirst(Principals.SourceClaim)!.Value),
            [.. person.FindAll(Principals.GroupClaim).Select(group => group.Value)], address, now, now + options.SessionLength,
            ticket.Properties.GetTokenValue(OpenIdConnectParameterNames.IdToken) is { Length: <= LongestToken } token
                ? protector.Protect(token)
                : null);
        string[] ended = [];
        store.Change(state =>
        {
            // the oldest go, so that a sign-in always succeeds
            ended = [.. Overdue(state.Sessions.Values, session, now)];
            return state with
            {
                Sessions = state.Sessions.RemoveRange(ended).Add(session.Id, session),
                Tokens = WithGroups(state.Tokens, session),
            };
        });
        Array.ForEach(ended, endings.End);
        return Task.FromResult(key);
    }

    /// <summary>Those that have ended by themselves, and the oldest that have to make room for a new one.</summary>
    static IEnumerable<string> Overdue(IEnumerable<SignInSession> sessions, SignInSession added, DateTimeOffset now)
    {
        var byEnd = sessions.ToLookup(session => session.Ends <= now);
        var open = byEnd[false].OrderByDescending(session => session.Made).ToList();
        var own = open.Where(session => session.Name == added.Name && session.Source == added.Source);
        return byEnd[true].Concat(own.Skip(MostOfOne - 1)).Concat(open.Skip(Most - 1)).Select(session => session.Id).Distinct();
    }

    /// <summary>A directory's groups are as they were when the tokens' owner signed in last.</summary>
    static ImmutableDictionary<string, ApiToken> WithGroups(ImmutableDictionary<string, ApiToken> tokens, SignInSession session) =>
        session.Source == IdentitySource.Local
            ? tokens
            // a directory is only asked at a sign-in: tokens get the groups that it gave then
            : tokens.SetItems(tokens.Values.Where(token => token.Owner == session.Name && token.OwnerSource == session.Source)
                .Select(token => KeyValuePair.Create(token.Id, token with { OwnerGroups = session.Groups })));

    ClaimsPrincipal? PrincipalOf(SignInSession session)
    {
        if (!options.Takes(session.Source))
        {
            return null;
        }

        IEnumerable<string> roles = [];
        if (session.Source == IdentitySource.Local)
        {
            if (store.Current.Accounts.GetValueOrDefault(session.Name) is not { } account)
            {
                return null;
            }

            roles = account.Roles;
        }

        return Principals.Of(
            Scheme, session.Name, session.Source, session.Groups, roles, [new Claim(Principals.SessionClaim, session.Id)]);
    }

    /// <summary>Half of the hash: enough never to meet another, short enough for an address.</summary>
    // only a hash is stored: who reads the file cannot sign in by it
    static string IdOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));
}
