using System.Security.Claims;

namespace Dashboard.Security.Identity;

/// <summary>Who may see and change the accounts, tokens and sessions of others.</summary>
public interface IAdministrators
{
    bool IsAdministrator(ClaimsPrincipal principal);
}
