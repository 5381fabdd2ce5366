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

    /// <returns>The hosted nodes, which start with the web server unless they were started before; null: none are hosted.</returns>
    /// <exception cref="HostingException">The data directory cannot be used.</exception>
    public static EngineHost? AddCastellan(this WebApplicationBuilder builder, CastellanOptions options)
    {
        var services = builder.Services;
        var data = Path.GetFullPath(options.Data);
        RequireWritable(data);
        services.Configure<ConsoleLoggerOptions>(ToStandardError);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(new AuditCopies(new FileAuditLog(data)));
        services.AddSingleton<IAuditLog>(provider => provider.GetRequiredService<AuditCopies>());
        services.AddSingleton<IEventLog>(provider =>
            new FileEventLog(data, provider.GetRequiredService<ILogger<FileEventLog>>(), TimeProvider.System));
        services.AddSingleton<ISeenStates>(provider => new FileSeenStates(data, provider.GetRequiredService<ILogger<FileSeenStates>>()));
        // what signs the pages' forms and encrypts the clusters' secrets lies beside the data, readable for its owner alone; there is no
        // place more secret to encrypt it with. By name, so that it stays good when the program lies elsewhere
        services.AddDataProtection().SetApplicationName("Castellan").PersistKeysToFileSystem(OwnersOnly(Path.Combine(data, "keys")));
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
        // of the 5 s an end may take, the nodes need up to 4: requests that still run and the sample share the first
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        EngineHost? host = null;
        if (options.Local)
        {
            // made now, so that a data directory that cannot be used is told before anything starts
            var logging = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging"))
                .AddConsole(ToStandardError).AddSimpleConsole(console => console.SingleLine = true));
            host = Open(options, data, logging.CreateLogger<NodeHost>());
            services.AddSingleton(host);
            services.AddSingleton<INodeHost>(host);
            services.AddSingleton<IEngineExchange>(host);
            services.AddHostedService(_ => host);
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
        services.AddSingleton<KeptProducers>();
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

        return host;
    }

    static EngineHost Open(CastellanOptions options, string data, ILogger<NodeHost> logger)
    {
        var elsewhere = options.EngineIsSet
            ? "The engine is set where the program is started (--engine), which wins over what is chosen here: start without it."
            : null;
        try
        {
            return new EngineHost(
                options.Hosting(data), data, ApacheSettings.ThisProgram, elsewhere, logger, TimeProvider.System);
        }
        catch (HostingException e) when (options.Chosen is not null)
        {
            throw new HostingException(
                $"{e.Message} It was chosen on the Nodes page ({Path.Combine(data, KeptChoice.FileName)}): "
                + "--engine says what to host instead.");
        }
    }

    /// <summary>Told at once, not at the first page or action that has something to keep.</summary>
    static void RequireWritable(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using var probe = new FileStream(
                Path.Combine(directory, $".probe-{Environment.ProcessId}"),
                new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostingException($"{directory} cannot be used for data: {e.Message} Choose another directory with --data DIR.");
        }
    }

    /// <summary>Of a directory that is somebody else's, as mounted ones are, the mode is theirs to choose.</summary>
    static DirectoryInfo OwnersOnly(string directory)
    {
        var made = Directory.CreateDirectory(directory);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                made.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // it can be used all the same
        }

        return made;
    }

    /// <summary>Standard output is for the line with the address.</summary>
    static void ToStandardError(ConsoleLoggerOptions console) => console.LogToStandardErrorThreshold = LogLevel.Trace;
}
