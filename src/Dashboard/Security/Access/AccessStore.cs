using System.Security.Claims;
using Dashboard.Clusters;
using Dashboard.Monitoring.Access;
using Wire;

namespace Dashboard.Security.Access;

/// <summary>Whether sign-in is asked for. If not, all who get here (on loopback) may everything.</summary>
sealed record AccessMode(bool SignIn);

/// <summary>
/// The rules as they are now. Those of a file that is wrong are not taken: the last good ones stay, and at a start, where there are none,
/// all is locked. Nothing that is wrong ever gives more than was given before.
/// </summary>
sealed class AccessStore(AccessMode mode, ITokenOwners owners)
{
    AccessRules? good;

    public AccessRules Rules => Volatile.Read(ref good) ?? AccessRules.Locked;

    /// <summary>Reads the file and takes its rules. One caller at a time.</summary>
    /// <returns>Its clusters, with what is wrong with the rules among the problems.</returns>
    public ClusterList ReadWith(ClustersFile file)
    {
        var clusters = file.Read();
        return Take(file.Document) is { Count: > 0 } problems ? clusters with { Problems = [.. clusters.Problems, .. problems] } : clusters;
    }

    /// <summary>Takes the sections of clusters.yaml. One caller at a time.</summary>
    /// <returns>What is wrong with them, one sentence each with file and line.</returns>
    public IReadOnlyList<CodedText> Take(ClustersDocument document)
    {
        if (document.IsGone)
        {
            // as clusters do, rules stay until the next start when their file goes
            Volatile.Write(ref good, good ?? AccessRules.BuiltIn);
            return [];
        }

        if (!document.IsYaml)
        {
            return [Left(document)];
        }

        var (rules, problems) = AccessYaml.Read(document);
        if (problems.Count == 0)
        {
            Volatile.Write(ref good, rules);
            return [];
        }

        return [.. problems, Left(document)];
    }

    CodedText Left(ClustersDocument document) =>
        good is null ? AccessYaml.IsLocked(document.FilePath) : AccessYaml.Stays(document.FilePath);

    public Actor ActorOf(ClaimsPrincipal principal, string nameless, string? address)
    {
        var rules = Rules;
        return !mode.SignIn ? new Actor(nameless, address, new Unsigned(rules))
            : new Actor(principal.Identity?.Name ?? "anonymous", address, GrantedPermissions.Of(principal, rules, owners));
    }

    /// <summary>
    /// The same of a user who was known before, with the roles of his account as they are now; of a token or account that is there no
    /// longer, without any.
    /// </summary>
    public Actor LastingActorOf(ClaimsPrincipal principal, string nameless, string? address)
    {
        var (name, ended) = (principal.Identity?.Name ?? nameless, mode.SignIn ? owners.WhyEnded(principal) : null);
        var now = ended is null ? owners.AsOfNow(principal) : null;
        return ActorOf(now ?? new ClaimsPrincipal(), name, address) with { Name = name, Ended = ended };
    }

    /// <summary>Without sign-in there are no roles that could exempt from a mask: what is masked is masked for all.</summary>
    sealed record Unsigned(AccessRules Rules) : IPermissions
    {
        public bool May(Permission permission) => true;

        public string RolesOn(string? cluster) => "";

        public System.Collections.Immutable.ImmutableArray<FieldMask> Masks(string cluster, string topic) =>
            GrantedPermissions.MasksOf(Rules, cluster, topic, (_, _) => false);
    }
}
