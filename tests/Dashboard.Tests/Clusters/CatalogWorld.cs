using System.Collections.Frozen;
using Dashboard.Clusters;
using Dashboard.Monitoring;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Tests.Clusters;

/// <summary>A catalog over a data directory of its own; nobody listens where its clusters are said to be.</summary>
sealed class CatalogWorld : IAsyncDisposable
{
    readonly TempDirectory directory = new();

    public CatalogWorld(params ListedCluster[] settings)
    {
        Registry = new ClusterRegistry(Audit, NullLoggerFactory.Instance, TimeProvider.System);
        Settings = new([.. settings], [], []);
        Catalog = Start();
    }

    public FakeAudit Audit { get; } = new();

    public ClusterRegistry Registry { get; }

    public ClusterList Settings { get; }

    public EphemeralDataProtectionProvider Protection { get; } = new();

    public ClusterCatalog Catalog { get; private set; }

    public string KeptFile => directory["clusters.json"];

    public string Yaml => directory["clusters.yaml"];

    public IEnumerable<string> Ids => Registry.Clusters.Select(cluster => cluster.Id);

    public static ClusterDefinition Definition(string id, params (string Key, string Value)[] properties) => new()
    {
        Id = id,
        Name = id,
        Kafka = "127.0.0.1:1",
        Properties = properties.ToFrozenDictionary(p => p.Key, p => p.Value),
    };

    public static ListedCluster Listed(ClusterDefinition definition, string where = "test") => ListedCluster.Of(definition, where);

    /// <summary>As the next start of the program would.</summary>
    public ClusterCatalog Start(IDataProtectionProvider? keys = null)
    {
        var catalog = new ClusterCatalog(
            Registry, Settings, new KeptClusters(directory.Path, keys ?? Protection), Audit, TimeProvider.System,
            NullLogger<ClusterCatalog>.Instance);
        catalog.Open(ClusterList.Empty);
        return Catalog = catalog;
    }

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        Catalog.Dispose();
        directory.Dispose();
    }
}
