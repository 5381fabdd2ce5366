using System.Collections.Frozen;
using System.Collections.Immutable;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Identity;

namespace Dashboard.Security.Access;

/// <summary>One rule of a role: these actions on these kinds of things that are called so, on these clusters.</summary>
/// <param name="Clusters">Patterns, as <see cref="Glob"/> reads them.</param>
/// <param name="Names">Patterns of topics', groups' and nodes' names. What has no name is fitted by <c>*</c> alone.</param>
/// <param name="Kinds">Empty: all.</param>
/// <param name="Actions">Empty: all.</param>
sealed record AccessRule(
    ImmutableArray<string> Clusters, ImmutableArray<string> Names, ImmutableArray<AccessKind> Kinds, ImmutableArray<AccessAction> Actions)
{
    public bool Gives(Permission permission) =>
        (Kinds.IsEmpty || Kinds.Contains(permission.Kind)) && (Actions.IsEmpty || Actions.Contains(permission.Action))
        && (permission.Cluster is not { } cluster || Glob.Fits(Clusters, cluster))
        && (permission.Name is not { } name || Glob.Fits(Names, name));
}

/// <summary>Who has a role, and on which clusters. One of user, group and everyone is given.</summary>
/// <param name="Source">Only a user who was known from there; null: from anywhere.</param>
sealed record AccessGrant(string? User, string? Group, bool Everyone, IdentitySource? Source, string Role, ImmutableArray<string> Clusters);

/// <summary>What is masked of the records of some topics, and for whom it is not.</summary>
sealed record MaskRule(
    ImmutableArray<string> Clusters, ImmutableArray<string> Topics, ImmutableArray<FieldMask> Fields, ImmutableArray<string> Exempt);

/// <summary>The topic of a cluster that the audit log is written to, beside the disk.</summary>
public sealed record AuditTarget(string Cluster, string Topic);

/// <summary>
/// Roles, who has them, and what is masked, as clusters.yaml says it at one moment. Immutable. There is no rule that takes away: of all
/// that fit, the widest counts.
/// </summary>
sealed record AccessRules(
    FrozenDictionary<string, ImmutableArray<AccessRule>> Roles, ImmutableArray<AccessGrant> Grants, ImmutableArray<MaskRule> Masks)
{
    /// <summary>Without any section: the built-in roles, for accounts and tokens that have one of their own.</summary>
    public static readonly AccessRules BuiltIn = new(BuiltInRoles.All, [], []);

    /// <summary>
    /// The sections were wrong at the start: what they would have kept from whom is not known, and so only local administrators may
    /// anything.
    /// </summary>
    public static readonly AccessRules Locked = BuiltIn with { IsLocked = true };

    public bool IsLocked { get; private init; }

    /// <summary>Where the audit log goes as well; null: nowhere, or where the settings say.</summary>
    public AuditTarget? Audit { get; init; }
}
