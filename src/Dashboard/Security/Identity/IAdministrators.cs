using System.Security.Claims;

namespace Dashboard.Security.Identity;

/// <summary>Who may see and change the accounts, tokens and sessions of others, and which roles there are to give.</summary>
public interface IAdministrators
{
    /// <summary>The names of all roles, as the rules are now.</summary>
    IReadOnlyList<string> Roles { get; }

    bool IsAdministrator(ClaimsPrincipal principal);
}
