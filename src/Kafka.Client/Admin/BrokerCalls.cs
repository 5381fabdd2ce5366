using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>What concerns a broker as a whole.</summary>
public static class BrokerCalls
{
    /// <summary>
    /// A KRaft cluster forgets a broker that has ended for good (KIP-631); any broker passes it on to the controller. One that runs is
    /// registered again with its next heartbeat.
    /// </summary>
    /// <exception cref="KafkaException">Refused: UnsupportedVersion in ZooKeeper mode, BrokerIdNotRegistered.</exception>
    public static async Task UnregisterBrokerAsync(this KafkaCluster cluster, int broker, CancellationToken cancellationToken)
    {
        var request = new UnregisterBrokerRequest { BrokerId = broker };
        var answer = await cluster.SendToAnyAsync(request, cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
    }
}
