using Bunit;
using Dashboard.Clusters;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Nodes;
using Dashboard.Operations;
using Dashboard.Saved;
using Dashboard.Security.Access;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;
using Testing;

namespace Dashboard.Tests.Components;

/// <summary>What a page needs: words, a clock moved by hand, a cluster.</summary>
public class PageContext : BunitContext
{
    readonly TempDirectory directory = new();
    FakeScanner? scanner;

    /// <summary>A deadline, not a wait: machines that build beside the tests are slow.</summary>
    static PageContext() => DefaultWaitTimeout = TimeSpan.FromSeconds(20);

    public PageContext()
    {
        Cluster = new FakeCluster("local", Monitoring.Model.ClusterKind.Hosted, Time).With(3, ("orders", 4, 2), ("payments", 2, 3));
        Nodes = new(Cluster, Time);
        Monitor = new(Cluster.Snapshot())
        {
            Commands = new FakeCommands(Cluster, Audit, Time),
            Messages = new FakeMessages(),
            Znodes = new FakeZnodes(Time).WithKafka(),
            Metadata = new FakeMetadata(),
            MetadataCheck = new FakeMetadataCheck(Cluster),
        };
        Registry = new(Monitor);
        Catalog = new(Registry, Time);
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false); // the layout has it
        JSInterop.Mode = JSRuntimeMode.Loose; // the library's scripts
        Services.AddSingleton(new Text());
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton<IClusterRegistry>(Registry);
        Services.AddSingleton<IClusterCatalog>(Catalog);
        Services.AddSingleton<IAuditLog>(Audit);
        Services.AddSingleton<IMessageScanner>(Scanner);
        Services.AddSingleton<IVolumeReader>(new FakeVolume(Time));
        Services.AddSingleton<ILastRecords>(new FakeLastRecords(Time));
        Services.AddSingleton<FleetFeed>();
        Services.AddSingleton(provider => new JobStore(
            Path.Combine(Path.GetTempPath(), "no-jobs"), NullLogger<JobStore>.Instance, Time));
        Services.AddSingleton(provider => new JobRunner(
            [], provider.GetRequiredService<JobStore>(), Registry, Audit, Time, NullLogger<JobRunner>.Instance));
        Services.AddScoped<Kept>();
        Services.AddSingleton(new SavedFilters(directory.Path));
        Services.AddSingleton<ICurrentActor>(Who);
        Services.AddSingleton<IEngineExchange>(Nodes);
        Services.AddSingleton(Turn);
        Services.AddSingleton<ClusterUses>();
        Services.AddSingleton<EngineExchanges>();
        Page = new(Monitor, Nodes, Who);
        RenderTree.Add<CascadingValue<ClusterContext>>(p => p.Add(c => c.Value, Page));
    }

    public FakeTimeProvider Time { get; } = new();

    public WalkthroughTurn Turn { get; } = new();

    /// <summary>Who looks at the pages; may everything unless told otherwise.</summary>
    public FakeActor Who { get; } = new();

    public FakeAudit Audit { get; } = new();

    public FakeScanner Scanner => scanner ??= new(Time);

    public FakeCluster Cluster { get; }

    public FakeNodeHost Nodes { get; }

    public FakeClusterMonitor Monitor { get; }

    public FakeClusterRegistry Registry { get; }

    public FakeClusterCatalog Catalog { get; }

    public ClusterContext Page { get; }

    /// <summary>Where dialogs are drawn; to be there before one opens.</summary>
    public IRenderedComponent<MudDialogProvider> RenderDialogs() => Render<MudDialogProvider>();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        directory.Dispose();
    }

    public void Publish() => Monitor.Publish(Cluster.Snapshot());
}
