using System.Collections.Immutable;
using System.Security.Claims;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Identity;

namespace Dashboard.Security.Access;

/// <summary>
/// What one principal may by one set of rules: the decision, in one place. A role comes from the account or token itself, or from a grant
/// to the user, to one of its groups or to everyone who signed in. A token has its own roles alone, on its own clusters, and may nothing
/// that its owner may not.
/// </summary>
sealed class GrantedPermissions : IPermissions
{
    readonly ImmutableArray<HeldRole> held;
    readonly AccessRules rules;

    /// <summary>Of a token; null: no owner limits it.</summary>
    readonly IPermissions? owner;

    GrantedPermissions(ImmutableArray<HeldRole> held, AccessRules rules, IPermissions? owner) =>
        (this.held, this.rules, this.owner) = (held, rules, owner);

    /// <param name="owners">Finds whose a token is.</param>
    public static IPermissions Of(ClaimsPrincipal principal, AccessRules rules, ITokenOwners owners)
    {
        if (principal.Identity?.IsAuthenticated != true
            || !Enum.TryParse<IdentitySource>(principal.FindFirstValue(Principals.SourceClaim), out var source))
        {
            return Permissions.None;
        }

        if (source != IdentitySource.Token)
        {
            return new GrantedPermissions(Roles(principal, source, rules), rules, null);
        }

        var owner = owners.OwnerOf(principal);
        return owner is null || owner.FindFirstValue(Principals.SourceClaim) == nameof(IdentitySource.Token)
            ? Permissions.None
            : new GrantedPermissions(TokenRoles(principal, rules), rules, Of(owner, rules, owners));
    }

    public bool May(Permission permission)
    {
        foreach (var role in held)
        {
            if (role.Gives(permission))
            {
                // a token never gives more than its owner has now
                return owner?.May(permission) != false;
            }
        }

        return false;
    }

    public string RolesOn(string? cluster) => string.Join(
        "+", held.Where(role => cluster is null || Glob.Fits(role.Clusters, cluster)).Select(role => role.Name).Distinct());

    public ImmutableArray<FieldMask> Masks(string cluster, string topic) => MasksOf(rules, cluster, topic, IsExempt);

    /// <param name="isExempt">Whether one of these roles is held on the cluster.</param>
    public static ImmutableArray<FieldMask> MasksOf(
        AccessRules rules, string cluster, string topic, Func<ImmutableArray<string>, string, bool> isExempt) =>
    [
        .. rules.Masks
            .Where(mask => Glob.Fits(mask.Clusters, cluster) && Glob.Fits(mask.Topics, topic) && !isExempt(mask.Exempt, cluster))
            .SelectMany(mask => mask.Fields).Distinct(),
    ];

    bool IsExempt(ImmutableArray<string> exempt, string cluster) =>
        held.Any(role => exempt.Contains(role.Name) && Glob.Fits(role.Clusters, cluster))
        && (owner as GrantedPermissions)?.IsExempt(exempt, cluster) != false;

    static ImmutableArray<HeldRole> Roles(ClaimsPrincipal principal, IdentitySource source, AccessRules rules)
    {
        var own = principal.FindAll(Principals.RoleClaim).Select(claim => claim.Value);
        if (rules.IsLocked)
        {
            return source == IdentitySource.Local && own.Contains(BuiltInRoles.Admin)
                ? [Held(BuiltInRoles.Admin, Glob.Everything, rules)!]
                : [];
        }

        var groups = principal.FindAll(Principals.GroupClaim).Select(claim => claim.Value).ToHashSet();
        var name = principal.Identity!.Name;
        var granted = rules.Grants
            .Where(grant => grant.Everyone || (grant.Group is { } group && groups.Contains(group))
                || (grant.User is { } user && user == name && (grant.Source ?? source) == source))
            .Select(grant => Held(grant.Role, grant.Clusters, rules));
        return [.. own.Select(role => Held(role, Glob.Everything, rules)).Concat(granted).OfType<HeldRole>()];
    }

    /// <summary>Nothing is granted to a token by its name, which its maker chooses.</summary>
    static ImmutableArray<HeldRole> TokenRoles(ClaimsPrincipal principal, AccessRules rules)
    {
        ImmutableArray<string> clusters = [.. principal.FindAll(Principals.ClusterClaim).Select(claim => claim.Value)];
        return
        [
            .. principal.FindAll(Principals.RoleClaim)
                .Select(claim => Held(claim.Value, clusters.IsEmpty ? Glob.Everything : clusters, rules)).OfType<HeldRole>(),
        ];
    }

    /// <summary>Null: there is no such role (any longer).</summary>
    static HeldRole? Held(string role, ImmutableArray<string> clusters, AccessRules rules) =>
        rules.Roles.TryGetValue(role, out var what) ? new HeldRole(role, clusters, what) : null;

    sealed record HeldRole(string Name, ImmutableArray<string> Clusters, ImmutableArray<AccessRule> Rules)
    {
        public bool Gives(Permission permission)
        {
            if (permission.Cluster is { } cluster && !Glob.Fits(Clusters, cluster))
            {
                return false;
            }

            foreach (var rule in Rules)
            {
                if (rule.Gives(permission))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
