using System.Collections.Immutable;
using Kafka.Client;
using Kafka.Client.Trial;
using Kafka.Protocol.Znodes;
using Wire;
using ZooKeeper.Client;
using ZooKeeper.Client.Configuration;

namespace Dashboard.Monitoring.Connections;

/// <summary>
/// Opens connections with what is given of a cluster, one to a broker and one to a server of the ensemble at the same time, and reports
/// each step. Changes nothing.
/// </summary>
public static class ConnectionTest
{
    /// <summary>Kafka's steps, then ZooKeeper's; each ends with its first that fails.</summary>
    /// <param name="deadline">Of the whole test: what has not ended by then is a step that failed.</param>
    /// <exception cref="ClusterDefinitionException">A property cannot be taken.</exception>
    public static async Task<ImmutableArray<ConnectionStep>> RunAsync(
        ClusterMonitorOptions options, TimeProvider time, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var (kafka, ensemble) = (ClusterConnections.Kafka(options, time), ClusterConnections.ZooKeeper(options, time));
        using var limit = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var sides = await Task.WhenAll(
            kafka is null ? NoneAsync() : KafkaAsync(KafkaCluster.ParseBootstrap(options.Kafka!), kafka, either.Token),
            ensemble is null ? NoneAsync() : ZooKeeperAsync(ensemble, either.Token)).ConfigureAwait(false);
        // both sides turn a cancellation into a late step: the caller's own is none
        cancellationToken.ThrowIfCancellationRequested();
        return [.. sides.SelectMany(side => side)];

        async Task<List<ConnectionStep>> KafkaAsync(
            IReadOnlyList<(string Host, int Port)> bootstrap, KafkaClientOptions client, CancellationToken limited)
        {
            var steps = new List<ConnectionStep>();
            try
            {
                await foreach (var step in ConnectionTrial.RunAsync(bootstrap, client, limited).ConfigureAwait(false))
                {
                    steps.Add(step);
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                steps.Add(Late("timeout"));
            }

            return steps;
        }

        async Task<List<ConnectionStep>> ZooKeeperAsync(ZooKeeperClientOptions client, CancellationToken limited)
        {
            try
            {
                return [.. await new EnsembleTrial(client, ZkPaths.BrokerIds).RunAsync(limited).ConfigureAwait(false)];
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return [Late("zookeeper.timeout")];
            }
        }

        ConnectionStep Late(string step) => new(
            step, false, deadline, CodedText.Of("TestEnded", $"The test ended after {deadline.TotalSeconds:0} s."));

        static Task<List<ConnectionStep>> NoneAsync() => Task.FromResult(new List<ConnectionStep>());
    }
}
