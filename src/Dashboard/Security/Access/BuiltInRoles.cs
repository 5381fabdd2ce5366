using System.Collections.Frozen;
using System.Collections.Immutable;
using Dashboard.Monitoring.Access;

namespace Dashboard.Security.Access;

/// <summary>The roles that are always there; files cannot give them another meaning.</summary>
static class BuiltInRoles
{
    /// <summary>Sees all but records, accounts and the audit log.</summary>
    public const string Viewer = "viewer";

    /// <summary>
    /// Reads, writes and purges records, elects, moves, makes and changes topics, resets and deletes groups, registers
    /// schemas, runs connectors, starts and stops nodes.
    /// </summary>
    public const string Operator = "operator";

    /// <summary>Everything.</summary>
    public const string Admin = "admin";

    public static readonly FrozenDictionary<string, ImmutableArray<AccessRule>> All = new Dictionary<string, ImmutableArray<AccessRule>>
    {
        [Viewer] =
        [
            On(AccessKind.Clusters, AccessAction.See), On(AccessKind.Znodes, AccessAction.Read), On(AccessKind.Schemas, AccessAction.Read),
            On(AccessKind.Connectors, AccessAction.Read),
        ],
        [Operator] =
        [
            On(AccessKind.Clusters, AccessAction.See),
            On(AccessKind.Znodes, AccessAction.Read),
            On(AccessKind.Records, AccessAction.Read, AccessAction.Write, AccessAction.Purge),
            On(AccessKind.Topics, AccessAction.Create, AccessAction.Alter, AccessAction.Elect, AccessAction.Move),
            On(AccessKind.Groups, AccessAction.Alter, AccessAction.Delete),
            On(AccessKind.Schemas, AccessAction.Read, AccessAction.Create, AccessAction.Alter),
            On(AccessKind.Connectors, AccessAction.Read, AccessAction.Create, AccessAction.Alter, AccessAction.Operate),
            On(AccessKind.Nodes, AccessAction.Operate),
        ],
        [Admin] = [new AccessRule(Glob.Everything, Glob.Everything, [], [])],
    }.ToFrozenDictionary();

    static AccessRule On(AccessKind kind, params ImmutableArray<AccessAction> actions) =>
        new(Glob.Everything, Glob.Everything, [kind], actions);
}
