using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Dashboard.Security.Access;

/// <summary>
/// Who may what is decided in one place, <see cref="AccessGate"/>, and no endpoint has a policy of the framework's, whose authorization
/// SignalR brings along. By itself that keeps the policies it finds, for which it has every endpoint made, with all methods of the hub
/// compiled, before the server listens: a fifth of a start. One that may not be kept is looked for where it is asked for.
/// </summary>
sealed class NoPolicies(IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options)
{
    public override bool AllowsCachingPolicies => false;
}
