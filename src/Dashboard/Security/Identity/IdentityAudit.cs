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
    /// <param name="before">What it was; null: nothing, or not to be told, as a password.</param>
    /// <param name="after">What it has become.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public Task DoneAsync(
        ClaimsPrincipal? who, string action, string subject, string details, CancellationToken cancellationToken, string? before = null,
        string? after = null) =>
        WriteAsync(
            new AuditEntry(time.GetUtcNow(), NoCluster, NameOf(who), action, subject, details, "done", null)
            {
                Before = before,
                After = after,
            },
            cancellationToken);

    /// <param name="what">As the gate has it: "DELETE /api/accounts/anna".</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public Task RefusedAsync(ClaimsPrincipal who, string what, string why) => WriteAsync(
        new AuditEntry(time.GetUtcNow(), NoCluster, NameOf(who), "access.denied", what, "", "refused", why), CancellationToken.None);

    /// <summary>Raised after each entry, on no particular thread.</summary>
    public event Action? Noted;

    async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        await log.WriteAsync(
            entry with { Address = http.HttpContext?.Connection.RemoteIpAddress?.ToString() }, cancellationToken);
        Noted?.Invoke();
    }

    /// <summary>"anna", or "grafana (token of anna)".</summary>
    static string NameOf(ClaimsPrincipal? who) =>
        who?.FindFirst(Principals.OwnerClaim)?.Value is { } owner ? $"{who.Identity?.Name} (token of {owner})" : who?.Identity?.Name ?? "-";
}
