using System.Security.Claims;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Security.Identity;

/// <summary>What is done with accounts, tokens and sessions, in the audit log; it belongs to no cluster.</summary>
sealed class IdentityAudit(IAuditLog log, TimeProvider time, IHttpContextAccessor http)
{
    const string NoCluster = "";

    /// <param name="who">Null: no known user, as at the first sign-in.</param>
    /// <param name="action">"account.add", "token.revoke" …</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public Task DoneAsync(ClaimsPrincipal? who, string action, string subject, string details, CancellationToken cancellationToken) =>
        log.WriteAsync(
            new AuditEntry(time.GetUtcNow(), NoCluster, NameOf(who), action, subject, details, "done", null)
            {
                Address = http.HttpContext?.Connection.RemoteIpAddress?.ToString(),
            },
            cancellationToken);

    /// <summary>"anna", or "grafana (token of anna)".</summary>
    static string NameOf(ClaimsPrincipal? who) =>
        who?.FindFirst(Principals.OwnerClaim)?.Value is { } owner ? $"{who.Identity?.Name} (token of {owner})" : who?.Identity?.Name ?? "-";
}
