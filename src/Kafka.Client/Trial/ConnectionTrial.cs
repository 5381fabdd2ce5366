using System.Runtime.CompilerServices;
using Kafka.Client.Configuration;
using Wire;

namespace Kafka.Client.Trial;

/// <summary>
/// Opens one connection slowly, to show whether and how it works: resolve, connect, tls, authenticate, apiVersions, clusterId, authorize.
/// Each step says what came of it and how long it took; the first that fails is the last. Changes nothing in the cluster.
/// </summary>
public static class ConnectionTrial
{
    /// <exception cref="FormatException">There are no bootstrap servers, or they are not HOST:PORT,….</exception>
    public static IAsyncEnumerable<ConnectionStep> RunAsync(ClientConfiguration configuration, CancellationToken cancellationToken) =>
        RunAsync(KafkaCluster.ParseBootstrap(configuration.BootstrapServers ?? ""), configuration.Options, cancellationToken);

    /// <summary>A failure is a step that is not Ok; only cancellation is thrown.</summary>
    public static async IAsyncEnumerable<ConnectionStep> RunAsync(
        IReadOnlyList<(string Host, int Port)> bootstrap,
        KafkaClientOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var way = new WayIn(bootstrap, options);
        await using (way.ConfigureAwait(false))
        {
            Func<CancellationToken, Task<ConnectionStep>>[] opening =
                [way.ResolveAsync, way.ConnectAsync, way.SecureAsync, way.AuthenticateAsync, way.ApiVersionsAsync];
            foreach (var open in opening)
            {
                var step = await open(cancellationToken).ConfigureAwait(false);
                yield return step;
                if (!step.Ok)
                {
                    yield break;
                }
            }

            var inside = new LookInside(way.Connection, options);
            var cluster = await inside.ClusterAsync(cancellationToken).ConfigureAwait(false);
            yield return cluster;
            if (cluster.Ok)
            {
                yield return await inside.AuthorizeAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
