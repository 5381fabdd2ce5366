using System.Globalization;
using System.Net;
using System.Security.Claims;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Authentication;

namespace Dashboard.Security.SignIn;

/// <summary>What came of a name and a password.</summary>
enum PasswordEnd
{
    SignedIn,

    /// <summary>They do not match; whether there is such an account is not told.</summary>
    Wrong,

    /// <summary>Too many wrong ones of this name: none is looked at until a time.</summary>
    Wait,

    /// <summary>Too many from this address.</summary>
    TooMany,

    /// <summary>The directory that should know did not answer.</summary>
    NoDirectory,
}

/// <param name="Left">Wrong ones that may follow before it has to wait.</param>
/// <param name="Until">When the next one is looked at.</param>
readonly record struct PasswordAnswer(PasswordEnd End, int Left = 0, DateTimeOffset? Until = null);

/// <summary>Signs in by name and password: an account of this server, else one of the directory.</summary>
sealed partial class PasswordSignIn(
    SignInOptions options, LocalAccounts accounts, Passwords passwords, SignInAttempts attempts, ILogger<PasswordSignIn> logger,
    IPasswordDirectory? directory = null)
{
    const int LongestName = 128;

    /// <summary>Where it is right, the answer that is being made carries the session's cookie.</summary>
    public async Task<PasswordAnswer> TryAsync(HttpContext context, string? typed, string? password)
    {
        var name = LocalAccounts.Normal(typed ?? "");
        if (!attempts.MayTry(context.Connection.RemoteIpAddress ?? IPAddress.None))
        {
            return new(PasswordEnd.TooMany);
        }

        // an empty password would be an anonymous bind to a directory, which succeeds
        if (name.Length > LongestName || !IsTyped(name) || string.IsNullOrEmpty(password))
        {
            return new(PasswordEnd.Wrong, SignInAttempts.TriesOfName);
        }

        var (left, until) = attempts.Begin(name);
        if (until is not null)
        {
            LogWaits(name, context.Connection.RemoteIpAddress);
            return new(PasswordEnd.Wait, 0, until);
        }

        try
        {
            if (await FindAsync(name, password, context.RequestAborted) is not { } person)
            {
                LogWrong(name, context.Connection.RemoteIpAddress);
                return new(PasswordEnd.Wrong, left);
            }

            attempts.Succeeded(name);
            await context.SignInAsync(OpenSessions.Scheme, person);
            return new(PasswordEnd.SignedIn);
        }
        catch (DirectoryException e)
        {
            attempts.Succeeded(name);
            LogNoDirectory(e.Message);
            return new(PasswordEnd.NoDirectory);
        }
    }

    /// <summary>Signs that nobody sees are left out by a directory that looks for a name: it would be another one here each time.</summary>
    static bool IsTyped(string name) =>
        Principals.IsName(name) && !name.Any(sign => char.GetUnicodeCategory(sign) is UnicodeCategory.Format);

    /// <summary>
    /// A name that has an account here is not looked up in the directory: its operators make no administrators of this server.
    /// </summary>
    async Task<ClaimsPrincipal?> FindAsync(string name, string password, CancellationToken cancellationToken)
    {
        var account = options.Local ? accounts.Find(name) : null;
        // also without such an account: the time must not say whether there is one
        if (options.Local && await passwords.IsRightAsync(account, password, cancellationToken))
        {
            return Principals.Of(OpenSessions.Scheme, name, IdentitySource.Local, null, account!.Roles);
        }

        return account is null && directory is not null && await directory.FindAsync(name, password, cancellationToken) is { } found
            ? Principals.Of(OpenSessions.Scheme, found.Name, IdentitySource.Ldap, found.Groups)
            : null;
    }

    [LoggerMessage(LogLevel.Warning, "Sign-in of {Name} from {Address}: name and password do not match")]
    partial void LogWrong(string name, IPAddress? address);

    [LoggerMessage(LogLevel.Warning, "Sign-in of {Name} from {Address}: not looked at, after too many that were wrong")]
    partial void LogWaits(string name, IPAddress? address);

    [LoggerMessage(LogLevel.Error, "The directory could not be asked: {Why}")]
    partial void LogNoDirectory(string why);
}
