using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Client.Trial;

/// <summary>What is seen of the cluster on an open connection.</summary>
sealed class LookInside(KafkaConnection connection, KafkaClientOptions options)
{
    /// <summary>Brokers tried at once; a cluster of hundreds does not get hundreds of connections in one moment.</summary>
    const int AtOnce = 16;

    readonly StepTimer timer = new(options.Time, failure => failure is KafkaException ? CodedText.Of(failure) : null);

    /// <summary>Fails when a broker cannot be reached where it says that it is: that part of the cluster could not be used.</summary>
    internal Task<ConnectionStep> ClusterAsync(CancellationToken cancellationToken) => timer.RunAsync("clusterId", async () =>
    {
        var metadata = await connection.SendAsync(new MetadataRequest { Topics = [] }, cancellationToken).ConfigureAwait(false);
        if (metadata.Brokers.Count == 0)
        {
            throw new KafkaException(ErrorCode.BrokerNotAvailable, "The broker knows no broker of the cluster, not even itself.");
        }

        using var turn = new SemaphoreSlim(AtOnce);
        var attempts = metadata.Brokers.Select(broker => ReachAsync(broker, turn, cancellationToken));
        var failures = await Task.WhenAll(attempts).ConfigureAwait(false);
        return failures.OfType<KafkaException>().ToList() is [var first, .. var others]
            ? throw (others.Count == 0 ? first : new KafkaUnreachableException(connection.Host, connection.Port, CodedText.Of(
                "BrokersUnreachable", $"{others.Count + 1} of {failures.Length} brokers cannot be reached. {CodedText.Of(first)}")))
            : Words(metadata);
    });

    /// <summary>KIP-430: the broker says what this principal may do with the cluster.</summary>
    internal Task<ConnectionStep> AuthorizeAsync(CancellationToken cancellationToken) => timer.RunAsync("authorize", async () =>
    {
        var bits = await AskOperationsAsync(cancellationToken).ConfigureAwait(false);
        if (bits == AclOperations.NotTold)
        {
            return CodedText.Of("MayNotTold", $"this broker does not tell what a principal may do (Kafka 2.3 and later do)");
        }

        var (allowed, not) = (AclOperations.Allowed(bits), AclOperations.NotAllowed(bits));
        return allowed.Count == 0
                ? CodedText.Of(
                    "MayNothing", $"nothing with the cluster as a whole; what it may do with topics and groups shows on their pages")
            : not.Count == 0 ? CodedText.Of("MayAll", $"everything with the cluster: {string.Join(", ", allowed)}")
            : CodedText.Of("MaySome", $"with the cluster: {string.Join(", ", allowed)}; not {string.Join(", ", not)}");
    });

    async Task<int> AskOperationsAsync(CancellationToken cancellationToken)
    {
        if (connection.Supports(ApiKey.DescribeCluster))
        {
            var request = new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true };
            var answer = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
            KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
            return answer.ClusterAuthorizedOperations;
        }

        // before DescribeCluster (KIP-700) Metadata had it, from 8 on
        if (!connection.Supports(ApiKey.Metadata, atLeast: 8))
        {
            return AclOperations.NotTold;
        }

        var metadata = await connection.SendAsync(
            new MetadataRequest { Topics = [], IncludeClusterAuthorizedOperations = true }, cancellationToken).ConfigureAwait(false);
        return metadata.ClusterAuthorizedOperations;
    }

    async Task<KafkaException?> ReachAsync(
        MetadataResponse.MetadataResponseBroker broker, SemaphoreSlim turn, CancellationToken cancellationToken)
    {
        // this very connection is the proof
        if ((broker.Host, broker.Port) == (connection.Host, connection.Port))
        {
            return null;
        }

        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // the whole way, TLS and login too: a proxy takes connections for nobody, and certificates go by the advertised name
            var reached = await KafkaConnection.ConnectAsync(broker.Host, broker.Port, options, cancellationToken).ConfigureAwait(false);
            await reached.DisposeAsync().ConfigureAwait(false);
            return null;
        }
        catch (KafkaException e) when (e is KafkaUnreachableException or KafkaTimeoutException)
        {
            return KafkaUnreachableException.Advertised(broker.NodeId, broker.Host, broker.Port, e);
        }
        catch (KafkaException e)
        {
            return KafkaUnreachableException.NotAsAdvertised(broker.NodeId, broker.Host, broker.Port, e);
        }
        finally
        {
            turn.Release();
        }
    }

    static CodedText Words(MetadataResponse metadata)
    {
        var brokers = string.Join(", ", metadata.Brokers.OrderBy(broker => broker.NodeId)
            .Select(broker => $"{broker.NodeId} ({HostPort.Format(broker.Host, broker.Port)})"));
        var controller = metadata.ControllerId >= 0
            ? CodedText.Of("ControllerIs", $"controller {metadata.ControllerId}")
            : CodedText.Of("ControllerMissing", $"no controller");
        var id = metadata.ClusterId is { } known ? CodedText.Plain(known) : CodedText.Of("NoClusterId", $"no cluster id");
        return CodedText.Of("AllReached", $"{id}; {controller}; brokers {brokers}, all reached");
    }
}
