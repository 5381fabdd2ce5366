using System.Collections.Immutable;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Connections;
using Wire;

namespace Dashboard.Clusters;

/// <summary>
/// Joins the sources into one list and sets the registry to it. One change at a time; readers see the last list that is whole. A change is
/// on disk, then in effect, then in the audit log, and then reported as done.
/// </summary>
sealed partial class ClusterCatalog : IClusterCatalog, IDisposable
{
    static readonly TimeSpan testDeadline = TimeSpan.FromSeconds(30);

    readonly SemaphoreSlim changing = new(1);
    readonly ClusterRegistry registry;
    readonly KeptClusters store;
    readonly IAuditLog audit;
    readonly TimeProvider time;
    readonly ILogger logger;

    /// <summary>Why clusters.json cannot be read: nothing may be written over it.</summary>
    CodedText? unreadable;

    ClusterList settings;
    ClusterList file = ClusterList.Empty;
    volatile CatalogView view = CatalogView.Empty;

    /// <param name="settings">Hosted, and of the settings.</param>
    public ClusterCatalog(
        ClusterRegistry registry, ClusterList settings, KeptClusters store, IAuditLog audit, TimeProvider time,
        ILogger<ClusterCatalog> logger) =>
        (this.registry, this.settings, this.store, this.audit, this.time, this.logger) = (registry, settings, store, audit, time, logger);

    public event Action? Changed;

    public IReadOnlyList<ClusterDefinition> Definitions => view.Definitions;

    public IReadOnlyList<ClusterDefinition> Locked => view.Locked;

    public IReadOnlyList<CodedText> Problems => view.All.Problems;

    public IReadOnlyList<CodedText> Warnings => view.All.Warnings;

    /// <summary>Reads what is kept, and sets the registry to all there is. Once, before anything else is asked of it.</summary>
    /// <param name="yaml">Of clusters.yaml.</param>
    public void Open(ClusterList yaml)
    {
        file = yaml;
        ImmutableArray<KeptCluster> kept = [];
        try
        {
            kept = store.Load();
        }
        catch (UnreadableClustersException e)
        {
            unreadable = e.Told;
        }

        Show(ViewOf(file, kept));
    }

    public CatalogPlan Plan(CatalogChange change) => Prepare(change).Plan;

    public Task AddAsync(ClusterDefinition definition, Actor actor, CancellationToken cancellationToken) =>
        RunAsync(new AddCluster(definition), actor, cancellationToken);

    public Task ReplaceAsync(ClusterDefinition definition, Actor actor, CancellationToken cancellationToken) =>
        RunAsync(new ReplaceCluster(definition), actor, cancellationToken);

    public Task RemoveAsync(string id, Actor actor, CancellationToken cancellationToken) =>
        RunAsync(new RemoveCluster(id), actor, cancellationToken);

    public async Task<ImmutableArray<ConnectionStep>> TestAsync(
        ClusterDefinition definition, Actor actor, CancellationToken cancellationToken)
    {
        RequireMayDefine(definition.Id, actor);
        var (options, _) = DefinitionChecks.Check(Secrets.Filled(definition, view.Find(definition.Id)?.Definition));
        return await ConnectionTest.RunAsync(options, time, testDeadline, cancellationToken);
    }

    /// <summary>What clusters.yaml names now.</summary>
    public Task TakeFileAsync(ClusterList changed, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            var before = view;
            file = changed;
            Show(ViewOf(file, before.Kept));
            foreach (var plan in CatalogView.Differences(before, view))
            {
                await WriteAsync(Actor.Program("clusters.yaml"), plan);
            }
        },
        cancellationToken);

    /// <summary>
    /// What is hosted now, and the settings, which stay as they are. Who exchanged what is hosted has its entry in the audit log.
    /// </summary>
    public Task TakeSettingsAsync(ClusterList changed, CancellationToken cancellationToken) => InTurnAsync(
        () =>
        {
            settings = changed;
            Show(ViewOf(file, view.Kept));
            return Task.CompletedTask;
        },
        cancellationToken);

    public void Dispose() => changing.Dispose();

    Task RunAsync(CatalogChange change, Actor actor, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            await RequireMayDefineAsync(change, actor);
            var (plan, kept) = Prepare(change);
            store.Save(kept);
            Show(ViewOf(file, kept));
            await WriteAsync(actor, plan);
        },
        cancellationToken);

    static void RequireMayDefine(string id, Actor actor)
    {
        var needed = Permission.To(AccessAction.Define, AccessKind.Clusters, id);
        if (!actor.May(needed))
        {
            throw new ClusterDefinitionException(null, actor.WhyNot(needed)) { Fault = DefinitionFault.Denied };
        }
    }

    /// <summary>What is refused is in the audit log, too.</summary>
    async Task RequireMayDefineAsync(CatalogChange change, Actor actor)
    {
        try
        {
            RequireMayDefine(change.Id, actor);
        }
        catch (ClusterDefinitionException e)
        {
            await WriteAsync(actor, new CatalogPlan(change.Word, change.Id, [], false, []), "refused", e.Message);
            throw;
        }
    }

    async Task InTurnAsync(Func<Task> change, CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            await change();
        }
        finally
        {
            changing.Release();
        }
    }

    (CatalogPlan Plan, ImmutableArray<KeptCluster> Kept) Prepare(CatalogChange change)
    {
        if (unreadable is not null)
        {
            throw new ClusterDefinitionException(null, unreadable) { Fault = DefinitionFault.Conflict };
        }

        return CatalogChanges.Apply(change, view, store.Seal);
    }

    CatalogView ViewOf(ClusterList yaml, ImmutableArray<KeptCluster> kept)
    {
        var known = unreadable is null ? settings : settings with { Problems = [.. settings.Problems, unreadable] };
        return CatalogView.Of(known, yaml, kept, store.FilePath);
    }

    void Show(CatalogView next)
    {
        registry.Set([.. next.All.Clusters.Select(cluster => cluster.Options)]);
        foreach (var problem in next.All.Problems.Except(view.All.Problems))
        {
            LogProblem(problem.English);
        }

        foreach (var warning in next.All.Warnings.Except(view.All.Warnings))
        {
            LogWarning(warning.English);
        }

        view = next;
        Changed?.Invoke();
    }

    /// <summary>The change is made: a caller that leaves does not keep it out of the audit log.</summary>
    Task WriteAsync(Actor actor, CatalogPlan plan, string outcome = "done", string? error = null) => audit.WriteAsync(
        new AuditEntry(
            time.GetUtcNow(), plan.Id, actor.Name, $"cluster.{plan.Action}", plan.Id, string.Join(", ", plan.Changes), outcome, error)
        {
            Address = actor.Address,
            Before = plan.Before,
            After = plan.After,
        },
        CancellationToken.None);

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    partial void LogProblem(string problem);

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    partial void LogWarning(string warning);
}
