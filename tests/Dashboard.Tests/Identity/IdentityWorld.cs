using Dashboard.Clusters;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Time.Testing;
using Testing;

namespace Dashboard.Tests.Identity;

/// <summary>Accounts, tokens and sessions in a directory of their own, and a clock that is moved by hand.</summary>
sealed class IdentityWorld : IDisposable
{
    public const string Password = "correct horse battery staple";

    readonly TempDirectory directory = new();
    readonly Passwords passwords = new();

    public IdentityWorld() => Open();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 20, 14, 0, 0, TimeSpan.Zero));

    public string File => directory["sign-in.json"];

    /// <summary>People come from everywhere.</summary>
    public SignInOptions Options { get; } =
        new() { Local = true, Oidc = new(), Ldap = new(), Proxy = new() { Header = "X-User" } };

    public OpenSessions Sessions { get; private set; } = null!;

    public ApiTokens Tokens { get; private set; } = null!;

    public LocalAccounts Accounts { get; private set; } = null!;

    public AccessAdministrators Administrators
    {
        get
        {
            var access = new AccessStore(new AccessMode(SignIn: true), new TokenOwners(Tokens));
            access.Take(new ClustersDocument("", ClusterList.Empty) { IsGone = true });
            return new(access);
        }
    }

    /// <summary>As a start of the program reads what the one before has written.</summary>
    public void Open()
    {
        var store = new IdentityStore(directory["."]);
        var endings = new SessionEndings(Time);
        Sessions = new(store, endings, Options, new EphemeralDataProtectionProvider(), Time);
        Tokens = new(store, endings, Options, Time);
        Accounts = new(store, passwords, Sessions, Time);
    }

    /// <returns>The key that is in the cookie.</returns>
    public Task<string> SignInAsync(string name, IdentitySource source = IdentitySource.Local, params string[] groups) =>
        Sessions.StoreAsync(new AuthenticationTicket(Principals.Of(OpenSessions.Scheme, name, source, groups), OpenSessions.Scheme));

    public async Task<bool> IsInAsync(string key) => await Sessions.RetrieveAsync(key) is not null;

    public void Dispose()
    {
        passwords.Dispose();
        directory.Dispose();
    }
}
