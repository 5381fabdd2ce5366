using System.Security.Claims;
using Dashboard.Security.Identity;

namespace Dashboard.Security.Access;

/// <summary>Whose a token is: it may never do more than they.</summary>
public interface ITokenOwners
{
    /// <summary>With the roles and groups as they are known now; null when there is no such account any longer.</summary>
    ClaimsPrincipal? OwnerOf(ClaimsPrincipal token);

    /// <summary>Of an account of this server with its roles as they are now, null when it is gone; others as they were known.</summary>
    ClaimsPrincipal? AsOfNow(ClaimsPrincipal person) => person;

    /// <summary>Why a user who was known before is not known any longer, one sentence; null: they still are.</summary>
    string? WhyEnded(ClaimsPrincipal known) => null;
}

/// <summary>Knows no accounts: an owner may what is granted to their name and to everyone.</summary>
sealed class OwnersByName : ITokenOwners
{
    public ClaimsPrincipal? OwnerOf(ClaimsPrincipal token) =>
        token.FindFirstValue(Principals.OwnerClaim) is { } owner ? Principals.Of(nameof(OwnersByName), owner, IdentitySource.Local) : null;
}
