namespace Dashboard.Monitoring.Access;

/// <summary>Who does something: a person, a token, or this program itself. Everything that changes a cluster takes one.</summary>
/// <param name="Address">Where it is asked from; null for what this program does by itself.</param>
public sealed record Actor(string Name, string? Address, IPermissions Permissions)
{
    /// <summary>This program, or a part of it: "Castellan", "sample".</summary>
    public static Actor Program(string name) => new(name, null, Access.Permissions.Unlimited);

    /// <summary>
    /// Why the one who began something that goes on is not known any longer, one sentence: a token that ended, an account that was
    /// removed. Null: they still are.
    /// </summary>
    public string? Ended { get; init; }

    public bool May(Permission permission) => Permissions.May(permission);

    public bool Sees(string cluster) => May(Permission.To(AccessAction.See, AccessKind.Clusters, cluster));

    /// <summary>
    /// Under the same name, whatever the rules say: to undo what it was allowed to begin, such as the topic of a walkthrough.
    /// </summary>
    public Actor ToUndo() => this with { Permissions = Access.Permissions.Unlimited };

    /// <summary>Why not, with what is missing and where it is given.</summary>
    public string WhyNot(Permission permission)
    {
        var who = $"{Permissions.RolesOn(permission.Cluster)} {Name}".Trim();
        var (action, kind) = (permission.Action.ToString().ToLowerInvariant(), permission.Kind.ToString().ToLowerInvariant());
        return $"{who} may not {permission}: it takes a role with '{action}' on {kind} there; "
            + "roles are given under access: in clusters.yaml.";
    }

    public override string ToString() => Name;
}
