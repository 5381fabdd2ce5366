using System.Collections.Immutable;
using Dashboard.Clusters;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Wire;

namespace Dashboard.Tests.Fakes;

/// <summary>Definitions in memory; one that is added gets a fake cluster, when there is a registry to put it into.</summary>
public sealed class FakeClusterCatalog(FakeClusterRegistry registry, TimeProvider time) : IClusterCatalog
{
    ImmutableList<ClusterDefinition> definitions = [];

    public event Action? Changed;

    public IReadOnlyList<ClusterDefinition> Definitions => definitions;

    public IReadOnlyList<ClusterDefinition> Locked { get; set; } = [];

    public IReadOnlyList<CodedText> Problems { get; set; } = [];

    public IReadOnlyList<CodedText> Warnings { get; set; } = [];

    /// <summary>What a test comes to; without it, all is well.</summary>
    public Func<ClusterDefinition, CancellationToken, Task<ImmutableArray<ConnectionStep>>>? Testing { get; set; }

    /// <summary>Definitions that were tried, tested or taken.</summary>
    public List<ClusterDefinition> Seen { get; } = [];

    /// <summary>The next one is refused with this.</summary>
    public Exception? Refusal { get; set; }

    public void Define(ClusterDefinition definition)
    {
        Locked = [.. Locked.Where(d => d.Id != definition.Id)];
        definitions = definitions.RemoveAll(d => d.Id == definition.Id).Add(Secrets.Masked(definition));
        Changed?.Invoke();
    }

    public CatalogPlan Plan(CatalogChange change) => new("add", change.Id, [], true, [.. Warnings]);

    public Task AddAsync(ClusterDefinition definition, Actor actor, CancellationToken cancellationToken)
    {
        Take(definition);
        var cluster = new FakeCluster(definition.Id, ClusterKind.Remote, time).With(3, ("orders", 4, 2));
        var snapshot = cluster.Snapshot() with { Name = definition.Name, ReadOnly = definition.ReadOnly };
        registry.Set(registry.Clusters.Append(new FakeClusterMonitor(snapshot)));
        Define(definition);
        return Task.CompletedTask;
    }

    public Task ReplaceAsync(ClusterDefinition definition, Actor actor, CancellationToken cancellationToken)
    {
        Take(definition);
        Define(definition);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        definitions = definitions.RemoveAll(d => d.Id == id);
        registry.Set(registry.Clusters.Where(c => c.Id != id));
        Changed?.Invoke();
        return Task.CompletedTask;
    }

    public async Task<ImmutableArray<ConnectionStep>> TestAsync(
        ClusterDefinition definition, Actor actor, CancellationToken cancellationToken)
    {
        Take(definition);
        return Testing is not null
            ? await Testing(definition, cancellationToken)
            :
            [
                new("resolve", true, TimeSpan.FromMilliseconds(8), "3 names, 3 addresses"),
                new("connect", true, TimeSpan.FromMilliseconds(64), "3 of 3 accept on port 9092"),
                new("tls", true, TimeSpan.Zero, "not asked for"),
            ];
    }

    void Take(ClusterDefinition definition)
    {
        Seen.Add(definition);
        if (Refusal is { } refusal)
        {
            Refusal = null;
            throw refusal;
        }
    }
}
