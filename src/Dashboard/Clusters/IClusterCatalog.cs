using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Wire;

namespace Dashboard.Clusters;

/// <summary>
/// The definitions of all clusters of this process: hosted, from settings, from clusters.yaml and added on the page. A change takes effect
/// in the registry before the call returns, without a restart.
/// </summary>
public interface IClusterCatalog
{
    /// <summary>
    /// The hosted one first, then as they were added. Immutable; another list after a change. In the place of each secret stands <see
    /// cref="ClusterDefinition.KeepSecret"/>: none is ever given back.
    /// </summary>
    IReadOnlyList<ClusterDefinition> Definitions { get; }

    /// <summary>
    /// Kept, and not opened, since their secrets cannot be decrypted: the keys they were encrypted with are gone. Replacing one with its
    /// secrets opens it; it can be removed as well.
    /// </summary>
    IReadOnlyList<ClusterDefinition> Locked { get; }

    /// <summary>What cannot be taken of the files, one sentence each with file and line; empty when all is well.</summary>
    IReadOnlyList<CodedText> Problems { get; }

    /// <summary>What is passed over and was probably meant otherwise: unknown keys, with file and line.</summary>
    IReadOnlyList<CodedText> Warnings { get; }

    /// <summary>After each change, on whatever thread made it.</summary>
    event Action? Changed;

    /// <summary>What a change would do. Changes nothing, and fails as the change itself would.</summary>
    /// <exception cref="ClusterDefinitionException">As for the change.</exception>
    CatalogPlan Plan(CatalogChange change);

    /// <exception cref="ClusterDefinitionException">
    /// The actor may not, a field cannot be taken, the id is taken, or there are too many.
    /// </exception>
    /// <exception cref="IOException">It cannot be kept; nothing was changed.</exception>
    Task AddAsync(ClusterDefinition definition, Actor actor, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces one that is kept. A secret of <see cref="ClusterDefinition.KeepSecret"/> stays what it is: pages never get it back. One
    /// that is left out is removed.
    /// </summary>
    /// <exception cref="ClusterDefinitionException">As for adding, or the cluster comes from a file or settings.</exception>
    /// <exception cref="IOException">It cannot be kept; nothing was changed.</exception>
    Task ReplaceAsync(ClusterDefinition definition, Actor actor, CancellationToken cancellationToken);

    /// <exception cref="ClusterDefinitionException">The actor may not, or there is no such cluster among those that are kept.</exception>
    /// <exception cref="IOException">It cannot be kept; nothing was changed.</exception>
    Task RemoveAsync(string id, Actor actor, CancellationToken cancellationToken);

    /// <summary>
    /// Opens connections as the monitor would, step by step, and closes them: resolve, connect, tls, authenticate, apiVersions, clusterId,
    /// authorize, then those of the ensemble with "zookeeper." in front. Each of the two ends with its first step that fails. Changes
    /// nothing; within 30 s.
    /// </summary>
    /// <exception cref="ClusterDefinitionException">The actor may not, or a field cannot be taken.</exception>
    Task<ImmutableArray<ConnectionStep>> TestAsync(ClusterDefinition definition, Actor actor, CancellationToken cancellationToken);
}

/// <summary>A change of the clusters that are kept.</summary>
public abstract record CatalogChange(string Id)
{
    /// <summary>"add", "replace" or "remove".</summary>
    public abstract string Word { get; }
}

public sealed record AddCluster(ClusterDefinition Definition) : CatalogChange(Definition.Id)
{
    public override string Word => "add";
}

public sealed record ReplaceCluster(ClusterDefinition Definition) : CatalogChange(Definition.Id)
{
    public override string Word => "replace";
}

public sealed record RemoveCluster(string Id) : CatalogChange(Id)
{
    public override string Word => "remove";
}

/// <summary>What a change does.</summary>
/// <param name="Action">"add", "replace" or "remove".</param>
/// <param name="Changes">The fields that are given or differ, by name: "kafka", "properties.sasl.mechanism". Never a value.</param>
/// <param name="Connects">Whether it is connected to anew: what was remembered of it in memory is then gone.</param>
/// <param name="Passed">What is passed over: a property that no client knows.</param>
public sealed record CatalogPlan(
    string Action, string Id, ImmutableArray<string> Changes, bool Connects, [property: JsonIgnore] ImmutableArray<CodedText> Passed)
{
    /// <summary>What is passed over, in English.</summary>
    public ImmutableArray<string> Warnings => [.. Passed.Select(warning => warning.English)];

    /// <summary>For the audit log: the fields that differ and are no map, as they were. Maps may hold secrets.</summary>
    internal string? Before { get; init; }

    /// <summary>The same as they become.</summary>
    internal string? After { get; init; }
}
