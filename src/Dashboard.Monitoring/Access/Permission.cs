using System.Collections.Frozen;

namespace Dashboard.Monitoring.Access;

/// <summary>
/// What a permission is about. Names of topics and records are those of topics, of groups, connectors and nodes theirs, of schemas their
/// subjects; the others have none.
/// </summary>
public enum AccessKind
{
    /// <summary>A cluster with all that its lists show (topics, brokers, groups, ensemble, events), and its definition.</summary>
    Clusters,

    Topics,

    /// <summary>Keys, values and headers of records.</summary>
    Records,

    /// <summary>Consumer groups, of all kinds: their offsets and members.</summary>
    Groups,

    /// <summary>Subjects of the schema registry with their schemas, and how compatible those of a subject have to be.</summary>
    Schemas,

    /// <summary>Connectors of the Connect clusters: their state, config and offsets.</summary>
    Connectors,

    /// <summary>Nodes that are hosted here.</summary>
    Nodes,

    Znodes,
    Audit,
    Accounts,
}

public enum AccessAction
{
    See,
    Read,
    Create,
    Delete,

    /// <summary>
    /// Settings and the number of partitions of a topic; offsets and members of a group; how compatible schemas have to be; configs and
    /// offsets of connectors; which servers the hosted nodes are.
    /// </summary>
    Alter,

    /// <summary>Records: produced, or deleted from the front of a log.</summary>
    Write,
    Purge,
    Elect,
    Move,
    Operate,
    Define,
    Manage,
}

/// <summary>To do something with one thing, or with all of them. Rules that give it: <c>access:</c> of clusters.yaml.</summary>
/// <param name="Cluster">Its id; <see cref="All"/>: on every cluster; null: on any one at all.</param>
/// <param name="Name">Of the topic, group or node; <see cref="All"/>: whatever its name; null: any one at all.</param>
public readonly record struct Permission(AccessKind Kind, AccessAction Action, string? Cluster, string? Name)
{
    /// <summary>
    /// Stands for everything. As text it is fitted by a pattern of nothing but <c>*</c> alone, and no cluster, topic or node is called so.
    /// </summary>
    public const string All = "*";

    /// <summary>What can be done with what, in words that complete "may not …".</summary>
    public static readonly FrozenDictionary<(AccessKind Kind, AccessAction Action), string> Words =
        new Dictionary<(AccessKind, AccessAction), string>
        {
            [(AccessKind.Clusters, AccessAction.See)] = "see clusters",
            [(AccessKind.Clusters, AccessAction.Define)] = "add, change or remove clusters",
            [(AccessKind.Topics, AccessAction.Create)] = "create topics",
            [(AccessKind.Topics, AccessAction.Delete)] = "delete topics",
            [(AccessKind.Topics, AccessAction.Alter)] = "change settings and partitions of topics",
            [(AccessKind.Topics, AccessAction.Elect)] = "elect leaders",
            [(AccessKind.Topics, AccessAction.Move)] = "move replicas",
            [(AccessKind.Records, AccessAction.Read)] = "read records",
            [(AccessKind.Records, AccessAction.Write)] = "write records",
            [(AccessKind.Records, AccessAction.Purge)] = "delete records",
            [(AccessKind.Groups, AccessAction.Alter)] = "change offsets and members of groups",
            [(AccessKind.Groups, AccessAction.Delete)] = "delete groups",
            [(AccessKind.Schemas, AccessAction.Read)] = "read schemas",
            [(AccessKind.Schemas, AccessAction.Create)] = "register schemas",
            [(AccessKind.Schemas, AccessAction.Alter)] = "change the compatibility of schemas",
            [(AccessKind.Schemas, AccessAction.Delete)] = "delete schemas",
            [(AccessKind.Connectors, AccessAction.Read)] = "read connectors",
            [(AccessKind.Connectors, AccessAction.Create)] = "create connectors",
            [(AccessKind.Connectors, AccessAction.Alter)] = "change configs and offsets of connectors",
            [(AccessKind.Connectors, AccessAction.Operate)] = "pause, stop and restart connectors",
            [(AccessKind.Connectors, AccessAction.Delete)] = "delete connectors",
            [(AccessKind.Nodes, AccessAction.Operate)] = "start and stop nodes",
            [(AccessKind.Nodes, AccessAction.Create)] = "add nodes",
            [(AccessKind.Nodes, AccessAction.Delete)] = "remove nodes",
            [(AccessKind.Nodes, AccessAction.Alter)] = "choose which servers are hosted",
            [(AccessKind.Znodes, AccessAction.Read)] = "read znodes",
            [(AccessKind.Audit, AccessAction.See)] = "see the audit log",
            [(AccessKind.Accounts, AccessAction.Manage)] = "manage accounts",
        }.ToFrozenDictionary();

    /// <summary>Of a kind that has no names, or whatever the name is.</summary>
    public static Permission To(AccessAction action, AccessKind kind, string? cluster, string? name = All) =>
        new(kind, action, cluster, name);

    /// <summary>"elect leaders on prod-eu (orders)".</summary>
    public override string ToString()
    {
        var where = Cluster switch { null => "", All => " on all clusters", _ => $" on {Cluster}" };
        var what = Name is null or All ? "" : $" ({Name})";
        return $"{Words.GetValueOrDefault((Kind, Action), $"{Action} {Kind}")}{where}{what}";
    }
}
