using Dashboard.Clusters;
using Dashboard.Components.Features.Walkthroughs;
using Dashboard.Components.Foundation.Live;
using Dashboard.Messages.Connect;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Producing;
using Dashboard.Messages.Scanning;
using Dashboard.Messages.Subjects;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.History;
using Dashboard.Nodes;
using Dashboard.Nodes.Exchanges;
using Dashboard.Operations;
using Dashboard.Sample;
using Dashboard.Saved;
using Dashboard.Security.Access;
using Dashboard.Security.SignIn;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Console;

namespace Dashboard.Hosting;

/// <summary>Puts the parts together: the hosted nodes, the monitors, the audit log.</summary>
static class Composition
{
    public const string HostedId = CastellanOptions.HostedId;

    /// <param name="nodes">Those that are hosted, which may still be opened; null: none are.</param>
    public static void AddCastellan(this WebApplicationBuilder builder, CastellanOptions options, Task<EngineHost>? nodes)
    {
        var services = builder.Services;
        var data = Path.GetFullPath(options.Data);
        services.Configure<ConsoleLoggerOptions>(HostedNodes.ToStandardError);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        var tail = new AuditTail(data);
        services.AddSingleton(new AuditCopies(new FileAuditLog(data, options.Audit.Limits, tail.NeededFrom), tail));
        services.AddSingleton<IAuditLog>(provider => provider.GetRequiredService<AuditCopies>());
        services.AddSingleton<IEventLog>(provider =>
            new FileEventLog(data, provider.GetRequiredService<ILogger<FileEventLog>>(), TimeProvider.System));
        services.AddSingleton<ISeenStates>(provider => new FileSeenStates(data, provider.GetRequiredService<ILogger<FileSeenStates>>()));
        // what signs the pages' forms and encrypts the clusters' secrets lies beside the data, readable for its owner alone; there is no
        // place more secret to encrypt it with. By name, so that it stays good when the program lies elsewhere
        services.AddDataProtection().SetApplicationName("Castellan")
            .PersistKeysToFileSystem(DataDirectory.OwnersOnly(Path.Combine(data, "keys")));
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
        // of the 5 s an end may take, the nodes need up to 4: requests that still run and the sample share the first
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        if (nodes is not null)
        {
            services.AddSingleton(_ => nodes.GetAwaiter().GetResult());
            services.AddSingleton<INodeHost>(provider => provider.GetRequiredService<EngineHost>());
            services.AddSingleton<IEngineExchange>(provider => provider.GetRequiredService<EngineHost>());
            services.AddHostedService(provider => provider.GetRequiredService<EngineHost>());
        }

        services.AddAccess(options.SignIn.IsConfigured);
        if (options.SignIn.IsConfigured)
        {
            builder.AddSignIn(options.SignIn, data, options.Urls);
        }

        services.AddSingleton<IMessageScanner, MessageScanner>();
        services.AddScoped<Kept>();
        services.AddSingleton(new SavedFilters(data));
        services.AddSingleton<IVolumeReader>(new VolumeReader(TimeProvider.System));
        services.AddSingleton<ILastRecords>(new LastRecords(TimeProvider.System));
        services.AddSingleton<ClusterRegistry>();
        services.AddSingleton<IClusterRegistry>(provider => provider.GetRequiredService<ClusterRegistry>());
        services.AddSingleton<BodyDecoders>();
        services.AddSingleton<IBodyDecoders>(provider => provider.GetRequiredService<BodyDecoders>());
        services.AddSingleton<IBodyEncoder, BodyEncoder>();
        services.AddSingleton(_ => new RecordProducers());
        services.AddSingleton<IRecordSender, RecordSender>();
        services.AddSingleton<ISchemaCatalogs, SchemaCatalogs>();
        services.AddSingleton<ISchemaUsers, SchemaUsers>();
        services.AddSingleton<ISchemaCommands, SchemaCommands>();
        services.AddSingleton<IConnectCatalogs, ConnectCatalogs>();
        services.AddSingleton<IConnectCommands, ConnectCommands>();
        services.AddSingleton(provider => new KeptClusters(data, provider.GetRequiredService<IDataProtectionProvider>()));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ClusterCatalog>(
            provider, ClusterSources.Settings(options, provider.GetService<EngineHost>())));
        services.AddSingleton(new ClustersFile(options.ClustersFile ?? Path.Combine(data, "clusters.yaml")));
        services.AddSingleton<IClusterCatalog>(provider => provider.GetRequiredService<ClusterCatalog>());
        services.AddHostedService<MonitoringService>();
        services.AddHostedService<ClustersFileWatch>();
        services.AddHostedService<AuditShipping>();
        services.AddJobs(data, options.MostUploadBytes);
        services.AddHostedService<ReadyAnnouncement>();
        if (options.Local)
        {
            services.AddSingleton<ClusterUses>();
            services.AddSingleton<EngineExchanges>();
            services.AddHostedService<LeadersAtStart>();
            services.AddSingleton(new WalkthroughMarks(data));
            services.AddHostedService<WalkthroughLeftover>();
        }

        if (options is { Local: true, Sample: true })
        {
            services.AddHostedService<SampleWorkload>();
        }
    }
}
