using Dashboard.Security.Identity;

namespace Dashboard.Api;

/// <summary>An account of this server.</summary>
/// <param name="HasPassword">Whether one can sign in by it.</param>
public sealed record AccountBody(string Name, IReadOnlyList<string> Roles, bool HasPassword, DateTimeOffset Made)
{
    internal static AccountBody Of(LocalAccount account) => new(account.Name, account.Roles, account.Password is not null, account.Made);
}

/// <param name="Password">12 to 256 characters; null: no sign-in by the account until it has one.</param>
/// <param name="Roles">viewer, operator, admin, or those of clusters.yaml.</param>
public sealed record NewAccountBody(string Name, string? Password = null, IReadOnlyList<string>? Roles = null);

/// <summary>What is null stays.</summary>
/// <param name="PresentPassword">Has to be there where one's own password is changed.</param>
public sealed record ChangedAccountBody(string? Password = null, IReadOnlyList<string>? Roles = null, string? PresentPassword = null);

/// <summary>An API token, without itself.</summary>
/// <param name="Id">In its address.</param>
/// <param name="Clusters">Patterns of cluster ids; empty: all.</param>
/// <param name="Used">When last, to some minutes; null: never.</param>
public record TokenBody(
    string Id, string Name, string Owner, IReadOnlyList<string> Roles, IReadOnlyList<string> Clusters, DateTimeOffset Made,
    DateTimeOffset Ends, DateTimeOffset? Used)
{
    internal static TokenBody Of(ApiToken token) =>
        new(token.Id, token.Name, token.Owner, token.Roles, token.Clusters, token.Made, token.Ends, token.Used);
}

/// <summary>The one answer that has the token itself.</summary>
public sealed record IssuedTokenBody(string Id, string Token, DateTimeOffset Ends);

/// <param name="Days">1 to 366.</param>
/// <param name="Clusters">Patterns of cluster ids; none: all.</param>
public sealed record NewTokenBody(string Name, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Clusters = null, int Days = 90);

/// <summary>A user signed in, in one browser.</summary>
/// <param name="Current">The one that asks.</param>
public sealed record OpenSessionBody(
    string Id, string Name, IdentitySource Source, string? Address, DateTimeOffset Made, DateTimeOffset Ends, bool Current)
{
    internal static OpenSessionBody Of(SignInSession session, string? own) =>
        new(session.Id, session.Name, session.Source, session.Address, session.Made, session.Ends, session.Id == own);
}
