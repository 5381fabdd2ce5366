using Dashboard.Addresses;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Security.Access;
using Kafka.Protocol;

namespace Dashboard.Components.Foundation.Live;

/// <summary>The cluster a page is about, cascaded to everything on it. Immutable; another cluster is another context.</summary>
/// <param name="Nodes">Null unless this process hosts the cluster.</param>
/// <param name="Who">Looks at it, and may change it or not.</param>
public sealed record ClusterContext(IClusterMonitor Monitor, INodeHost? Nodes, ICurrentActor Who)
{
    public string Id => Monitor.Id;

    /// <summary>As its operator describes it; null for one that is not defined any longer.</summary>
    public ClusterDefinition? Definition { get; init; }

    /// <summary>Nothing here changes it; buttons that would are off.</summary>
    public bool IsReadOnly => Definition?.ReadOnly ?? Monitor.Current.ReadOnly;

    /// <summary>By the rules as they are now.</summary>
    public bool May(Permission permission) => Who.Actor.May(permission);

    /// <param name="name">Of the topic or node; null: of any one.</param>
    public Permission To(AccessAction action, AccessKind kind = AccessKind.Topics, string? name = null) => new(kind, action, Id, name);

    /// <summary>What everything on the page is shown from.</summary>
    public LiveFeed Feed { get; } = new(Monitor);

    public bool IsHosted => Monitor.Kind == ClusterKind.Hosted && Nodes is not null;

    /// <summary>
    /// The address of a page of this cluster: "topics/orders?tab=configs", "" for the overview. Like all addresses of pages it begins with
    /// no slash: a browser takes it from the document's base, which is where the program is mounted (--base-path).
    /// </summary>
    public string Href(string page = "") => Href(Id, page);

    public static string Href(string cluster, string page = "") =>
        page.Length == 0 ? $"clusters/{Uri.EscapeDataString(cluster)}" : $"clusters/{Uri.EscapeDataString(cluster)}/{page}";

    public string Topic(string topic, string? query = null) => Href($"topics/{Uri.EscapeDataString(topic)}{query}");

    public string Partition(TopicPartition key) => Topic(key.Topic, $"#p{key.Partition}");

    public string Broker(int id) => Href($"brokers/{id}");

    public string Group(string group) => Href(GroupAddress.Of(group));

    public string Metadata(string path) => Href($"metadata?path={Uri.EscapeDataString(path)}");

    public string Znode(string path) => Href($"znodes?path={Uri.EscapeDataString(path)}");
}
