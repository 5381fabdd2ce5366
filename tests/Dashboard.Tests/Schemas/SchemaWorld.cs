using Dashboard.Messages.Registry;
using Dashboard.Messages.Subjects;
using Dashboard.Messages.Tests.Registry;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;

namespace Dashboard.Tests.Schemas;

/// <summary>A registry over HTTP, and what a cluster whose definition names it sees of it.</summary>
sealed class SchemaWorld : ISchemaCatalogs, ISchemaUsers, IAsyncDisposable
{
    public const string One = """{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}""";

    public const string Two =
        """{"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"note","type":"string","default":""}]}""";

    public const string Strict =
        """{"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"amount","type":"double"}]}""";

    readonly SchemaRegistry registry;
    readonly SchemaCatalog catalog;

    SchemaWorld(TestRegistry server)
    {
        Server = server;
        var settings = RegistrySettings.Of(new Dictionary<string, string> { ["url"] = server.Url, ["request.timeout.ms"] = "20000" })!;
        registry = new SchemaRegistry(settings, TimeProvider.System);
        catalog = new SchemaCatalog(registry);
        Commands = new SchemaCommands(this, this, TimeProvider.System);
    }

    public TestRegistry Server { get; }

    public SchemaCommands Commands { get; }

    /// <summary>The cluster's definition names a registry.</summary>
    public bool IsConfigured { get; set; } = true;

    public SchemaUsage Usage { get; set; } = new([], 3, 120, 0, 0);

    public static async Task<SchemaWorld> StartAsync() => new(await TestRegistry.StartAsync());

    public SchemaCatalog? Of(string cluster) => IsConfigured ? catalog : null;

    public Task<SchemaUsage> LookAsync(
        IClusterMonitor cluster, string subject, IReadOnlySet<int> ids, Actor actor, CancellationToken cancellationToken) =>
        Task.FromResult(Usage);

    public async ValueTask DisposeAsync()
    {
        registry.Dispose();
        await Server.DisposeAsync();
    }
}
