using System.Collections.Immutable;
using Dashboard.Monitoring;
using Wire;

namespace Dashboard.Clusters;

/// <summary>
/// The definitions of all clusters of this process: hosted, from settings, from clusters.yaml and added on the page. A change takes effect
/// in the registry before the call returns, without a restart.
/// </summary>
public interface IClusterCatalog
{
    /// <summary>The hosted one first, then as they were added. Immutable; another list after a change.</summary>
    IReadOnlyList<ClusterDefinition> Definitions { get; }

    /// <summary>What cannot be taken of the files, one sentence each with file and line; empty when all is well.</summary>
    IReadOnlyList<string> Problems { get; }

    /// <summary>After each change, on whatever thread made it.</summary>
    event Action? Changed;

    /// <exception cref="ClusterDefinitionException">A field cannot be taken, the id is taken, or there are too many.</exception>
    Task AddAsync(ClusterDefinition definition, string actor, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces one that is kept. A secret that is left out (<see cref="ClusterDefinition.KeepSecret"/>) stays what it is: pages never get it back.
    /// </summary>
    /// <exception cref="ClusterDefinitionException">As for adding, or the cluster comes from a file or settings.</exception>
    Task ReplaceAsync(ClusterDefinition definition, string actor, CancellationToken cancellationToken);

    /// <exception cref="ClusterDefinitionException">There is no such cluster, or it is not one that is kept.</exception>
    Task RemoveAsync(string id, string actor, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a connection as the monitor would, step by step, and closes it: resolve, connect, tls, authenticate, apiVersions, clusterId,
    /// authorize, then those of the ensemble with "zookeeper." in front. Ends with the first step that fails. Changes nothing.
    /// </summary>
    /// <exception cref="ClusterDefinitionException">A field cannot be taken.</exception>
    Task<ImmutableArray<ConnectionStep>> TestAsync(ClusterDefinition definition, CancellationToken cancellationToken);}

/// <summary>A definition cannot be taken.</summary>
/// <param name="field">"id", "kafka", "properties.sasl.mechanism"; null when it is none of one field.</param>
/// <param name="message">One sentence that a person can act on. Never a secret.</param>
public sealed class ClusterDefinitionException(string? field, string message) : Exception(message)
{
    public string? Field { get; } = field;
}
