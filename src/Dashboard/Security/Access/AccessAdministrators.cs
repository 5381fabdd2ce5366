using System.Security.Claims;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Identity;

namespace Dashboard.Security.Access;

/// <summary>Who may manage accounts by the rules as they are: accounts belong to no cluster, so it takes that on all of them.</summary>
sealed class AccessAdministrators(AccessStore store) : IAdministrators
{
    public IReadOnlyList<string> Roles => [.. store.Rules.Roles.Keys.Order(StringComparer.Ordinal)];

    public bool IsAdministrator(ClaimsPrincipal principal) =>
        store.ActorOf(principal, "", null).May(Permission.To(AccessAction.Manage, AccessKind.Accounts, Permission.All));
}

/// <summary>As the accounts of this server know them now, and others as they last signed in.</summary>
sealed class TokenOwners(ApiTokens tokens) : ITokenOwners
{
    public ClaimsPrincipal? OwnerOf(ClaimsPrincipal token) => tokens.OwnerOf(token);

    public ClaimsPrincipal? AsOfNow(ClaimsPrincipal person) => tokens.AsOfNow(person);

    public string? WhyEnded(ClaimsPrincipal known) => tokens.WhyEnded(known);
}
